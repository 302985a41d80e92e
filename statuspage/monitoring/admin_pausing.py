"""Pausing in the admin's lists, of probes or of what they watch: for how long and why is asked before."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from statuspage import clock
from statuspage.admin_base import ZonedDateTimeField
from statuspage.logbook.deeds import noted_action
from statuspage.monitoring.admin_catalog import CatalogAdmin
from statuspage.monitoring.models import Probe
from statuspage.monitoring.pausing import pause_probes, resume_probes

APPLY = "_pause"
UNTIL = "until"
PAUSED = _("Pause the checks")
WENT_ON = _("Resume the checks")


class PauseForm(forms.Form):
    """For how long, and why."""

    lasts = forms.ChoiceField(
        label=_("for how long"),
        choices=[
            ("15", _("15 minutes")),
            ("60", _("1 hour")),
            ("240", _("4 hours")),
            ("1440", _("1 day")),
            (UNTIL, _("until the moment below")),
            ("", _("until somebody resumes them")),
        ],
        initial="60",
        required=False,
    )
    until = ZonedDateTimeField(label=_("until"), required=False)
    reason = forms.CharField(
        label=_("why"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_(
            "For the log and for colleagues; the page says only that tests are paused, and until when."
        ),
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._now = now

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        lasts, until = cleaned.get("lasts") or "", cleaned.get("until")
        if lasts == UNTIL:
            if until is None or until <= self._now:
                self.add_error("until", _("Give a moment that is still to come."))
        else:
            cleaned["until"] = self._now + timedelta(minutes=int(lasts)) if lasts else None
        return cleaned


class PausingAdmin(CatalogAdmin):
    """A list whose rows have probes."""

    actions: Sequence[Any] = ("pause", "resume")

    def probes_of(self, rows: QuerySet[Any]) -> QuerySet[Probe]:
        return Probe.objects.filter(**{f"{self.opts.model_name}__in": rows.order_by().values("pk")})

    def has_pause_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("monitoring.pause_probe")

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """To be asked for how long is nothing to note yet: this one notes itself what it did."""
        actions = super().get_actions(request)
        if "pause" in actions:
            actions["pause"] = (_asked_first, *actions["pause"][1:])
        return actions

    @admin.action(description=_("Pause the checks of the selected ones…"), permissions=["pause"])
    def pause(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        now, probes = clock.now(), self.probes_of(queryset)
        form = PauseForm(request.POST if APPLY in request.POST else None, now=now)
        if not form.is_valid():
            return TemplateResponse(
                request, "admin/monitoring/pause.html", self._pausing(request, form, queryset, probes)
            )
        told = form.cleaned_data
        with noted_action(PAUSED, probes, now=now):
            paused = pause_probes(probes=probes, until=told["until"], reason=told["reason"], now=now)
        said = ngettext("%(n)d probe is paused.", "%(n)d probes are paused.", paused)
        self.message_user(request, said % {"n": paused}, messages.SUCCESS)
        return None

    @admin.action(description=_("Resume the paused checks of the selected ones"), permissions=["pause"])
    def resume(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        now, probes = clock.now(), self.probes_of(queryset)
        with noted_action(WENT_ON, probes.filter(paused_at__isnull=False), now=now):
            resumed = resume_probes(probes=probes, now=now)
        said = ngettext("%(n)d probe goes on.", "%(n)d probes go on.", resumed)
        self.message_user(request, said % {"n": resumed}, messages.SUCCESS)

    def _pausing(
        self, request: HttpRequest, form: PauseForm, rows: QuerySet[Any], probes: QuerySet[Probe]
    ) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "title": PAUSED,
            "opts": self.opts,
            "form": form,
            "apply": APPLY,
            "probes": probes.count(),
            "rows": [str(row) for row in rows[:20]],
            "chosen": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "across": request.POST.get("select_across", "0"),
            "checkbox": ACTION_CHECKBOX_NAME,
            "media": self.media + form.media,
        }


def _asked_first(own: PausingAdmin, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
    return own.pause(request, rows)

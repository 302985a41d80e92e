"""The page on which a notice is pasted: it fills in the form of planned work, which a person then saves."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext_lazy as _

from probes.listening.announced.reading import MOST_CHARACTERS, Gap
from statuspage import clock
from statuspage.admin_base import ModelAdmin
from statuspage.incidents.pasted import PastedNotice, read_pasted

PASTE_NAME = "incidents_maintenance_paste"
_KEPT = "pasted_notice"
GAPS: Mapping[Gap, Any] = {
    Gap.NO_WORK: _("The notice does not speak of maintenance: nothing was read."),
    Gap.OVER: _("The notice says that the work is done: nothing was read."),
    Gap.CALLED_OFF: _("The notice says that the work is cancelled: nothing was read."),
    Gap.NO_HOURS: _("No hours were found: fill in when it starts and ends."),
    Gap.NO_DAY: _("No day was found that could be meant: fill in when it starts and ends."),
    Gap.NO_END: _("It does not say when it ends: fill in when it starts and ends."),
    Gap.SEVERAL: _("It speaks of several windows: the first was read. Add the others one by one."),
    Gap.PAST: _("The window that was read is over."),
    Gap.TOO_LONG: _("The window would be longer than a week: fill in when it starts and ends."),
    Gap.NO_COMPONENT: _("No component was named: choose those that it concerns."),
    Gap.CUT: _("The notice is too long: only its first part was read."),
}


class PasteForm(forms.Form):
    notice = forms.CharField(
        label=_("notice"),
        max_length=4 * MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 12, "class": "vLargeTextField"}),
    )


class PastingAdmin(ModelAdmin):
    """Has a page to paste a notice into; what was read waits in the session until the form shows it."""

    def get_urls(self) -> list[URLPattern]:
        pasting = self.admin_site.admin_view(self.paste_view)
        return [path("paste/", pasting, name=PASTE_NAME), *super().get_urls()]

    def paste_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = PasteForm(request.POST or None)
        if form.is_valid():
            read = read_pasted(form.cleaned_data["notice"], now=clock.now(), zone=get_default_timezone())
            self._tell(request, read)
            request.session[_KEPT] = _kept(read)
            return redirect("admin:incidents_maintenance_add")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "form": form,
            "title": _("Paste a notice"),
        }
        return TemplateResponse(request, "admin/incidents/maintenance/paste.html", context)

    def _tell(self, request: HttpRequest, read: PastedNotice) -> None:
        if read.starts_at is not None:
            self.message_user(
                request, _("The form is filled in from the notice. Check it, then save."), messages.INFO
            )
        for gap in read.gaps:
            self.message_user(request, GAPS[gap], messages.WARNING)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        pasted = _shown_again(request.session.pop(_KEPT, {}))
        return {**super().get_changeform_initial_data(request), **pasted}


def _kept(read: PastedNotice) -> dict[str, Any]:
    """What a session can hold of it."""
    moments = {"starts_at": read.starts_at, "ends_at": read.ends_at}
    return {
        "title_zh": read.title.zh,
        "title_en": read.title.en,
        "body_zh": read.body.zh[:5000],
        "body_en": read.body.en[:5000],
        "components": [row.pk for row in read.components],
        **{name: at.isoformat() for name, at in moments.items() if at is not None},
    }


def _shown_again(kept: dict[str, Any]) -> dict[str, Any]:
    times = [name for name in ("starts_at", "ends_at") if name in kept]
    moments: dict[str, Any] = {name: datetime.fromisoformat(kept[name]) for name in times}
    return {**kept, **moments}

"""The admin of incidents: read the evidence, write updates, take the lead from the machine."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from probes.vocabulary.states import IncidentStatus
from statuspage import clock
from statuspage.admin_base import KeptAdmin, ModelForm, StackedInline
from statuspage.incidents import handling
from statuspage.incidents.admin.base import SIDE_BY_SIDE, TitledAdmin
from statuspage.incidents.admin.evidence import evidence_of, explanations_of
from statuspage.incidents.models import Incident, IncidentUpdate
from statuspage.incidents.timeline import new_public_id
from statuspage.incidents.totals import note_corrected, note_opened
from statuspage.wording.numbers import chance


class UpdateInline(StackedInline):
    """The timeline: what was said stays as it is, a new entry can be added."""

    model = IncidentUpdate
    extra = 1
    max_num = 200
    can_delete = False
    classes = ("bilingual",)
    ordering = ("-sequence",)
    fields = (("status", "written_by", "created_at"), ("body_zh", "body_en"))
    readonly_fields = ("written_by", "created_at")
    formfield_overrides = SIDE_BY_SIDE

    @admin.display(description=_("written by"))
    def written_by(self, update: IncidentUpdate) -> str:
        if update.by_machine:
            return str(_("the machine"))
        return str(update.author or "–")

    def has_change_permission(self, request: HttpRequest, obj: Incident | None = None) -> bool:
        return False


class IncidentForm(ModelForm):
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        started = cleaned.get("started_at")
        if started and started > clock.now():
            self.add_error("started_at", _("It cannot begin in the future: plan a maintenance instead."))
        return cleaned


@admin.register(Incident)
class IncidentAdmin(KeptAdmin, TitledAdmin):
    """The status follows the newest update; changing what is told takes the lead from the machine.

    The machine would open its own again, and a story once told is not untold: resolve it and say why.
    """

    form = IncidentForm
    inlines = (UpdateInline,)
    list_display = ("title", "cause", "status", "certainty", "impact", "started_at", "resolved_at", "led_by")
    list_filter = ("status", "cause", "certainty", "impact", "taken_over")
    search_fields = ("public_id", "title_zh", "title_en", "components__slug")
    date_hierarchy = "started_at"
    readonly_fields = (
        "public_id",
        "status",
        "confidence_percent",
        "detected_at",
        "confirmed_at",
        "resolved_at",
        "evidence_table",
        "explanations",
    )
    fieldsets = (
        (_("What is told"), {"fields": (("title_zh", "title_en"), "components"), "classes": ("bilingual",)}),
        (
            _("Judgement"),
            {
                "fields": (
                    ("cause", "impact", "certainty"),
                    ("status", "confidence_percent", "public_id"),
                    "taken_over",
                ),
                "description": _(
                    "The status follows the newest update below. If you change what the machine says, you "
                    "take the incident over: the machine no longer moves it."
                ),
            },
        ),
        (_("Times"), {"fields": (("started_at", "detected_at"), ("confirmed_at", "resolved_at"))}),
        (_("Evidence"), {"fields": ("evidence_table", "explanations")}),
        (
            _("Post-mortem"),
            {"fields": (("postmortem_zh", "postmortem_en"),), "classes": ("collapse", "bilingual")},
        ),
    )
    actions = ("take_over", "give_back", "resolve")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Incident]:
        queryset: QuerySet[Incident] = super().get_queryset(request)
        return queryset.distinct()

    @admin.display(description=_("led by"))
    def led_by(self, incident: Incident) -> str:
        return str(_("a person") if incident.led_by_person else _("the machine"))

    @admin.display(description=_("confidence"))
    def confidence_percent(self, incident: Incident) -> str:
        return chance(incident.confidence)

    @admin.display(description=_("what was measured and heard"))
    def evidence_table(self, incident: Incident) -> SafeString:
        return evidence_of(incident)

    @admin.display(description=_("causes"))
    def explanations(self, incident: Incident) -> SafeString:
        return explanations_of(incident)

    def save_model(self, request: HttpRequest, obj: Incident, form: Any, change: bool) -> None:
        if change and not form.has_changed():
            return
        now = clock.now()
        obj.updated_at = now
        if not change:
            obj.public_id, obj.created_at, obj.detected_at = new_public_id(), now, now
            obj.confirmed_at = now
            obj.save()
            note_opened(obj.cause)
            return
        told = set(form.changed_data) - {"taken_over", "postmortem_zh", "postmortem_en"}
        if told and obj.key is not None and not obj.taken_over:
            obj.taken_over = True
            messages.info(request, _("You lead this incident from now on; the machine no longer moves it."))
        # What the machine wrote meanwhile in other fields is not overwritten.
        fields = {*form.changed_data, "taken_over", "updated_at"} - {"components"}
        obj.save(update_fields=sorted(fields))
        note_corrected(form["cause"].initial, obj.cause)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for update in formset.save(commit=False):
            handling.write_update(
                form.instance,
                status=IncidentStatus(update.status),
                body=update.body,
                author=request.user if request.user.is_authenticated else None,
                now=clock.now(),
            )

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        named = form.cleaned_data["components"] if "components" in form.changed_data else None
        heeded = handling.heed_person(form.instance, form.changed_data, components=named)
        form.instance.save(update_fields=heeded)
        super().save_related(request, form, formsets, change)
        handling.make_public(now=clock.now(), since=form.instance.started_at)

    @admin.action(description=_("Take over from the machine"))
    def take_over(self, request: HttpRequest, queryset: QuerySet[Incident]) -> None:
        taken = handling.take_over(list(queryset), now=clock.now())
        told = ngettext("%(n)d incident taken over.", "%(n)d incidents taken over.", taken) % {"n": taken}
        self.message_user(request, told)

    @admin.action(description=_("Give back to the machine"))
    def give_back(self, request: HttpRequest, queryset: QuerySet[Incident]) -> None:
        given = handling.give_back(list(queryset), now=clock.now())
        told = ngettext("%(n)d incident given back.", "%(n)d incidents given back.", given) % {"n": given}
        self.message_user(request, told)

    @admin.action(description=_("Resolve"))
    def resolve(self, request: HttpRequest, queryset: QuerySet[Incident]) -> None:
        author = request.user if request.user.is_authenticated else None
        ended = handling.resolve(list(queryset), author=author, now=clock.now())
        told = ngettext("%(n)d incident resolved.", "%(n)d incidents resolved.", ended) % {"n": ended}
        self.message_user(request, told)

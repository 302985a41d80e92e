"""The admin of incidents: say something first, decide, correct; the evidence is folded below."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.occasions import Occasion
from probes.vocabulary.states import IncidentStatus
from statuspage import clock
from statuspage.admin_base import KeptAdmin, ModelForm, StackedInline
from statuspage.analysis.values import Certainty
from statuspage.drafting.filling import WordValues
from statuspage.incidents import handling
from statuspage.incidents.admin.base import SIDE_BY_SIDE, TitledAdmin
from statuspage.incidents.admin.deciding import LABELS, buttons_for, decide
from statuspage.incidents.admin.drafts import DraftingAdmin
from statuspage.incidents.admin.evidence import evidence_of, explanations_of
from statuspage.incidents.admin.standing_now import span_of, standing_now, timeline_of, told_as
from statuspage.incidents.correcting import Amendment, correct, times_problem
from statuspage.incidents.decisions import IncidentDecision
from statuspage.incidents.filling import of_incident, of_site
from statuspage.incidents.handling import MERGED, UndoableError
from statuspage.incidents.models import Incident, IncidentUpdate
from statuspage.incidents.opening import SeenByPerson, open_incident
from statuspage.incidents.postmortems import draft_of, write_postmortem
from statuspage.logbook.deeds import noted_action
from statuspage.wording.active import choices_of
from statuspage.wording.labels import INCIDENT_STATUSES
from statuspage.wording.numbers import chance

WHEN = format_lazy("{} ({})", _("from – to"), settings.TIME_ZONE)
AS_IT_IS = ("", _("as it is"))
POSTMORTEM = frozenset({"postmortem_zh", "postmortem_en", "postmortem_is_draft"})
JUDGED = ("cause", "impact", "certainty", "components", "started_at", "resolved_at")


SAY = "say"
LONGEST = 5000  # characters, as the column has it


def may_change(request: HttpRequest) -> bool:
    """Whether somebody may decide about incidents."""
    return request.user.has_perm("incidents.change_incident")


def may_say(request: HttpRequest) -> bool:
    """Whether somebody may write entries of their timelines."""
    return request.user.has_perm("incidents.add_incidentupdate")


class UpdateInline(StackedInline):
    """One new entry of the timeline; what was said is listed below and stays as it is."""

    model = IncidentUpdate
    fk_name = "incident"
    extra = max_num = 1
    can_delete = False
    classes = ("bilingual",)
    verbose_name = verbose_name_plural = _("Say something")
    fields = (("body_zh", "body_en"), "status")
    formfield_overrides = SIDE_BY_SIDE

    def has_add_permission(self, request: HttpRequest, obj: Incident | None = None) -> bool:
        """In the form of who may change the incident; who may only say something has a form for that."""
        return super().has_add_permission(request, obj) and may_change(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[IncidentUpdate]:
        queryset: QuerySet[IncidentUpdate] = super().get_queryset(request).none()
        return queryset

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name != "status":
            return super().formfield_for_choice_field(db_field, request, **kwargs)
        return forms.ChoiceField(
            label=capfirst(_("status")),
            choices=[AS_IT_IS, *choices_of(INCIDENT_STATUSES)],
            required=False,
            help_text=_("With another status you lead the incident from then on."),
        )


class IncidentForm(ModelForm):
    hold_back = forms.BooleanField(
        label=_("hold back"), required=False, help_text=_("Seen here only, until you publish it.")
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.instance.merged_into_id is not None:
            self.add_error(None, str(MERGED))
        started = cleaned.get("started_at") or self.instance.started_at
        ended = cleaned.get("resolved_at") or self.instance.resolved_at
        if started is None:
            return cleaned
        problem = times_problem(started, ended, now=clock.now())
        if problem is not None and problem.field in self.fields:
            self.add_error(problem.field, str(problem.text))
        return cleaned


@admin.register(Incident)
class IncidentAdmin(DraftingAdmin, KeptAdmin, TitledAdmin):
    """Changing what is told takes the lead from the machine; a title or a post-mortem alone does not.

    A story once told is not untold: withdraw it, and it says so.
    """

    form = IncidentForm
    inlines = (UpdateInline,)
    change_form_template = "admin/incidents/incident/change_form.html"
    autocomplete_fields = ("components",)
    list_display = ("title", "cause", "told_as", "impact", "when")
    list_filter = ("started_at", "status", "cause", "certainty", "publication", "impact", "taken_over")
    search_fields = ("public_id", "title_zh", "title_en", "components__slug")
    # To group a hundred thousand by month takes seconds; the filter asks for the newest alone.
    date_hierarchy = None
    readonly_fields = (
        "public_id",
        "status",
        "confidence_percent",
        "detected_at",
        "confirmed_at",
        "timeline",
        "evidence_table",
        "explanations",
    )
    adding = (
        (
            _("What is told"),
            {
                "fields": (
                    ("title_zh", "title_en"),
                    ("cause", "impact", "certainty"),
                    "components",
                    "started_at",
                    "hold_back",
                ),
                "classes": ("bilingual",),
            },
        ),
    )
    fieldsets = (
        (
            _("Correct"),
            {
                "fields": (("cause", "impact", "certainty"), "components", ("started_at", "resolved_at")),
                "description": _(
                    "What you change here is told as a correction, and you lead the incident from then on. "
                    "The title follows, unless a person wrote it."
                ),
                "classes": ("collapse",),
            },
        ),
        (_("Title"), {"fields": (("title_zh", "title_en"),), "classes": ("collapse", "bilingual")}),
        (_("Timeline"), {"fields": ("timeline",)}),
        (
            _("Evidence"),
            {
                "fields": (
                    "evidence_table",
                    "explanations",
                    ("status", "confidence_percent", "public_id"),
                    ("detected_at", "confirmed_at"),
                ),
                "classes": ("collapse",),
            },
        ),
        (
            _("Post-mortem"),
            {
                "fields": (("postmortem_zh", "postmortem_en"), "postmortem_is_draft"),
                "classes": ("collapse", "bilingual"),
            },
        ),
    )
    actions = ("take_over", "give_back", "resolve")

    def occasions_of(self, row: Any | None) -> tuple[Occasion, ...]:
        return () if row is None else tuple(one for one in Occasion if one.is_incident)

    def cause_of(self, row: Any | None) -> str:
        return "" if row is None else str(row.cause)

    def filling_of(self, row: Any | None) -> WordValues:
        return of_site() if row is None else of_incident(row, at=clock.now())

    def get_fieldsets(self, request: HttpRequest, obj: Incident | None = None) -> Any:
        return self.fieldsets if obj is not None else self.adding

    def get_readonly_fields(self, request: HttpRequest, obj: Incident | None = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        goes_on = obj is not None and obj.resolved_at is None
        return (*fields, "resolved_at") if goes_on else fields

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"started_at": clock.now(), **super().get_changeform_initial_data(request)}

    def get_urls(self) -> list[URLPattern]:
        decide_view = self.admin_site.admin_view(require_POST(self.decide))
        own = path("<path:object_id>/decide/", decide_view, name="incidents_incident_decide")
        return [own, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        incident = context.get("original")
        if incident is not None:
            now = clock.now()
            context["standing"] = standing_now(incident, now=now)
            may = self.has_change_permission(request, incident)
            context["buttons"] = buttons_for(incident, now=now) if may else []
            context["may_only_say"] = may_say(request) and not may
            context["decide_url"] = reverse("admin:incidents_incident_decide", args=[incident.pk])
            if request.method == "GET" and "postmortem" in request.GET and not incident.postmortem:
                _fill_in(context["adminform"].form, draft_of(incident))
        return super().render_change_form(request, context, *args, **kwargs)

    def decide(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """One of the buttons."""
        incident = self.get_object(request, object_id)
        says = request.POST.get("decision") == SAY
        if not (may_say(request) if says else self.has_change_permission(request, incident)):
            raise PermissionDenied
        if incident is None:
            raise Http404
        if says:
            self._say(request, incident)
            return HttpResponseRedirect(reverse("admin:incidents_incident_change", args=[object_id]))
        now = clock.now()
        try:
            decision = IncidentDecision(request.POST.get("decision", ""))
            if decision not in LABELS:
                raise Http404
            with noted_action(LABELS[decision], incident, now=now):
                decide(incident, decision, request.POST, author=_author(request), now=now)
            messages.success(request, _("Done: %(what)s.") % {"what": LABELS[decision]})
        except UndoableError as error:
            messages.error(request, str(error))
        except ValueError as error:
            raise Http404 from error
        return HttpResponseRedirect(reverse("admin:incidents_incident_change", args=[object_id]))

    def _say(self, request: HttpRequest, incident: Incident) -> None:
        """A word under the present status, of somebody who may do no more than that."""
        body = Bilingual(request.POST.get("body_zh", "").strip(), request.POST.get("body_en", "").strip())
        if not body or max(len(body.zh), len(body.en)) > LONGEST:
            messages.error(
                request, _("Write it in one language at least, in at most %(n)d characters.") % {"n": LONGEST}
            )
            return
        now = clock.now()
        try:
            with noted_action(_("Say something"), incident, now=now):
                handling.say(incident, body, author=_author(request), now=now)
        except UndoableError as error:
            messages.error(request, str(error))
            return
        messages.success(request, _("Done: %(what)s.") % {"what": _("Say something")})

    @admin.display(description=WHEN, ordering="started_at")
    def when(self, incident: Incident) -> str:
        return span_of(incident.started_at, incident.resolved_at)

    @admin.display(description=_("told as"))
    def told_as(self, incident: Incident) -> str:
        """With a mark where a person leads: there the machine does not move it."""
        by_person = " · " + str(_("led by a person")) if incident.led_by_person else ""
        return told_as(incident) + by_person

    @admin.display(description=_("confidence"))
    def confidence_percent(self, incident: Incident) -> str:
        return chance(incident.confidence)

    @admin.display(description=_("what was said"))
    def timeline(self, incident: Incident) -> SafeString:
        return timeline_of(incident)

    @admin.display(description=_("what was measured and heard"))
    def evidence_table(self, incident: Incident) -> SafeString:
        return evidence_of(incident)

    @admin.display(description=_("causes"))
    def explanations(self, incident: Incident) -> SafeString:
        return explanations_of(incident)

    def save_model(self, request: HttpRequest, obj: Incident, form: Any, change: bool) -> None:
        if not change:
            made = open_incident(_seen(form), author=_author(request), now=clock.now())
            obj.pk = made.pk
            obj.refresh_from_db()
            return
        if not form.has_changed():
            return
        led = obj.led_by_person
        # What the machine wrote meanwhile in other fields is not overwritten: the row is read anew.
        correct(obj, _correction(form), author=_author(request), now=clock.now())
        if POSTMORTEM & set(form.changed_data):
            text = Bilingual(form.cleaned_data["postmortem_zh"], form.cleaned_data["postmortem_en"])
            draft = form.cleaned_data["postmortem_is_draft"]
            write_postmortem(obj, text, author=_author(request), now=clock.now(), is_draft=draft)
        if obj.led_by_person and not led:
            messages.info(request, _("You lead this incident from now on; the machine no longer moves it."))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Its components were stored with it."""
        for formset in formsets:
            self.save_formset(request, form, formset, change=change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for update in formset.save(commit=False):
            handling.say(
                form.instance,
                update.body,
                status=IncidentStatus(update.status) if update.status else None,
                author=_author(request),
                now=clock.now(),
            )

    @admin.action(description=_("Take over from the machine"), permissions=["change"])
    def take_over(self, request: HttpRequest, queryset: QuerySet[Incident]) -> None:
        author, now = _author(request), clock.now()
        taken = handling.each(list(queryset), lambda row: handling.take_over(row, author=author, now=now))
        told = ngettext("%(n)d incident taken over.", "%(n)d incidents taken over.", taken) % {"n": taken}
        self.message_user(request, told)

    @admin.action(description=_("Give back to the machine"), permissions=["change"])
    def give_back(self, request: HttpRequest, queryset: QuerySet[Incident]) -> None:
        author, now = _author(request), clock.now()
        given = handling.each(list(queryset), lambda row: handling.give_back(row, author=author, now=now))
        told = ngettext("%(n)d incident given back.", "%(n)d incidents given back.", given) % {"n": given}
        self.message_user(request, told)

    @admin.action(description=_("Resolve"), permissions=["change"])
    def resolve(self, request: HttpRequest, queryset: QuerySet[Incident]) -> None:
        author, now = _author(request), clock.now()
        ended = handling.each(list(queryset), lambda row: handling.resolve(row, author=author, now=now))
        told = ngettext("%(n)d incident resolved.", "%(n)d incidents resolved.", ended) % {"n": ended}
        self.message_user(request, told)


def _author(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _seen(form: Any) -> SeenByPerson:
    given = form.cleaned_data
    return SeenByPerson(
        title=Bilingual(given["title_zh"], given["title_en"]),
        cause=Cause(given["cause"]),
        impact=Impact(given["impact"]),
        certainty=Certainty(given["certainty"]),
        components=list(given["components"]),
        started_at=given["started_at"],
        held=given["hold_back"],
    )


def _correction(form: Any) -> Amendment:
    """What a person gave in the form; what was left alone is not given, though the row may be another now."""
    given = {name: form.cleaned_data[name] for name in JUDGED if name in form.changed_data}
    if "components" in given:
        given["components"] = list(given["components"])
    kinds = {"cause": Cause, "impact": Impact, "certainty": Certainty}
    given |= {name: kind(given[name]) for name, kind in kinds.items() if name in given}
    if {"title_zh", "title_en"} & set(form.changed_data):
        given["title"] = Bilingual(form.cleaned_data["title_zh"], form.cleaned_data["title_en"])
    return Amendment(**given)


def _fill_in(form: Any, draft: Bilingual) -> None:
    """Show a draft in the form without storing it: it is changed, compared with what is stored."""
    form.initial |= {"postmortem_zh": draft.zh, "postmortem_en": draft.en, "postmortem_is_draft": True}

"""The admin of how components stand, with a word of one's own, and of how far the pipeline has come."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from probes.vocabulary.outcomes import Outcome
from probes.vocabulary.states import ComponentState
from statuspage import clock
from statuspage.admin_base import KeptAdmin, ReadOnlyAdmin
from statuspage.incidents import handling
from statuspage.incidents.admin.base import PublicAdmin
from statuspage.incidents.models import ComponentStatus
from statuspage.monitoring.conditions import knowledge_at, stored_conditions
from statuspage.monitoring.models import Progress
from statuspage.monitoring.refused import Refusal, last_refusals
from statuspage.wording.active import said
from statuspage.wording.labels import COMPONENT_STATES, EXCLUSIONS

CONDITIONS: dict[str, Promise] = {
    "lost_vantages": _("vantages without a network of their own"),
    "frozen_personas": _("test accounts that seem frozen"),
    "misconfigured_probes": _("probes that are refused by our own fault"),
    "blind_components": _("components that cannot be seen"),
}
TO_DO: dict[Outcome, Promise] = {
    Outcome.UNAUTHENTICATED: _(
        "Look at the keys, certificates and account numbers of its endpoint and at this machine's clock, "
        "then try the probe."
    ),
    Outcome.MISCONFIGURED: _(
        "Compare its address, operation and options with the provider's documentation, then try the probe."
    ),
}
PROBES_NAMED = 8


@admin.register(ComponentStatus)
class ComponentStatusAdmin(KeptAdmin, PublicAdmin):
    """The machine's state, and the override that wins over it."""

    list_display = ("of_component", "shown", "machine_state", "override", "began_at")
    list_select_related = ("component",)
    list_filter = ("state", "override")
    search_fields = ("component__slug", "component__name_zh", "component__name_en")
    readonly_fields = ("of_component", "machine_state", "began_at")
    fields = ("of_component", "machine_state", "override", "began_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ComponentStatus]:
        self._blind = knowledge_at(clock.now()).blind
        return super().get_queryset(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=_("component"), ordering="component")
    def of_component(self, row: ComponentStatus) -> str:
        return said(row.component.name)

    @admin.display(description=_("started at"), ordering="since")
    def began_at(self, row: ComponentStatus) -> datetime:
        return row.since

    @admin.display(description=_("the machine says"), ordering="state")
    def machine_state(self, row: ComponentStatus) -> str:
        return _label(ComponentState(row.state))

    @admin.display(description=_("shown"))
    def shown(self, row: ComponentStatus) -> str:
        return _label(row.shown(blind=self._blind))

    def save_model(self, request: HttpRequest, obj: ComponentStatus, form: Any, change: bool) -> None:
        if not form.has_changed():
            return
        now = clock.now()
        obj.since, obj.updated_at = now, now
        obj.save(update_fields=["override", "since", "updated_at"])
        handling.make_public(now=now)


def _label(state: ComponentState) -> str:
    return said(COMPONENT_STATES[state].say())


@admin.register(Progress)
class ProgressAdmin(ReadOnlyAdmin):
    """How far the pipeline has come, and what is wrong with the instrument itself."""

    list_display = ("concluded_until", "advanced_at", "published_at", "changed_at")
    fields = ("concluded_until", "advanced_at", "published_at", "changed_at", "condition_list")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("detector_state")

    @admin.display(description=_("to look after"))
    def condition_list(self, progress: Progress) -> SafeString | str:
        conditions = stored_conditions(progress)
        found = [(text, getattr(conditions, name)) for name, text in CONDITIONS.items()]
        why = {slug: f"{slug} ({said(EXCLUSIONS[r].say())})" for slug, r in conditions.blind_because.items()}
        wrong = [(text, ", ".join(why.get(slug, slug) for slug in slugs)) for text, slugs in found if slugs]
        if not wrong:
            return str(_("nothing"))
        told = format_html_join("", "<div><b>{}</b>: {}</div>", wrong)
        refused = last_refusals(conditions.misconfigured_probes)
        return told + format_html_join("", "<div>{}: {} — {}</div>", map(_refusal, refused))


def _refusal(refusal: Refusal) -> tuple[str, str, Promise]:
    named = ", ".join(refusal.probes[:PROBES_NAMED])
    more = len(refusal.probes) - PROBES_NAMED
    return f"{named} (+{more})" if more > 0 else named, refusal.answer, TO_DO[refusal.outcome]

"""The admin of what is told when, with a table of what holds where."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from probes.vocabulary.causes import Cause
from probes.vocabulary.publishing import Mode
from statuspage.admin_base import ModelAdmin
from statuspage.incidents.models import PublishingPolicy
from statuspage.incidents.policies import PolicyRule, Timing, policy_of
from statuspage.incidents.telling import stored_rules
from statuspage.monitoring.models import Component
from statuspage.wording.active import said
from statuspage.wording.labels import CAUSES
from statuspage.wording.publishing import MODES


@admin.register(PublishingPolicy)
class PublishingPolicyAdmin(ModelAdmin):
    """A rule of one component wins over that of all; without any, the default holds."""

    change_list_template = "admin/incidents/publishingpolicy/change_list.html"
    list_display = ("of_cause", "where", "told", "told_as_confirmed")
    list_display_links = ("of_cause", "where")
    list_select_related = ("component",)
    autocomplete_fields = ("component",)
    fields = ("cause", "component", ("tell", "tell_minutes"), ("confirm", "confirm_minutes"))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"holding": list(what_holds(stored_rules())), **(extra_context or {})}
        return super().changelist_view(request, context)

    class Media:
        css: ClassVar[dict[str, tuple[str, ...]]] = {"all": ("incidents/admin.css",)}

    @admin.display(description=_("cause"), ordering="cause")
    def of_cause(self, row: PublishingPolicy) -> str:
        return str(row.get_cause_display())

    @admin.display(description=_("component"), ordering="component")
    def where(self, row: PublishingPolicy) -> str:
        return said(row.component.name) if row.component else str(_("all components"))

    @admin.display(description=_("published"))
    def told(self, row: PublishingPolicy) -> str:
        return timing_told(Timing(mode=Mode(row.tell), minutes=row.tell_minutes))

    @admin.display(description=_("told as confirmed"))
    def told_as_confirmed(self, row: PublishingPolicy) -> str:
        return timing_told(Timing(mode=Mode(row.confirm), minutes=row.confirm_minutes))


def timing_told(timing: Timing) -> str:
    """When something is told, in the active language."""
    if timing.mode is not Mode.AFTER:
        return said(MODES[timing.mode].say())
    told = ngettext(
        "after %(n)d minute, unless stopped", "after %(n)d minutes, unless stopped", timing.minutes
    )
    return told % {"n": timing.minutes}


def what_holds(rules: tuple[PolicyRule, ...]) -> Iterable[tuple[str, str, str, str]]:
    """A row for each cause, for all components and for each that has a rule of its own: what holds there."""
    names = {row.slug: said(row.name) for row in Component.objects.filter(slug__in=_slugs(rules))}
    for cause in Cause:
        own = sorted(slug for slug in _slugs(rule for rule in rules if rule.cause is cause))
        for slug in ("", *own):
            policy = policy_of(cause, slug, rules)
            where = names.get(slug, slug) or str(_("all others") if own else _("all components"))
            yield said(CAUSES[cause].say()), where, timing_told(policy.tell), timing_told(policy.confirm)


def _slugs(rules: Iterable[PolicyRule]) -> set[str]:
    return {rule.component for rule in rules if rule.component is not None}

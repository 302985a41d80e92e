"""What is wrong with our own side: what the doctor finds, what cannot be seen, and what could not be sent."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from probes.vocabulary.origins import Origin
from statuspage.analysis.values import Conditions
from statuspage.control.undelivered import undelivered
from statuspage.control.values import Defect
from statuspage.doctor import outside, watching
from statuspage.doctor.findings import Area, Finding, Level
from statuspage.incidents.naming import name_of
from statuspage.incidents.reading import open_incidents
from statuspage.monitoring.conditions import Knowledge
from statuspage.monitoring.models import Component
from statuspage.wording.active import said
from statuspage.wording.labels import EXCLUSIONS, origin
from statuspage.wording.times import moment

NAMED = 8
_LISTS = {
    Area.KEYS: "admin:monitoring_probe_changelist",
    Area.WATCHING: "admin:monitoring_source_changelist",
    Area.OUTSIDE: "admin:outside_sender_changelist",
}


def concerns_at(now: datetime, knowledge: Knowledge) -> tuple[Defect, ...]:
    """All of it, what is urgent first."""
    found = [
        *map(_of_finding, watching.examine_watching()),
        *map(_of_finding, outside.examine_outside()),
        *([] if knowledge.blind else _unseen(knowledge.conditions)),
        *_frozen(knowledge.conditions),
        *undelivered(now),
        *_brought_open(now),
    ]
    return tuple(sorted(found, key=lambda concern: not concern.urgent))


def _of_finding(finding: Finding) -> Defect:
    return Defect(
        where=finding.where,
        what=said(finding.what),
        to_do=said(finding.to_do),
        urgent=finding.level is Level.ERROR,
        link=reverse(_LISTS[finding.area]) if finding.area in _LISTS else "",
    )


def _unseen(conditions: Conditions) -> Iterator[Defect]:
    """Components of which too little is seen to know."""
    slugs = conditions.blind_components
    if not slugs:
        return
    reasons = {
        said(EXCLUSIONS[conditions.blind_because[s]].say()) for s in slugs if s in conditions.blind_because
    }
    told = ngettext(
        "%(n)d component cannot be seen: it is shown as unknown.",
        "%(n)d components cannot be seen: they are shown as unknown.",
        len(slugs),
    ) % {"n": len(slugs)}
    yield Defect(
        where=_component_names(slugs),
        what=" ".join((told, *(f"({reason})" for reason in sorted(reasons)))),
        to_do=_("See to its probes and their vantages."),
        urgent=True,
        link=reverse("admin:incidents_componentstatus_changelist"),
    )


def _component_names(slugs: Sequence[str]) -> str:
    rows = Component.objects.filter(slug__in=slugs[:NAMED]).select_related("group")
    return _named([said(name_of(row)) for row in rows], len(slugs))


def _named(names: list[str], of: int) -> str:
    more = of - len(names)
    return ", ".join(names) + (f" (+{more})" if more > 0 else "")


def _frozen(conditions: Conditions) -> Iterator[Defect]:
    """Test accounts that are refused everywhere, whatever happens to others."""
    slugs = conditions.frozen_personas
    if slugs:
        yield Defect(
            where=_named(list(slugs[:NAMED]), len(slugs)),
            what=_("The account itself seems to be frozen: its checks say nothing."),
            to_do=_("Have the provider unfreeze it, or use another account."),
            urgent=False,
            link=reverse("admin:monitoring_persona_changelist"),
        )


def _brought_open(now: datetime) -> Iterator[Defect]:
    """Incidents that were open in another tool: neither it nor the machine ends them here."""
    rows = open_incidents().exclude(imported_from="").order_by("started_at")
    for row in rows[:NAMED]:
        told = _("Brought over from %(tool)s, open since %(at)s: nothing ends it by itself.")
        at = moment(row.started_at, zone=get_default_timezone(), seen_from=now)
        yield Defect(
            where=said(row.title),
            what=told % {"tool": said(origin(Origin(row.imported_from))), "at": said(at)},
            to_do=_("Resolve it; its end can be corrected then."),
            urgent=False,
            link=reverse("admin:incidents_incident_change", args=[row.pk]),
        )

"""The sentence at the top of the page: what is going on, since when, how we know, and what to do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext, ngettext, pgettext

from probes.vocabulary.causes import Cause
from statuspage.analysis.values import Certainty
from statuspage.incidents.models import ComponentState
from statuspage.public.read.values import ComponentView, IncidentView, Snapshot
from statuspage.public.render import wording
from statuspage.public.render.charts import is_far_above

_CAUSE_ORDER = (Cause.OUTAGE, Cause.RISK_CONTROL, Cause.POLICY_CHANGE, Cause.MAINTENANCE)
FEARS = (ComponentState.MAJOR, ComponentState.PARTIAL, ComponentState.DEGRADED, ComponentState.MAINTENANCE)
NAMED = 3  # so many components are named; of more, the rest is counted
TONE_OF_STATE = {
    ComponentState.OPERATIONAL: "ok",
    ComponentState.DEGRADED: "outage",
    ComponentState.PARTIAL: "outage",
    ComponentState.MAJOR: "outage",
    ComponentState.MAINTENANCE: "maintenance",
    ComponentState.UNKNOWN: "unknown",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """``tone`` is a cause, ``ok`` or ``unknown``; ``incident`` is the one that it speaks of."""

    tone: str
    headline: str
    facts: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None  # the announced end
    incident: IncidentView | None = None
    others: tuple[IncidentView, ...] = ()


def urgency(incident: IncidentView) -> tuple[int, int, int, float]:
    """Orders open incidents: what is sure before what is suspected, then the worse, then by cause."""
    return (
        -int(incident.certainty is Certainty.CONFIRMED),
        -incident.impact.rank,
        _CAUSE_ORDER.index(incident.cause),
        -incident.started_at.timestamp(),
    )


def headline_of(snapshot: Snapshot) -> Headline:
    """What the page says first, in the active language."""
    incidents = sorted(snapshot.open_incidents, key=urgency)
    if snapshot.blind and not any(incident.by_person for incident in incidents):
        return _blind(snapshot, tuple(incidents))
    if incidents:
        return _of_incident(snapshot, incidents)
    afraid = [component for component in snapshot.components if component.state in FEARS]
    if afraid:
        return _of_states(snapshot, afraid)
    return _calm(snapshot)


def _of_incident(snapshot: Snapshot, incidents: list[IncidentView]) -> Headline:
    first = incidents[0]
    facts = [_length(snapshot, first)]
    if first.evidence is not None:
        facts += [wording.acceptance_fact(first.evidence), wording.reports_fact(first.evidence)]
    if first.certainty is Certainty.SUSPECTED:
        facts.append(
            gettext("not yet certain (%(share)s); we keep checking")
            % {"share": f"{min(99, round(first.confidence * 100))}%"}
        )
    is_planned = first.cause is Cause.MAINTENANCE
    return Headline(
        tone=first.cause.value,
        headline=str(first.title),
        facts=tuple(fact for fact in facts if fact),
        advice=wording.advice(first.cause),
        since=first.started_at,
        until=_announced_end(snapshot, first.affected or first.components) if is_planned else None,
        incident=first,
        others=tuple(incidents[1:]),
    )


def _length(snapshot: Snapshot, incident: IncidentView) -> str:
    lasted = wording.span(snapshot.at - incident.started_at)
    return gettext("for %(span)s so far") % {"span": lasted}


def _blind(snapshot: Snapshot, last_known: tuple[IncidentView, ...] = ()) -> Headline:
    if snapshot.known_until is None:
        headline = gettext("We do not know yet how things stand: our own measuring is only beginning.")
    elif snapshot.blind:
        headline = gettext("We do not know how things stand: our own measuring has stopped.")
    else:
        headline = gettext("We do not know how things stand: our own measuring sees nothing at the moment.")
    return Headline(
        tone="unknown",
        headline=headline,
        facts=(gettext("This says nothing about the payment services, good or bad."),),
        advice=(gettext("If a payment fails, look in your bill before you try again."),),
        since=snapshot.known_until if snapshot.blind else None,
        others=last_known,
    )


def _of_states(snapshot: Snapshot, afraid: list[ComponentView]) -> Headline:
    worst = min(afraid, key=lambda component: FEARS.index(component.state))
    same = [component for component in afraid if component.state is worst.state]
    names = _named(snapshot, same)
    tone = TONE_OF_STATE[worst.state]
    return Headline(
        tone=tone,
        headline=gettext("%(names)s: %(state)s") % {"names": names, "state": wording.state_word(worst.state)},
        advice=wording.advice(Cause(tone)),
        since=min(component.since for component in same),
        until=_announced_end(snapshot, [component.slug for component in same]),
    )


def _named(snapshot: Snapshot, chosen: Sequence[ComponentView], *, within: bool = False) -> str:
    """Their names, whole groups as one, the first two only where there are many; ``within`` a sentence."""
    slugs = {component.slug for component in chosen}
    if len(slugs) > 1 and len(slugs) == len(snapshot.components):
        return gettext("all payment methods") if within else gettext("All payment methods")
    names: list[str] = []
    for group in snapshot.groups:
        own = [component for component in group.components if component.slug in slugs]
        is_whole = group.slug and len(own) == len(group.components) > 1
        names += [str(group.name)] if is_whole else [str(component.name) for component in own]
    if len(names) <= NAMED:
        return pgettext("list", ", ").join(names)
    return gettext("%(names)s and %(n)d more") % {
        "names": pgettext("list", ", ").join(names[: NAMED - 1]),
        "n": len(names) - NAMED + 1,
    }


def _announced_end(snapshot: Snapshot, slugs: Iterable[str]) -> datetime | None:
    """The latest end of the planned work that is under way at any of these components and not yet overdue."""
    affected = set(slugs)
    ends = [
        row.ends_at
        for row in snapshot.maintenances
        if row.starts_at <= snapshot.at < row.ends_at and affected & set(row.components)
    ]
    return max(ends, default=None)


def _calm(snapshot: Snapshot) -> Headline:
    unseen = [component for component in snapshot.components if component.state is ComponentState.UNKNOWN]
    if unseen and len(unseen) == len(snapshot.components):
        return _blind(snapshot)
    if unseen:
        names = _named(snapshot, unseen, within=True)
        return Headline(
            tone="unknown",
            headline=gettext("What we can see works; of %(names)s we do not know.") % {"names": names},
            facts=_calm_facts(snapshot),
        )
    return Headline(
        tone="ok",
        headline=gettext("Payments work normally."),
        facts=_calm_facts(snapshot),
        advice=(
            gettext("If only yours fails, check your limit, device and network, then ask official support."),
        ),
    )


def _calm_facts(snapshot: Snapshot) -> tuple[str, ...]:
    probes = ngettext("%(n)d probe", "%(n)d probes", snapshot.probe_count) % {"n": snapshot.probe_count}
    seeing = snapshot.vantage_count - len(snapshot.lost_vantages)
    vantages = ngettext("%(n)d vantage", "%(n)d vantages", seeing) % {"n": seeing}
    facts = [
        gettext("%(probes)s from %(vantages)s see nothing unusual") % {"probes": probes, "vantages": vantages}
    ]
    facts += _complaints(snapshot)
    if snapshot.lost_vantages:
        names = pgettext("list", ", ").join(
            str(snapshot.names.vantage(slug)) for slug in snapshot.lost_vantages
        )
        facts.append(gettext("our vantage %(names)s has lost its network and is left out") % {"names": names})
    if snapshot.unread_sources:
        facts.append(wording.unread_fact(snapshot.unread_sources))
    return tuple(facts)


def _complaints(snapshot: Snapshot) -> list[str]:
    """How many complain against the usual; where it is far more, what is known of the reason."""
    count, usual = snapshot.recent.reports_last_hour, snapshot.recent.usual_last_hour
    if usual is None:
        return []
    told = ngettext(
        "%(n)d complaint in the past hour (usually %(usual)s)",
        "%(n)d complaints in the past hour (usually %(usual)s)",
        count,
    ) % {"n": count, "usual": wording.number(usual)}
    if not is_far_above(count, usual):
        return [told]
    ended = [incident.resolved_at for incident in snapshot.incidents if incident.resolved_at]
    since = snapshot.at - max(ended) if ended else None
    if since is not None and since < timedelta(hours=1):
        after = gettext("the hour holds an incident that ended %(span)s ago") % {"span": wording.span(since)}
        return [told, after]
    return [told, gettext("that is more than usual; our checks show no cause")]

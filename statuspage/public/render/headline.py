"""The sentence at the top of the page: what is going on, since when, how we know, and what to do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause
from probes.vocabulary.states import ComponentState
from statuspage.analysis.values import Certainty
from statuspage.incidents.standing import by_rank
from statuspage.incidents.ways import kinds_of
from statuspage.public.read.values import WORST_FIRST, ComponentView, IncidentView, Snapshot
from statuspage.public.render.charts import is_far_above
from statuspage.public.render.instead import instead_of, ways_of
from statuspage.wording import evidence, labels, names
from statuspage.wording import headline as words
from statuspage.wording.advice import WHILE_BLIND, WHILE_CALM, advice
from statuspage.wording.numbers import chance, number
from statuspage.wording.times import duration

TONE_OF_STATE = {
    ComponentState.OPERATIONAL: "ok",
    ComponentState.DEGRADED: "outage",
    ComponentState.PARTIAL: "outage",
    ComponentState.MAJOR: "outage",
    ComponentState.MAINTENANCE: "maintenance",
    ComponentState.UNKNOWN: "unknown",
}
# The looks of what nobody needs to be told of.
UNTROUBLED = {"ok", "unknown"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """``tone`` is a cause, ``ok`` or ``unknown``; ``incident`` is the one that it speaks of."""

    tone: str
    headline: Bilingual
    facts: tuple[Bilingual, ...] = ()
    advice: tuple[Bilingual, ...] = ()
    instead: tuple[Bilingual, ...] = ()  # what works at this moment
    since: datetime | None = None
    until: datetime | None = None  # the announced end
    incident: IncidentView | None = None
    others: tuple[IncidentView, ...] = ()


def urgency(incident: IncidentView) -> tuple[int, int, int, float]:
    """Orders open incidents: what is sure before what is suspected, then the worse, then by cause."""
    return (
        -int(incident.certainty is Certainty.CONFIRMED),
        -incident.impact.rank,
        WORST_FIRST.index(incident.cause),
        -incident.started_at.timestamp(),
    )


def headline_of(snapshot: Snapshot) -> Headline:
    """What the page says first."""
    incidents = sorted(snapshot.open_incidents, key=urgency)
    if snapshot.blind and not any(incident.by_person for incident in incidents):
        return _blind(snapshot, tuple(incidents))
    if incidents:
        return _of_incident(snapshot, incidents)
    afraid = [
        component for component in snapshot.components if TONE_OF_STATE[component.state] not in UNTROUBLED
    ]
    if afraid:
        return _of_states(snapshot, afraid)
    return _calm(snapshot)


def _of_incident(snapshot: Snapshot, incidents: list[IncidentView]) -> Headline:
    first = incidents[0]
    facts = [words.SO_FAR.say(span=duration(snapshot.at - first.started_at))]
    if first.evidence is not None:
        facts += [evidence.acceptance(first.evidence), evidence.complaints(first.evidence)]
    if first.certainty is Certainty.SUSPECTED:
        facts.append(words.NOT_CERTAIN.say(share=chance(first.confidence)))
    is_planned = first.cause is Cause.MAINTENANCE
    concerned = first.affected or first.components
    kinds = kinds_of(concerned, ways_of(snapshot))
    return Headline(
        tone=first.cause.value,
        headline=first.title,
        facts=tuple(fact for fact in facts if fact),
        advice=advice(first.cause, kinds),
        instead=instead_of(snapshot, concerned, first.cause),
        since=first.started_at,
        until=_announced_end(snapshot, concerned) if is_planned else None,
        incident=first,
        others=tuple(incidents[1:]),
    )


def _blind(snapshot: Snapshot, last_known: tuple[IncidentView, ...] = ()) -> Headline:
    if snapshot.known_until is None:
        headline = words.BEGINNING
    elif snapshot.blind:
        headline = words.STOPPED
    else:
        headline = words.SEES_NOTHING
    return Headline(
        tone="unknown",
        headline=headline.say(),
        facts=(*([] if snapshot.blind else _reasons(snapshot)), words.SAYS_NOTHING.say()),
        advice=(WHILE_BLIND.say(),),
        since=snapshot.known_until if snapshot.blind else None,
        others=last_known,
    )


def _reasons(snapshot: Snapshot) -> list[Bilingual]:
    """Why what we see of components says nothing, as far as it is our own fault."""
    because = dict(snapshot.blind_because)
    unseen = [
        component
        for component in snapshot.components
        if component.state is ComponentState.UNKNOWN and component.slug in because
    ]
    return [
        words.BLIND_BECAUSE[reason].say(
            names=_named(snapshot, [one for one in unseen if because[one.slug] is reason])
        )
        for reason in sorted({because[component.slug] for component in unseen})
    ]


def _of_states(snapshot: Snapshot, afraid: list[ComponentView]) -> Headline:
    worst = max((component.state for component in afraid), key=by_rank)
    same = [component for component in afraid if component.state is worst]
    told, tone = _named(snapshot, same), TONE_OF_STATE[worst]
    slugs = [component.slug for component in same]
    return Headline(
        tone=tone,
        headline=words.STATES.say(names=told.capitalised(), state=labels.state(worst)),
        advice=advice(Cause(tone), {component.kind for component in same}),
        instead=instead_of(snapshot, slugs, Cause(tone)),
        since=min(component.since for component in same),
        until=_announced_end(snapshot, slugs),
    )


def _named(snapshot: Snapshot, chosen: Sequence[ComponentView]) -> Bilingual:
    """Their names, whole groups as one, the first two only where there are many."""
    slugs = {component.slug for component in chosen}
    if len(slugs) > 1 and len(slugs) == len(snapshot.components):
        return names.ALL.say()
    told: list[Bilingual] = []
    for group in snapshot.groups:
        own = [component for component in group.components if component.slug in slugs]
        is_whole = group.slug and len(own) == len(group.components) > 1
        told += [group.name] if is_whole else [component.name for component in own]
    return names.shortlisted(told)


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
        return Headline(
            tone="unknown",
            headline=words.PARTLY_SEEN.say(names=_named(snapshot, unseen)),
            facts=(*_reasons(snapshot), *_calm_facts(snapshot)),
        )
    return Headline(
        tone="ok",
        headline=words.CALM.say(),
        facts=_calm_facts(snapshot),
        advice=(WHILE_CALM.say(),),
    )


def _calm_facts(snapshot: Snapshot) -> tuple[Bilingual, ...]:
    seeing = snapshot.vantage_count - len(snapshot.lost_vantages)
    facts = _complaints(snapshot)
    if seeing > 0:
        probes, vantages = words.PROBES.say(n=snapshot.probe_count), evidence.VANTAGES.say(n=seeing)
        facts.insert(0, words.NOTHING_UNUSUAL.say(probes=probes, vantages=vantages))
    if snapshot.lost_vantages:
        lost = [snapshot.names.vantage(slug) for slug in snapshot.lost_vantages]
        facts.append(words.LOST_VANTAGES.say(names=names.listed(lost)))
    if snapshot.unread_sources:
        facts.append(words.UNREAD_SOURCES.say(names=names.listed(snapshot.unread_sources)))
    return tuple(facts)


def _complaints(snapshot: Snapshot) -> list[Bilingual]:
    """How many complain against the usual; where it is far more, what is known of the reason."""
    count, usual = snapshot.recent.reports_last_hour, snapshot.recent.usual_last_hour
    if usual is None:
        return []
    told = words.COMPLAINTS.say(n=count, usual=number(usual))
    if not is_far_above(count, usual):
        return [told]
    ended = [incident.resolved_at for incident in snapshot.incidents if incident.resolved_at]
    since = snapshot.at - max(ended) if ended else None
    if since is not None and since < timedelta(hours=1):
        return [told, words.JUST_ENDED.say(span=duration(since))]
    return [told, words.NO_CAUSE_SEEN.say()]

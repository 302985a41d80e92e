"""The first screen: which of its states the page is in, what is going on, how we know, and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause
from probes.vocabulary.kinds import ComponentKind
from probes.vocabulary.states import ComponentState, IncidentStatus
from statuspage.analysis.values import Certainty
from statuspage.incidents.standing import by_rank
from statuspage.incidents.ways import concerned_by, kinds_of
from statuspage.public.read.values import WORST_FIRST, ComponentView, IncidentView, Snapshot
from statuspage.public.render.charts import is_far_above
from statuspage.public.render.instead import advice_of, instead_of, ways_of
from statuspage.public.render.naming import names_together
from statuspage.public.render.pauses import pauses
from statuspage.public.render.recovered import just_over, just_told, shown_of, what_it_was
from statuspage.wording import causes, labels, names, rows
from statuspage.wording import headline as words
from statuspage.wording.advice import WHILE_BLIND, WHILE_CALM, advice
from statuspage.wording.evidence import complaints, extent, others_say
from statuspage.wording.kinds import attempts
from statuspage.wording.numbers import usually
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


class Scene(StrEnum):
    """The states of the first screen."""

    CALM = "calm"
    SUSPECTED = "suspected"  # by our own tests
    TOLD = "told"  # by users alone
    CONFIRMED = "confirmed"
    RECOVERED = "recovered"  # a short while ago
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """``tone`` is a cause, ``ok`` or ``unknown``; ``incident`` or ``work`` is what it speaks of."""

    scene: Scene
    tone: str
    headline: Bilingual
    facts: tuple[Bilingual, ...] = ()
    advice: tuple[Bilingual, ...] = ()
    instead: tuple[Bilingual, ...] = ()  # what works at this moment
    since: datetime | None = None
    until: datetime | None = None  # the announced end
    incident: IncidentView | None = None
    work: str | None = None  # the id of planned work
    others: tuple[IncidentView, ...] = ()

    @property
    def brief(self) -> Bilingual:
        """The same in as few words as a badge has room for."""
        match self.scene:
            case Scene.CALM | Scene.RECOVERED if self.tone == "ok":
                return labels.state(ComponentState.OPERATIONAL)
            case Scene.SUSPECTED:
                return words.POSSIBLE.say(cause=labels.CAUSES[Cause(self.tone)].say()).capitalised()
            case Scene.TOLD:
                return rows.USERS_REPORT.say().capitalised()
            case _:
                return causes.heading(self.tone)


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
    unseen = [component for component in snapshot.components if component.state is ComponentState.UNKNOWN]
    if len(unseen) == len(snapshot.components):
        return _blind(snapshot)
    last = just_over(snapshot)
    return _calm(snapshot, unseen) if last is None else _recovered(snapshot, last, unseen)


def _of_incident(snapshot: Snapshot, incidents: list[IncidentView]) -> Headline:
    first = incidents[0]
    is_planned = first.cause is Cause.MAINTENANCE
    concerned = concerned_by(first)
    kinds = kinds_of(concerned, ways_of(snapshot))
    return Headline(
        scene=scene_of(first),
        tone=first.cause.value,
        headline=first.title,
        facts=_facts(snapshot, first, kinds),
        advice=advice_of(snapshot, first),
        instead=instead_of(snapshot, concerned, first.cause),
        since=first.started_at,
        until=_announced_end(snapshot, concerned) if is_planned else None,
        incident=first,
        others=tuple(incidents[1:]),
    )


def scene_of(incident: IncidentView) -> Scene:
    """The state in which the first screen is while this is what goes on."""
    if incident.certainty is Certainty.CONFIRMED:
        return Scene.CONFIRMED
    return Scene.TOLD if incident.told_only else Scene.SUSPECTED


def _facts(
    snapshot: Snapshot, incident: IncidentView, kinds: frozenset[ComponentKind]
) -> tuple[Bilingual, ...]:
    """How long, how much of it, how many people say so; and how sure that is, where it is not."""
    facts = [words.SO_FAR.say(span=duration(snapshot.at - incident.started_at))]
    concerned = set(concerned_by(incident))
    lost_sight = bool(concerned) and concerned <= set(snapshot.blind_components)
    if incident.evidence is not None:
        # What a person leads is not measured any more, and what eases was measured before.
        if not incident.by_person and incident.status is not IncidentStatus.MONITORING:
            facts.append(extent(incident.evidence, incident.cause, kinds, over=lost_sight))
        facts += [complaints(incident.evidence), others_say(incident.evidence)]
    if incident.told_only:
        unseen = any(
            component.state is ComponentState.UNKNOWN
            for component in snapshot.components
            if component.slug in incident.components
        )
        facts.append((words.CANNOT_SEE if unseen else words.NOT_MET).say())
    elif lost_sight:
        facts.append(words.CANNOT_SEE.say())
    if incident.certainty is Certainty.SUSPECTED:
        facts.append(words.NOT_CONFIRMED.say())
    return tuple(fact for fact in facts if fact)


def _recovered(snapshot: Snapshot, last: IncidentView, unseen: list[ComponentView]) -> Headline:
    """What is just over; where there are ``unseen`` components, all is not well for that."""
    told, kinds = shown_of(snapshot, last), kinds_of(last.components, ways_of(snapshot))
    return Headline(
        scene=Scene.RECOVERED,
        tone="unknown" if unseen else "ok",
        headline=words.RECOVERED[last.cause].say(
            names=names_together(snapshot, told).capitalised(), attempts=attempts(kinds)
        ),
        facts=(*what_it_was(last, snapshot.at), *(_partly_seen(snapshot, unseen) if unseen else ())),
        advice=(words.STILL_FAILING.say(),),
        incident=last,
    )


def _blind(snapshot: Snapshot, last_known: tuple[IncidentView, ...] = ()) -> Headline:
    if not snapshot.components:
        headline = words.WATCHES_NOTHING
    elif snapshot.known_until is None:
        headline = words.BEGINNING
    elif snapshot.blind:
        headline = words.STOPPED
    elif snapshot.anew:
        headline = words.JUDGING_ANEW
    else:
        headline = words.SEES_NOTHING
    return Headline(
        scene=Scene.UNKNOWN,
        tone="unknown",
        headline=headline.say(),
        facts=(*([] if snapshot.blind else _reasons(snapshot)), words.SAYS_NOTHING.say()),
        advice=(WHILE_BLIND.say(),),
        since=snapshot.known_until if snapshot.blind else None,
        others=last_known,
    )


def _reasons(snapshot: Snapshot) -> list[Bilingual]:
    """Why what we see of components says nothing, as far as it is our own doing."""
    unknown = [one for one in snapshot.components if one.state is ComponentState.UNKNOWN]
    resting = dict(snapshot.paused)
    because = {slug: reason for slug, reason in snapshot.blind_because if slug not in resting}
    unseen = [component for component in unknown if component.slug in because]
    return pauses(snapshot, unknown) + [
        words.BLIND_BECAUSE[reason].say(
            names=names_together(snapshot, [one for one in unseen if because[one.slug] is reason])
        )
        for reason in sorted({because[component.slug] for component in unseen})
    ]


def _of_states(snapshot: Snapshot, afraid: list[ComponentView]) -> Headline:
    worst = max((component.state for component in afraid), key=by_rank)
    same = [component for component in afraid if component.state is worst]
    told, tone = names_together(snapshot, same), TONE_OF_STATE[worst]
    slugs = [component.slug for component in same]
    return Headline(
        scene=Scene.CONFIRMED,
        tone=tone,
        headline=words.STATES.say(names=told.capitalised(), state=labels.state(worst)),
        advice=advice(Cause(tone), {component.kind for component in same}),
        instead=instead_of(snapshot, slugs, Cause(tone)),
        since=min(component.since for component in same),
        until=_announced_end(snapshot, slugs),
        work=_work_at(snapshot, slugs) if worst is ComponentState.MAINTENANCE else None,
    )


def _announced_end(snapshot: Snapshot, slugs: Iterable[str]) -> datetime | None:
    """The latest end of the planned work that is under way at any of these components and not yet overdue."""
    affected = set(slugs)
    ends = [
        row.ends_at
        for row in snapshot.maintenances
        if row.starts_at <= snapshot.at < row.ends_at and affected & set(row.components)
    ]
    return max(ends, default=None)


def _work_at(snapshot: Snapshot, slugs: Iterable[str]) -> str | None:
    """The planned work that is under way at any of these components and began last."""
    affected = set(slugs)
    ids = [row.id for row in snapshot.planned if row.status.is_under_way and affected & set(row.components)]
    return next(iter(ids), None)


def _partly_seen(snapshot: Snapshot, unseen: list[ComponentView]) -> tuple[Bilingual, ...]:
    """That nobody knows of these components, and why."""
    return (words.PARTLY_SEEN.say(names=names_together(snapshot, unseen)), *_reasons(snapshot))


def _calm(snapshot: Snapshot, unseen: list[ComponentView]) -> Headline:
    if unseen:
        headline, *reasons = _partly_seen(snapshot, unseen)
        return Headline(
            scene=Scene.UNKNOWN,
            tone="unknown",
            headline=headline,
            facts=(*reasons, *_calm_facts(snapshot)),
            advice=(WHILE_BLIND.say(),),
            others=just_told(snapshot),
        )
    return Headline(
        scene=Scene.CALM,
        tone="ok",
        headline=words.CALM.say(),
        facts=_calm_facts(snapshot),
        advice=(WHILE_CALM.say(),),
        others=just_told(snapshot),
    )


def _calm_facts(snapshot: Snapshot) -> tuple[Bilingual, ...]:
    seeing = snapshot.vantage_count - len(snapshot.lost_vantages)
    facts = _complaints(snapshot)
    if seeing > 0:
        checks, places = words.CHECKS.say(n=snapshot.probe_count), words.PLACES.say(n=seeing)
        facts.insert(0, words.NOTHING_UNUSUAL.say(checks=checks, places=places))
    if snapshot.lost_vantages:
        lost = [snapshot.names.vantage(slug) for slug in snapshot.lost_vantages]
        facts.append(words.LOST_PLACES.say(names=names.listed(lost)))
    if snapshot.unread_sources:
        facts.append(words.UNREAD_SOURCES.say(names=names.listed(snapshot.unread_sources)))
    return tuple(facts)


def _complaints(snapshot: Snapshot) -> list[Bilingual]:
    """How many complain against the usual; where it is far more, what is known of the reason."""
    count, usual = snapshot.recent.reports_last_hour, snapshot.recent.usual_last_hour
    if usual is None:
        return []
    told = words.COMPLAINTS.say(n=count, usual=usually(usual))
    if not is_far_above(count, usual):
        return [told]
    ended = [
        incident.resolved_at
        for incident in snapshot.incidents
        if incident.resolved_at and not incident.end_unseen and incident.withdrawn_at is None
    ]
    since = snapshot.at - max(ended) if ended else None
    if since is not None and since < timedelta(hours=1):
        return [told, words.JUST_ENDED.say(span=duration(since))]
    return [told, words.NO_CAUSE_SEEN.say()]

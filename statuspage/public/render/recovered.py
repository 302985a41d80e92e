"""What is just over, for who comes to see what it was."""

from datetime import datetime, timedelta

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.states import ComponentState
from statuspage.analysis.values import Certainty
from statuspage.public.read.values import ComponentView, IncidentView, Snapshot
from statuspage.wording import causes
from statuspage.wording import headline as words
from statuspage.wording.evidence import complaints
from statuspage.wording.times import duration

# How long the page goes on saying so: as long as people still come who were in the middle of it.
RECENTLY = timedelta(minutes=30)


def just_over(snapshot: Snapshot) -> IncidentView | None:
    """The incident that ended last, where that is recent; only one that was confirmed and is seen to be over.

    Where one of its components is not known to work now, nobody is told that it does.
    """
    states = {component.slug: component.state for component in snapshot.components}
    over = [
        incident
        for incident in snapshot.incidents
        if incident.certainty is Certainty.CONFIRMED
        and incident.resolved_at is not None
        and not incident.end_unseen
        and incident.withdrawn_at is None
        and snapshot.at - incident.resolved_at <= RECENTLY
        and {states[slug] for slug in incident.components if slug in states} == {ComponentState.OPERATIONAL}
    ]
    return max(
        over, key=lambda incident: (incident.resolved_at or snapshot.at, incident.started_at), default=None
    )


def just_told(snapshot: Snapshot) -> tuple[IncidentView, ...]:
    """What users alone told of until a short while ago: nobody who did is to think that it was not heard."""
    return tuple(
        incident
        for incident in snapshot.incidents
        if incident.told_only
        and incident.certainty is Certainty.SUSPECTED
        and incident.resolved_at is not None
        and not incident.end_unseen
        and incident.withdrawn_at is None
        and snapshot.at - incident.resolved_at <= RECENTLY
    )


def shown_of(snapshot: Snapshot, incident: IncidentView) -> list[ComponentView]:
    """Those of its components that are still on the page."""
    return [component for component in snapshot.components if component.slug in incident.components]


def what_it_was(incident: IncidentView, at: datetime) -> tuple[Bilingual, ...]:
    """What it was, how long, and how many people said so."""
    ended_at = incident.resolved_at or at
    told = words.WHAT_IT_WAS.say(
        cause=causes.heading(incident.cause.value),
        span=duration(ended_at - incident.started_at),
        ago=duration(at - ended_at),
    )
    heard = complaints(incident.evidence) if incident.evidence is not None else None
    return (told, heard) if heard else (told,)

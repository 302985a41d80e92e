"""Which update a timeline gets when the machine's verdict changes: a table, and how to read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.states import Event, IncidentStatus
from statuspage.analysis.values import Certainty, Verdict

_S, _E = IncidentStatus, Event
# The status after the update. A missing pair writes nothing; an incident that a person leads is not asked.
TRANSITIONS: Mapping[tuple[IncidentStatus | None, Event], IncidentStatus] = {
    (None, _E.SUSPECTED): _S.INVESTIGATING,
    (None, _E.OPENED): _S.IDENTIFIED,
    (_S.INVESTIGATING, _E.CONFIRMED): _S.IDENTIFIED,
    (_S.INVESTIGATING, _E.LEANED): _S.INVESTIGATING,
    (_S.INVESTIGATING, _E.SPREAD): _S.INVESTIGATING,
    (_S.INVESTIGATING, _E.DISMISSED): _S.RESOLVED,
    (_S.INVESTIGATING, _E.RESOLVED): _S.RESOLVED,
    (_S.IDENTIFIED, _E.CAUSE_CHANGED): _S.IDENTIFIED,
    (_S.IDENTIFIED, _E.WORSENED): _S.IDENTIFIED,
    (_S.IDENTIFIED, _E.SPREAD): _S.IDENTIFIED,
    (_S.IDENTIFIED, _E.EASED): _S.IDENTIFIED,
    (_S.IDENTIFIED, _E.RECOVERING): _S.MONITORING,
    (_S.IDENTIFIED, _E.RESOLVED): _S.RESOLVED,
    (_S.IDENTIFIED, _E.DISMISSED): _S.RESOLVED,
    (_S.MONITORING, _E.CAUSE_CHANGED): _S.IDENTIFIED,
    (_S.MONITORING, _E.RELAPSED): _S.IDENTIFIED,
    (_S.MONITORING, _E.RESOLVED): _S.RESOLVED,
    (_S.MONITORING, _E.DISMISSED): _S.RESOLVED,
    (_S.RESOLVED, _E.REOPENED): _S.IDENTIFIED,
}
# How long the last update must stand before one of these follows it. Whatever else changes is told at once.
QUIET: Mapping[Event, timedelta] = {
    _E.CAUSE_CHANGED: timedelta(seconds=20),
    _E.LEANED: timedelta(minutes=5),
    _E.WORSENED: timedelta(minutes=5),
    _E.SPREAD: timedelta(minutes=5),
    _E.EASED: timedelta(minutes=5),
    _E.RECOVERING: timedelta(minutes=5),
    _E.RELAPSED: timedelta(minutes=5),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the last update told the public, and when."""

    at: datetime
    status: IncidentStatus
    cause: Cause
    certainty: Certainty
    impact: Impact
    affected: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One update to write."""

    event: Event
    status: IncidentStatus


def move_of(said: Said | None, verdict: Verdict) -> Move | None:
    """The update that ``verdict`` asks for after ``said`` (None: nothing was said yet), or None."""
    event = _event_of(said, verdict)
    if event is None:
        return None
    if said is not None and verdict.at - said.at < QUIET.get(event, timedelta()):
        return None
    status = TRANSITIONS.get((None if said is None else said.status, event))
    return None if status is None else Move(event=event, status=status)


def _event_of(said: Said | None, verdict: Verdict) -> Event | None:
    sure = verdict.certainty is Certainty.CONFIRMED
    if said is None:
        return Event.OPENED if sure else Event.SUSPECTED
    over = said.status.is_over
    if verdict.resolved_at is not None:
        if over:
            return None
        return Event.RESOLVED if sure else Event.DISMISSED
    if over:
        return Event.REOPENED
    if sure and said.certainty is Certainty.SUSPECTED:
        return Event.CONFIRMED
    if verdict.cause is not said.cause:
        return Event.CAUSE_CHANGED if sure else Event.LEANED
    return _change_of_extent(said, verdict)


def _change_of_extent(said: Said, verdict: Verdict) -> Event | None:
    affected = frozenset(verdict.affected)
    if said.status is IncidentStatus.MONITORING:
        return Event.RELAPSED if affected else None
    if not affected:
        return Event.RECOVERING
    if verdict.impact.rank > said.impact.rank:
        return Event.WORSENED
    if affected - said.affected:
        return Event.SPREAD
    return Event.EASED if said.affected - affected else None

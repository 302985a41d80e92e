"""Which update a timeline gets when the machine's verdict changes: a table, and how to read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.states import IncidentStatus, UpdateKind
from statuspage.analysis.values import Certainty, Verdict

_S, _K = IncidentStatus, UpdateKind
# The status after the update. A missing pair writes nothing; an incident that a person leads is not asked.
TRANSITIONS: Mapping[tuple[IncidentStatus | None, UpdateKind], IncidentStatus] = {
    (None, _K.SUSPECTED): _S.INVESTIGATING,
    (None, _K.OPENED): _S.IDENTIFIED,
    (_S.INVESTIGATING, _K.CONFIRMED): _S.IDENTIFIED,
    (_S.INVESTIGATING, _K.LEANED): _S.INVESTIGATING,
    (_S.INVESTIGATING, _K.SPREAD): _S.INVESTIGATING,
    (_S.INVESTIGATING, _K.DISMISSED): _S.RESOLVED,
    (_S.INVESTIGATING, _K.RESOLVED): _S.RESOLVED,
    (_S.IDENTIFIED, _K.CAUSE_CHANGED): _S.IDENTIFIED,
    (_S.IDENTIFIED, _K.WORSENED): _S.IDENTIFIED,
    (_S.IDENTIFIED, _K.SPREAD): _S.IDENTIFIED,
    (_S.IDENTIFIED, _K.EASED): _S.IDENTIFIED,
    (_S.IDENTIFIED, _K.RECOVERING): _S.MONITORING,
    (_S.IDENTIFIED, _K.RESOLVED): _S.RESOLVED,
    (_S.IDENTIFIED, _K.DISMISSED): _S.RESOLVED,
    (_S.MONITORING, _K.CAUSE_CHANGED): _S.IDENTIFIED,
    (_S.MONITORING, _K.RELAPSED): _S.IDENTIFIED,
    (_S.MONITORING, _K.RESOLVED): _S.RESOLVED,
    (_S.MONITORING, _K.DISMISSED): _S.RESOLVED,
    (_S.RESOLVED, _K.REOPENED): _S.IDENTIFIED,
}
# How long the last update must stand before one of these follows it. Whatever else changes is told at once.
COOLDOWNS: Mapping[UpdateKind, timedelta] = {
    _K.CAUSE_CHANGED: timedelta(seconds=20),
    _K.LEANED: timedelta(minutes=5),
    _K.WORSENED: timedelta(minutes=5),
    _K.SPREAD: timedelta(minutes=5),
    _K.EASED: timedelta(minutes=5),
    _K.RECOVERING: timedelta(minutes=5),
    _K.RELAPSED: timedelta(minutes=5),
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

    kind: UpdateKind
    status: IncidentStatus


def move_of(said: Said | None, verdict: Verdict) -> Move | None:
    """The update that ``verdict`` asks for after ``said`` (None: nothing was said yet), or None."""
    kind = _kind_of(said, verdict)
    if kind is None:
        return None
    if said is not None and verdict.at - said.at < COOLDOWNS.get(kind, timedelta()):
        return None
    status = TRANSITIONS.get((None if said is None else said.status, kind))
    return None if status is None else Move(kind=kind, status=status)


def _kind_of(said: Said | None, verdict: Verdict) -> UpdateKind | None:
    sure = verdict.certainty is Certainty.CONFIRMED
    if said is None:
        return UpdateKind.OPENED if sure else UpdateKind.SUSPECTED
    over = said.status.is_over
    if verdict.resolved_at is not None:
        if over:
            return None
        return UpdateKind.RESOLVED if sure else UpdateKind.DISMISSED
    if over:
        return UpdateKind.REOPENED
    if sure and said.certainty is Certainty.SUSPECTED:
        return UpdateKind.CONFIRMED
    if verdict.cause is not said.cause:
        return UpdateKind.CAUSE_CHANGED if sure else UpdateKind.LEANED
    return _change_of_extent(said, verdict)


def _change_of_extent(said: Said, verdict: Verdict) -> UpdateKind | None:
    affected = frozenset(verdict.affected)
    if said.status is IncidentStatus.MONITORING:
        return UpdateKind.RELAPSED if affected else None
    if not affected:
        return UpdateKind.RECOVERING
    if verdict.impact.rank > said.impact.rank:
        return UpdateKind.WORSENED
    if affected - said.affected:
        return UpdateKind.SPREAD
    return UpdateKind.EASED if said.affected - affected else None

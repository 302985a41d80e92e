"""What is to be told of planned work: how it stands beside what was told of it last. Pure rules."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from probes.vocabulary.states import MaintenanceStatus, PlannedStep


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStanding:
    """Where planned work stands, and from when to when it is meant to last."""

    status: MaintenanceStatus
    starts_at: datetime
    ends_at: datetime


_STEP_TO = {
    MaintenanceStatus.SCHEDULED: PlannedStep.SCHEDULED,
    MaintenanceStatus.IN_PROGRESS: PlannedStep.STARTED,
    MaintenanceStatus.VERIFYING: PlannedStep.VERIFYING,
    MaintenanceStatus.COMPLETED: PlannedStep.COMPLETED,
    MaintenanceStatus.CANCELLED: PlannedStep.CANCELLED,
}


def next_step(told: PlannedStanding | None, now: PlannedStanding) -> PlannedStep | None:
    """The step from what was ``told`` to how it stands ``now``; None where there is nothing to tell.

    What is over is over: another time for it is told only if it goes on.
    """
    if told is None:
        return _STEP_TO[now.status]
    if told.status is not now.status:
        goes_on = (
            now.status is MaintenanceStatus.IN_PROGRESS and told.status is not MaintenanceStatus.SCHEDULED
        )
        return PlannedStep.EXTENDED if goes_on else _STEP_TO[now.status]
    if now.status.is_over or (told.starts_at, told.ends_at) == (now.starts_at, now.ends_at):
        return None
    ends_later = now.ends_at > told.ends_at
    return PlannedStep.EXTENDED if now.status.is_under_way and ends_later else PlannedStep.RESCHEDULED


def reminder_moment(*, starts_at: datetime, hours: int, now: datetime) -> datetime | None:
    """When to remind of what begins at ``starts_at``, so many ``hours`` before.

    None for 0, and where that is past: what is announced or moved later needs no reminder, for that is one.
    """
    at = starts_at - timedelta(hours=hours)
    return at if hours and at > now else None

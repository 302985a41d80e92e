"""What a person does to planned work by one press, where its times would do it later."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from django.contrib.auth.models import User
from django.db import transaction

from probes.vocabulary.states import MaintenanceStatus
from statuspage.incidents import handling
from statuspage.incidents.maintenance import leave_notice
from statuspage.incidents.models import Maintenance
from statuspage.incidents.planned_steps import reminder_moment
from statuspage.monitoring.changes import hold_pipeline
from statuspage.monitoring.lateness import open_moment

EXTENSION = timedelta(minutes=30)


class Steer(StrEnum):
    """What can be pressed."""

    START = "start"
    EXTEND = "extend"
    END = "end"
    CANCEL = "cancel"


class SteeringError(ValueError):
    """Planned work does not stand so that this could be done to it."""


_STATUS = MaintenanceStatus
ALLOWED: Mapping[MaintenanceStatus, tuple[Steer, ...]] = {
    _STATUS.SCHEDULED: (Steer.START, Steer.EXTEND, Steer.CANCEL),
    _STATUS.IN_PROGRESS: (Steer.EXTEND, Steer.END, Steer.CANCEL),
    _STATUS.VERIFYING: (Steer.EXTEND, Steer.END),
    _STATUS.COMPLETED: (),
    _STATUS.CANCELLED: (),
}


def start_now(row: Maintenance, *, author: User | None, now: datetime) -> None:
    """Begin it before its time; when it is meant to end stays."""
    _steer(row, Steer.START, _start, author=author, now=now)


def extend(row: Maintenance, *, author: User | None, now: datetime, by: timedelta = EXTENSION) -> None:
    """Let it end later ``by`` so much: than was planned, or than now where that is past."""

    def move(held: Maintenance, now: datetime) -> None:
        held.ends_at = max(held.ends_at, now) + by

    _steer(row, Steer.EXTEND, move, author=author, now=now)


def end_now(row: Maintenance, *, author: User | None, now: datetime) -> None:
    """End it at this moment."""
    _steer(row, Steer.END, _end, author=author, now=now)


def cancel(row: Maintenance, *, author: User | None, now: datetime) -> None:
    """Withdraw it; it stays in calendars as cancelled, so that programs drop it."""
    _steer(row, Steer.CANCEL, _cancel, author=author, now=now)


STEERS: Mapping[Steer, Callable[..., None]] = {
    Steer.START: start_now,
    Steer.EXTEND: extend,
    Steer.END: end_now,
    Steer.CANCEL: cancel,
}


def _start(row: Maintenance, now: datetime) -> None:
    row.status, row.starts_at = MaintenanceStatus.IN_PROGRESS.value, now


def _end(row: Maintenance, now: datetime) -> None:
    row.status, row.ends_at = MaintenanceStatus.COMPLETED.value, now


def _cancel(row: Maintenance, now: datetime) -> None:
    row.status = MaintenanceStatus.CANCELLED.value


@transaction.atomic
def _steer(
    row: Maintenance,
    steer: Steer,
    move: Callable[[Maintenance, datetime], None],
    *,
    author: User | None,
    now: datetime,
) -> None:
    """Do it to the row as it stands by now, which the clock may have moved meanwhile."""
    hold_pipeline()
    row.refresh_from_db()
    if steer not in ALLOWED[MaintenanceStatus(row.status)]:
        raise SteeringError(f"{row} is {row.status}: it cannot {steer}")
    move(row, now)
    row.updated_at, row.apart = now, row.series_id is not None
    row.remind_at = reminder_moment(starts_at=row.starts_at, hours=row.remind_hours, now=now)
    row.save()
    leave_notice(row, at=open_moment(now), author=author)
    row.refresh_from_db(fields=["revision"])
    handling.make_public(now=now)

"""Whether a row comes after its moment was concluded: then it is kept as evidence and never judged."""

from datetime import datetime, timedelta

from django.db import connection

from statuspage.locks import wait_for_cursor
from statuspage.monitoring.models import Progress

TICK = timedelta(microseconds=1)


def concluded_until() -> datetime | None:
    """The moment up to which all is concluded, held still until the caller's transaction ends.

    Call it inside the transaction that stores rows with an ``at``, and mark as late those for which
    :func:`is_late` says so: nothing can be concluded between the question and the commit.
    """
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        raise RuntimeError("concluded_until() needs the transaction that stores the rows")
    wait_for_cursor(to_move=False)
    return Progress.objects.values_list("concluded_until", flat=True).first()


def is_late(at: datetime, until: datetime | None) -> bool:
    """Whether something of moment ``at`` comes too late when all is concluded up to ``until``."""
    return until is not None and at <= until


def open_moment(now: datetime) -> datetime:
    """``now``, or the first moment that is not concluded: for what must not come late, such as notices."""
    until = concluded_until()
    return now if until is None or now > until else until + TICK

"""Whether a row comes after its moment was concluded: then it is kept as evidence and never judged."""

from datetime import datetime, timedelta

from django.db import connection

from statuspage.monitoring.models import Progress

TICK = timedelta(microseconds=1)


def concluded_until() -> datetime | None:
    """The moment up to which all is concluded, held still until the caller's transaction ends.

    Call it inside the transaction that stores rows with an ``at``, and mark as late those for which
    :func:`is_late` says so. On PostgreSQL the row is locked against the pipeline but not against other
    callers, so that nothing can be concluded between the question and the commit; SQLite has one writer
    anyway.
    """
    if connection.vendor != "postgresql":
        return Progress.objects.values_list("concluded_until", flat=True).first()
    if not connection.in_atomic_block:
        raise RuntimeError("concluded_until() needs the transaction that stores the rows")
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT concluded_until FROM "{Progress._meta.db_table}" FOR SHARE')
        row = cursor.fetchone()
    found: datetime | None = row[0] if row else None
    return found


def is_late(at: datetime, until: datetime | None) -> bool:
    """Whether something of moment ``at`` comes too late when all is concluded up to ``until``."""
    return until is not None and at <= until


def open_moment(now: datetime) -> datetime:
    """``now``, or the first moment that is not concluded: for what must not come late, such as notices."""
    until = concluded_until()
    return now if until is None or now > until else until + TICK

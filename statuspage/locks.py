"""How writers wait for each other: not for long, and none for ever."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

# Long enough for whoever writes some rows; who would write for longer is worth another attempt.
LOCK_WAIT_MS = 1500
# Of the moment up to which all is concluded: a number that nothing else of this database uses.
CURSOR = 0x666F67


def wait_for_cursor(*, to_move: bool) -> None:
    """Hold the cursor still until this transaction ends, beside others, or alone ``to_move`` it.

    Whoever comes first has his turn. The lock of a row is not fair like that: on a busy machine those who
    share it, each before the other has let go, keep out for ever who wants it alone. SQLite has one writer.
    """
    if connection.vendor != "postgresql":
        return
    function = "pg_advisory_xact_lock" if to_move else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [CURSOR])


@contextmanager
def brief_transaction() -> Iterator[None]:
    """Raises OperationalError where a lock does not become free in time."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with _sqlite_waiting(LOCK_WAIT_MS), transaction.atomic():
            yield
        return
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_WAIT_MS}ms'")
        yield


@contextmanager
def _sqlite_waiting(milliseconds: int) -> Iterator[None]:
    connection.ensure_connection()
    driver = connection.connection
    (usual,) = driver.execute("PRAGMA busy_timeout").fetchone()
    driver.execute(f"PRAGMA busy_timeout = {milliseconds}")
    try:
        yield
    finally:
        if connection.connection is driver:
            driver.execute(f"PRAGMA busy_timeout = {usual}")

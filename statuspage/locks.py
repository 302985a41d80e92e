"""A transaction that would rather fail than wait long for another writer."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

# Long enough for whoever writes some rows; who would write for longer is worth another attempt.
LOCK_WAIT_MS = 1500


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

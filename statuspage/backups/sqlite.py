"""Copies of a database on SQLite, by its own means: whole while others write, and back in one step."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from django.db import connection

from statuspage.backups.archive import LEFT_EMPTY, BackupError

# Writers of the site wait for as long.
_PATIENCE_S = 20.0


def copy_out(database: Path, target: Path) -> dict[str, int]:
    """Copy the database as it is at one moment into ``target``; how many rows its tables have."""
    address = database.absolute().as_uri()  # which escapes what would end the path, such as "#"
    try:
        with (
            closing(sqlite3.connect(f"{address}?mode=ro", uri=True, timeout=_PATIENCE_S)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            _copy(source, copy)
            _empty(copy)
            return count_rows(copy)
    except sqlite3.Error as error:
        raise BackupError(f"{database}: {error}") from error


def bring_in(copy: Path, database: Path, rows: dict[str, int]) -> None:
    """Put a copy in the place of the database's content, all or nothing; others may have it open."""
    try:
        with closing(sqlite3.connect(copy)) as source:
            (said,) = source.execute("PRAGMA quick_check").fetchone()
            if said != "ok" or count_rows(source) != rows:
                raise BackupError(f"the backup's database is damaged: {said}")
            with closing(sqlite3.connect(database, timeout=_PATIENCE_S)) as target:
                _copy(source, target)
    except sqlite3.Error as error:
        raise BackupError(f"{database}: {error}; stop what uses it, then try again") from error


def commits_of_others() -> int:
    """A number that is another one after each commit of another connection."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA data_version")
        return int(cursor.fetchone()[0])


def _copy(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """All pages in one step, under one lock of readers: in steps, each write would begin it anew."""
    deadline = time.monotonic() + _PATIENCE_S

    def give_up_in_time(status: int, remaining: int, total: int) -> None:
        # Left alone, sqlite3 tries for ever.
        if remaining and time.monotonic() > deadline:
            raise BackupError("the database is locked: stop what uses it, then try again")

    source.backup(target, pages=-1, progress=give_up_in_time)


def _empty(copy: sqlite3.Connection) -> None:
    """Remove what no backup holds, so that nothing of it is left in the file's free pages either."""
    copy.execute("PRAGMA secure_delete = ON")
    with copy:
        for name in count_rows(copy).keys() & set(LEFT_EMPTY):
            copy.execute(f'DELETE FROM "{name}"')


def count_rows(database: sqlite3.Connection) -> dict[str, int]:
    """The number of rows by table."""
    names = database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    ).fetchall()
    return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in names}

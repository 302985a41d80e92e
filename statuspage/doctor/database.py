"""Examines the database: whether it answers, is up to date, and has room."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

from statuspage.doctor.findings import Area, Finding, error, warning
from statuspage.wording import doctor as words

BIG_WAL_MB = 1000
CROWDED = 0.8


def unreachable() -> Finding | None:
    """Why the database does not answer; everything that reads from it is not even tried then."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except (Error, OSError) as problem:
        text = " ".join(str(problem).split()).rstrip("?.")
        return error(Area.DATABASE, _where(), words.UNREACHABLE, problem=_without_password(text))
    return None


def examine_database() -> Iterator[Finding]:
    """What is particular to the server."""
    if connection.vendor == "sqlite":
        yield from _sqlite()
    else:
        yield from _postgres()


def behind() -> Finding | None:
    """Whether migrations are still to be applied: until then nothing can be read of the site's own tables."""
    plan = _plan()
    if not plan:
        return None
    return error(Area.DATABASE, _where(), words.UNMIGRATED, n=len(plan), first=plan[0])


def journal(mode: str, wal_bytes: int) -> Iterator[Finding]:
    """SQLite's journal: its mode, and how long it has grown."""
    if mode != "wal":
        yield error(Area.DATABASE, _where(), words.NO_WAL, mode=mode)
    if wal_bytes > BIG_WAL_MB * 1_000_000:
        yield warning(Area.DATABASE, _where(), words.BIG_WAL, n=wal_bytes // 1_000_000)


def connections(used: int, most: int) -> Iterator[Finding]:
    """PostgreSQL's connections."""
    if used > most * CROWDED:
        yield warning(Area.DATABASE, _where(), words.FEW_CONNECTIONS, used=used, most=most)


def _plan() -> list[str]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def _sqlite() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        mode = str(cursor.fetchone()[0])
    wal = Path(f"{settings.DATABASES['default']['NAME']}-wal")
    yield from journal(mode, wal.stat().st_size if wal.exists() else 0)


def _postgres() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), current_setting('max_connections')::int FROM pg_stat_activity")
        used, most = cursor.fetchone()
    yield from connections(used, most)


def _where() -> str:
    config = settings.DATABASES["default"]
    host, port = config.get("HOST"), config.get("PORT")
    return f"{host}:{port or 5432}/{config['NAME']}" if host else str(config["NAME"])


def _without_password(text: str) -> str:
    password = str(settings.DATABASES["default"].get("PASSWORD") or "")
    return text.replace(password, "…") if password else text

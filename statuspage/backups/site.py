"""Backs the site's database up into one file and brings it back, with what must not happen refused."""

import os
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from statuspage.backups import postgres, sqlite
from statuspage.backups.archive import BackupError, BackupManifest, opened, pack, unpack, write_archive
from statuspage.management.files import whole_file
from statuspage.version import fogbreak_version

# A turn of the pipeline begins every two seconds, and PostgreSQL counts what was written within one.
_WATCHED_S = 5.0
_LOOK_S = 0.5


def back_up(target: Path, *, now: datetime) -> BackupManifest:
    """Write the whole database, as it is at one moment, to ``target``; raises BackupError, OSError."""
    if not _tables():
        raise BackupError(
            "there is nothing to back up: the database has no tables (`manage.py migrate` makes them)"
        )
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as scratch:
        copy, packed = Path(scratch) / "copy", Path(scratch) / "packed"
        rows = postgres.copy_out(copy) if _is_postgres() else sqlite.copy_out(_sqlite_file(), copy)
        digest = pack(copy, packed)
        copy.unlink()
        manifest = BackupManifest(
            version=fogbreak_version(),
            engine=connection.vendor,
            made_at=now.isoformat(timespec="seconds"),
            migrations=_applied(),
            rows=rows,
            sha256=digest,
        )
        with whole_file(target, mode=0o600) as file:
            write_archive(file, manifest, packed)
    return manifest


def restore(source: Path, *, overwrite: bool, sleep: Callable[[float], None] = time.sleep) -> BackupManifest:
    """Put a backup in the place of the database; raises BackupError or OSError where nothing has changed."""
    with (
        opened(source) as (manifest, archive),
        # What cannot be cleared away in the end does not undo what was restored.
        tempfile.TemporaryDirectory(dir=_scratch(), ignore_cleanup_errors=True) as scratch,
    ):
        _refuse_another_engine(manifest)
        _refuse_a_newer_version(manifest)
        _refuse_to_overwrite(overwrite, sleep)
        copy = Path(scratch) / "copy"
        unpack(archive, manifest, copy)
        connection.close()
        if _is_postgres():
            postgres.bring_in(copy, manifest.rows)
        else:
            sqlite.bring_in(copy, _sqlite_file(), manifest.rows)
    return manifest


def _refuse_another_engine(manifest: BackupManifest) -> None:
    if manifest.engine != connection.vendor:
        raise BackupError(
            f"the backup is of a database on {manifest.engine}, and DATABASE_URL names one on "
            f"{connection.vendor}: restore it into one of its own kind"
        )


def _refuse_a_newer_version(manifest: BackupManifest) -> None:
    known = set(MigrationLoader(None).disk_migrations or ())
    unknown = [
        f"{app}.{name}"
        for app, names in manifest.migrations.items()
        for name in names
        if (app, name) not in known
    ]
    if unknown:
        raise BackupError(
            f"the backup was made by a newer version ({manifest.version}; {', '.join(unknown[:3])}): "
            "install that version, then restore"
        )


def _refuse_to_overwrite(overwrite: bool, sleep: Callable[[float], None]) -> None:
    if not _tables():
        return
    if not overwrite:
        raise BackupError(
            "the database is not empty: --overwrite puts the backup in the place of what is there"
        )
    before = _signs_of_life()
    for _ in range(round(_WATCHED_S / _LOOK_S)):
        if _signs_of_life() != before:
            raise BackupError(
                "something writes into this database: stop the engine, all workers and the web server, then "
                "restore"
            )
        sleep(_LOOK_S)


def _signs_of_life() -> tuple[object, object]:
    """What changes while a part of the site runs: the cursor, and whatever is written."""
    return _concluded_until(), postgres.rows_written() if _is_postgres() else sqlite.commits_of_others()


def _concluded_until() -> object:
    """The cursor, which a running engine moves every two seconds; None where there is none yet."""
    if "monitoring_progress" not in _tables():
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT concluded_until FROM monitoring_progress")
        return cursor.fetchone()


def _applied() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        found.setdefault(app, []).append(name)
    return found


def _tables() -> list[str]:
    return connection.introspection.table_names()


def _is_postgres() -> bool:
    return connection.vendor == "postgresql"


def _sqlite_file() -> Path:
    return Path(str(connection.settings_dict["NAME"]))


def _scratch() -> str | None:
    """Beside SQLite's own file, where there is room; elsewhere the usual folder for temporary files."""
    return None if _is_postgres() else os.fspath(_sqlite_file().absolute().parent)

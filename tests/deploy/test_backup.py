"""A backup is whole while others write, comes back row by row, and is refused where it would do harm."""

import hashlib
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from psycopg import sql

from statuspage.backups import postgres, sqlite
from statuspage.backups.archive import (
    DATABASE,
    LEFT_EMPTY,
    BackupError,
    BackupManifest,
    opened,
    pack,
    unpack,
    write_archive,
)
from statuspage.backups.site import restore
from statuspage.monitoring.models import Progress
from tests.deploy.test_settings import KEY, started_with
from tests.deploy.test_upgrade import run
from tests.support.postgres import postgres_server
from tests.support.public_rows import make_incident, make_world

NOW = datetime(2026, 3, 1, tzinfo=UTC)
# A row in each table, and where the numbers of the next ones begin.
FILL = """
import django; django.setup()
from django.apps import apps
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.support.every_row import row_of, rows_of_every_admin
from tests.support.public_rows import make_world
rows_of_every_admin(make_world(days=2))
for model in apps.get_models(include_auto_created=True):
    row_of(model)
"""
TABLE = "CREATE TABLE lines (id INTEGER PRIMARY KEY, other INTEGER)"


@pytest.fixture
def site(db: None, tmp_path: Path) -> Path:
    """The folder of a site on SQLite with a history: what the tests' database holds, in a file."""
    make_incident(make_world(days=2))
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "fogbreak.sqlite3").write_bytes(connection.connection.serialize())
    return folder


@pytest.fixture
def backup(site: Path) -> Path:
    """A backup of that database."""
    copy, packed, made = site / "copy", site / "packed", site / "backup.tar"
    rows = sqlite.copy_out(site / "fogbreak.sqlite3", copy)
    manifest = BackupManifest(
        version="0.1.0",
        engine="sqlite",
        made_at=NOW.isoformat(),
        migrations={"monitoring": ["0001_initial"]},
        rows=rows,
        sha256=pack(copy, packed),
    )
    with made.open("wb") as file:
        write_archive(file, manifest, packed)
    return made


def rows_of(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with closing(sqlite3.connect(database)) as opened_database:
        return {
            name: sorted(opened_database.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)
            for name in sqlite.count_rows(opened_database)
        }


def test_backup_comes_back_row_by_row_when_it_is_restored_into_an_empty_place(
    site: Path, tmp_path: Path
) -> None:
    kept, place = tmp_path / "kept.tar", tmp_path / "empty"
    with closing(sqlite3.connect(site / "fogbreak.sqlite3")) as database, database:
        secret = "letmein" * 4
        database.execute(
            "INSERT INTO entrance_opensession (session_key, session_data, expire_date, began_at, used_at, "
            "network, browser) VALUES (?, '', ?, ?, ?, '', '')",
            (secret, NOW.isoformat(), NOW.isoformat(), NOW.isoformat()),
        )
    backed_up = started_with("backup", str(kept), SECRET_KEY=KEY, VAR_DIR=str(site))
    assert backed_up.returncode == 0, backed_up.stderr

    restored = started_with("restore", str(kept), SECRET_KEY=KEY, VAR_DIR=str(place))

    assert restored.returncode == 0, restored.stderr
    expected = rows_of(site / "fogbreak.sqlite3") | {"entrance_opensession": []}
    assert rows_of(place / "fogbreak.sqlite3") == expected
    assert secret.encode() not in (place / "fogbreak.sqlite3").read_bytes()
    assert len(rows_of(place / "fogbreak.sqlite3")["incidents_incident"]) == 1
    assert kept.stat().st_mode & 0o777 == (place / "fogbreak.sqlite3").stat().st_mode & 0o777 == 0o600


def test_every_table_comes_back_but_sessions_when_the_database_is_on_postgresql(tmp_path: Path) -> None:
    kept, place = tmp_path / "kept.tar", {"SECRET_KEY": KEY, "VAR_DIR": str(tmp_path)}
    with postgres_server() as url:
        other = f"{url.removesuffix('/postgres')}/other"
        with psycopg.connect(url, autocommit=True) as server:
            server.execute("CREATE DATABASE other")
        run(FILL, {**place, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "statuspage.settings"})

        commands = [("backup", url), ("restore", other)]
        done = [started_with(command, str(kept), DATABASE_URL=to, **place) for command, to in commands]
        before, after = _tables_on(url), _tables_on(other)

    assert [command.returncode for command in done] == [0, 0], done
    differing = {name for name, rows in before.items() if rows != after.get(name)}
    assert differing == set(LEFT_EMPTY)
    assert [after[name] for name in LEFT_EMPTY] == [[], [], []]
    assert [name for name, rows in before.items() if not rows] == []


def test_restore_is_refused_when_the_database_is_not_empty(backup: Path) -> None:
    with pytest.raises(BackupError, match="the database is not empty: --overwrite"):
        restore(backup, overwrite=False)


def test_copy_is_of_one_moment_when_others_write_meanwhile(tmp_path: Path) -> None:
    database, done = tmp_path / "busy.sqlite3", threading.Event()
    with closing(sqlite3.connect(database)) as making:
        making.execute("PRAGMA journal_mode=WAL")
        making.execute(TABLE)
    writer = threading.Thread(target=_write_pairs, args=(database, done))
    writer.start()

    copies = []
    for number in range(20):
        copy = tmp_path / f"copy-{number}"
        sqlite.copy_out(database, copy)
        with closing(sqlite3.connect(copy)) as read:
            copies.append(read.execute("SELECT count(*), sum(other = id) FROM lines").fetchone())
    done.set()
    writer.join()

    assert copies[-1][0] > copies[0][0]
    assert all(count % 2 == 0 and count == (equal or 0) for count, equal in copies)


@pytest.mark.parametrize("name", ["a#b", "a?b", "a%20b"])
def test_copy_has_all_rows_when_the_path_has_signs_that_mean_something_in_addresses(
    tmp_path: Path, name: str
) -> None:
    folder = tmp_path / name
    folder.mkdir()
    with closing(sqlite3.connect(folder / "site.sqlite3")) as database:
        database.execute(TABLE)

    assert sqlite.copy_out(folder / "site.sqlite3", folder / "copy") == {"lines": 0}
    assert sorted(path.name for path in tmp_path.iterdir()) == [name]


def test_restore_refuses_or_brings_all_back_when_any_byte_is_damaged(backup: Path, tmp_path: Path) -> None:
    whole = bytearray(backup.read_bytes())
    damaged = tmp_path / "damaged.tar"
    refused = 0

    for place in range(0, len(whole), max(1, len(whole) // 40)):
        whole[place] ^= 0xFF
        damaged.write_bytes(whole)
        whole[place] ^= 0xFF
        refused += _is_refused(damaged, tmp_path, bytes(whole))

    assert refused >= 25


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param({"migrations": {"monitoring": ["9999_later"]}}, "made by a newer version", id="newer"),
        pytest.param({"engine": "postgresql"}, "restore it into one of its own kind", id="another database"),
        pytest.param({"format": 2}, "has the format 2", id="another format"),
    ],
)
def test_restore_refuses_when_the_backup_does_not_fit(
    backup: Path, tmp_path: Path, told: dict[str, Any], expected: str
) -> None:
    with opened(backup) as (manifest, archive):
        packed = tmp_path / "packed"
        packed.write_bytes(archive.extractfile(DATABASE).read())  # type: ignore[union-attr]
    other = tmp_path / "other.tar"
    with other.open("wb") as file:
        write_archive(file, msgspec.structs.replace(manifest, **told), packed)

    with pytest.raises(BackupError, match=expected):
        restore(other, overwrite=False)


def test_restore_refuses_when_an_engine_moves_the_cursor_meanwhile(backup: Path) -> None:
    Progress.objects.update_or_create(id=1, defaults={"concluded_until": NOW})

    def turn(_: float) -> None:
        Progress.objects.update(concluded_until=F("concluded_until") + timedelta(seconds=2))

    with pytest.raises(BackupError, match="something writes into this database"):
        restore(backup, overwrite=True, sleep=turn)


def test_restore_refuses_when_another_process_writes_any_row(site: Path, backup: Path) -> None:
    done = threading.Event()
    writer = threading.Thread(target=_write_groups, args=(site / "fogbreak.sqlite3", done))
    writer.start()

    refused = started_with("restore", str(backup), "--overwrite", SECRET_KEY=KEY, VAR_DIR=str(site))
    done.set()
    writer.join()

    assert refused.returncode == 1
    assert "something writes into this database" in refused.stderr


def test_restore_says_in_a_sentence_what_is_wrong_when_there_is_no_room_beside_the_database(
    backup: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "gone" / "fogbreak.sqlite3"))

    with pytest.raises(CommandError, match=r"^nothing was restored: .*gone.*: No such file or directory$"):
        call_command("restore", str(backup), "--overwrite")


def test_error_of_the_caller_is_his_own_when_it_comes_while_a_backup_is_open(backup: Path) -> None:
    with pytest.raises(KeyError, match="the caller's"), opened(backup):
        raise KeyError("the caller's")


@pytest.mark.parametrize("text", [b"", b"not a tar", b"x" * 2000])
def test_restore_says_what_is_wrong_when_the_file_is_no_backup(tmp_path: Path, text: bytes) -> None:
    file = tmp_path / "other.tar"
    file.write_bytes(text)

    with pytest.raises(BackupError, match=r"other.tar: this is no backup"), opened(file):
        pass


def test_backup_names_the_package_when_the_program_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "pg_version", 990000, raising=False)

    with pytest.raises(BackupError, match="Debian package postgresql-client-99"):
        postgres.found("pg_dump")


def _tables_on(url: str) -> dict[str, list[str]]:
    """Every row of every table, and of the table of sequences, as it is written."""
    names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    with psycopg.connect(url) as database:
        tables = [name for (name,) in database.execute(names)]
        queries: dict[str, sql.Composed | sql.SQL] = {
            name: sql.SQL("SELECT * FROM {}").format(sql.Identifier(name)) for name in tables
        }
        queries["sequences"] = sql.SQL("SELECT sequencename, last_value FROM pg_sequences")
        return {name: sorted(map(repr, database.execute(query))) for name, query in queries.items()}


def _write_pairs(database: Path, done: threading.Event) -> None:
    """Two rows per transaction, so that a copy between them would show."""
    with closing(sqlite3.connect(database, timeout=20)) as writing:
        while not done.is_set():
            with writing:
                for _ in range(2):
                    row = writing.execute("INSERT INTO lines (other) VALUES (0)").lastrowid
                    writing.execute("UPDATE lines SET other = id WHERE id = ?", (row,))


def _write_groups(database: Path, done: threading.Event) -> None:
    with closing(sqlite3.connect(database, timeout=20)) as writing:
        while not done.wait(0.1):
            with writing:
                writing.execute("INSERT INTO auth_group (name) VALUES (hex(randomblob(8)))")


def _is_refused(damaged: Path, scratch: Path, whole: bytes) -> bool:
    """Whether the file is; what is not refused is brought out as it was."""
    try:
        with opened(damaged) as (manifest, archive):
            unpack(archive, manifest, scratch / "out")
    except BackupError:
        return True
    unpacked = hashlib.sha256((scratch / "out").read_bytes()).hexdigest()
    (scratch / "whole.tar").write_bytes(whole)
    with opened(scratch / "whole.tar") as (manifest, archive):
        unpack(archive, manifest, scratch / "out")
    assert hashlib.sha256((scratch / "out").read_bytes()).hexdigest() == unpacked
    return False

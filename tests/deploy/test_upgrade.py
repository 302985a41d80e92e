"""A database of the first release is brought up to this version, with all that was in it, and goes on."""

import gzip
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.deploy.test_settings import KEY, ROOT, started_with
from tests.support.postgres import postgres_server

pytestmark = pytest.mark.slow
# Made by tests/deploy/first_release.sh, with the code of that time.
FIRST_RELEASE = Path(__file__).with_name("first_release.sql.gz")
# The tables as they were: the migrations of that time are still part of today's.
FIRST_TABLES = """
import json, sys, django; django.setup()
from django.core.management import call_command
for app, name in json.load(sys.stdin):
    call_command("migrate", app, name, verbosity=0)
"""
# What goes on, in a process of its own, for it is not the tests' database: a turn, a page, a login.
GOING_ON = """
import json, django; django.setup()
from datetime import timedelta
from django.conf import settings
from django.contrib.auth import authenticate
from django.db import connection
from statuspage.monitoring.models import Progress
from statuspage.pipeline.turns import advance
from statuspage.public.publish.publisher import publish
until = Progress.objects.get().concluded_until
now = until + timedelta(minutes=3)
turn = advance(now)
publish(now)
page = (settings.SNAPSHOT_DIR / "current" / "en" / "index.html").read_text(encoding="utf-8")
connection.check_constraints()
print(json.dumps({
    "moved": turn.until > until,
    "page": page,
    "user": str(authenticate(username="first", password="first-release")),
}))
"""
KEPT = (
    "incidents_incident",
    "incidents_incidentupdate",
    "monitoring_report",
    "monitoring_probe",
    "auth_user",
)
Variables = dict[str, str]


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Variables]:
    """The variables of a site of the first release."""
    variables = {"SECRET_KEY": KEY, "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "statuspage.settings"}
    with closing(sqlite3.connect(tmp_path / "fogbreak.sqlite3")) as first:
        first.executescript(gzip.decompress(FIRST_RELEASE.read_bytes()).decode())
        if request.param == "SQLite":
            yield variables
            return
        with postgres_server() as url:
            variables["DATABASE_URL"] = url
            _copy(first, variables)
            yield variables


def counts(variables: Mapping[str, str]) -> dict[str, int]:
    printed = run(
        "import json, django; django.setup()\n"
        "from django.db import connection\n"
        "def count(name):\n"
        "    with connection.cursor() as cursor:\n"
        "        cursor.execute(f'SELECT count(*) FROM {name}')\n"
        "        return cursor.fetchone()[0]\n"
        f"print(json.dumps({{name: count(name) for name in {KEPT!r}}}))",
        variables,
    )
    found: dict[str, int] = json.loads(printed)
    return found


def run(program: str, variables: Mapping[str, str], given: str = "") -> str:
    """What a program prints that runs beside the tests, on the site's own database."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        cwd=ROOT,
        env=dict(variables),
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_first_release_goes_on_with_all_it_had_when_it_is_migrated(site: Variables) -> None:
    before = counts(site)

    migrated = started_with("migrate", "--verbosity", "0", **site)

    assert migrated.returncode == 0, migrated.stderr
    assert counts(site) == before
    assert before["incidents_incident"] == 3
    now: dict[str, Any] = json.loads(run(GOING_ON, site))
    assert now["moved"]
    assert now["user"] == "first"
    assert "Card checkout" in now["page"]


def _copy(first: sqlite3.Connection, variables: Mapping[str, str]) -> None:
    """The same rows in tables of the same time on PostgreSQL, with sequences that go on behind them."""
    applied = first.execute("SELECT app, max(name) FROM django_migrations GROUP BY app").fetchall()
    run(FIRST_TABLES, variables, json.dumps(applied))
    tables = first.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    names = [name for (name,) in tables if name != "django_migrations"]
    with psycopg.connect(variables["DATABASE_URL"]) as target:
        # The order of tables is none that foreign keys allow; moments are UTC.
        target.execute("SET session_replication_role = replica; SET TIME ZONE 'UTC'")
        target.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(map(sql.Identifier, names))))
        for name in names:
            _copy_table(first, target, name)


def _copy_table(first: sqlite3.Connection, target: psycopg.Connection[Any], name: str) -> None:
    rows = first.execute(f'SELECT * FROM "{name}"')
    columns = [column[0] for column in rows.description]
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(name), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with target.cursor() as cursor:
        with cursor.copy(into) as copy:
            for row in rows:
                copy.write_row([_as_text(value) for value in row])
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", (name, columns[0]))
        (sequence,) = cursor.fetchone() or (None,)
        if sequence is not None:
            newest = sql.SQL("SELECT setval(%s, max({})) FROM {}").format(
                sql.Identifier(columns[0]), sql.Identifier(name)
            )
            cursor.execute(newest, (sequence,))


def _as_text(value: object) -> str | None:
    """As PostgreSQL reads a value of any type."""
    if value is None:
        return None
    return f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)

"""A database of the first release is brought up to this version, with all that was in it, and goes on."""

import gzip
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.test_settings import KEY, ROOT, started_with

# Made by tests/deploy/first_release.sh, with the code of that time.
FIRST_RELEASE = Path(__file__).with_name("first_release.sql.gz")
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
print(json.dumps({
    "moved": turn.until > until,
    "page": page,
    "broken": connection.cursor().execute("PRAGMA foreign_key_check").fetchall(),
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


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a site of the first release."""
    folder = tmp_path_factory.mktemp("first")
    with closing(sqlite3.connect(folder / "fogbreak.sqlite3")) as database:
        database.executescript(gzip.decompress(FIRST_RELEASE.read_bytes()).decode())
    return folder


def counts(folder: Path) -> dict[str, int]:
    with closing(sqlite3.connect(folder / "fogbreak.sqlite3")) as database:
        return {name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in KEPT}


def going_on(folder: Path) -> Any:
    variables = {"SECRET_KEY": KEY, "VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "statuspage.settings"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", GOING_ON],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_first_release_goes_on_with_all_it_had_when_it_is_migrated(site: Path) -> None:
    before = counts(site)

    migrated = started_with("migrate", "--verbosity", "0", SECRET_KEY=KEY, VAR_DIR=str(site))

    assert migrated.returncode == 0, migrated.stderr
    assert counts(site) == before
    assert before["incidents_incident"] == 3
    now = going_on(site)
    assert now["moved"]
    assert now["broken"] == []
    assert now["user"] == "first"
    assert "Card checkout" in now["page"]

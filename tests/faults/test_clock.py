"""The site's clock is the database's, whatever the machine of a process says."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from statuspage import clock
from tests.support.faketime import with_clock_off
from tests.support.postgres import postgres_server

TELL = """
import django; django.setup()
from datetime import UTC, datetime
from statuspage import clock
goes = clock.calibrated()
for at in (datetime.now(UTC), clock.now(), goes(), clock.known()):
    print(at.isoformat())
"""
BEHIND_A_TURN = """
import django; django.setup()
from datetime import UTC, datetime, timedelta
from django.db import connection
from statuspage import clock
from statuspage.monitoring.models import Progress
with connection.schema_editor() as editor:
    editor.create_model(Progress)
Progress.objects.create(pk=1, advanced_at=datetime.now(UTC) + timedelta(hours=1))
print(clock.now().isoformat())
"""
FALL_BACK = """
import sys, django; django.setup()
from django.db import connection
from statuspage import clock
clock.calibrated()
connection.close()
print("asked", flush=True)
input()
print(clock.calibrated()().isoformat())
"""


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with postgres_server() as url:
        yield url


def _environment(url: str, var: Path, off_s: float) -> dict[str, str]:
    return {
        **os.environ,
        **with_clock_off(off_s),
        "DATABASE_URL": url,
        "VAR_DIR": str(var),
        "DJANGO_SETTINGS_MODULE": "statuspage.settings",
    }


@pytest.mark.parametrize("off_s", [3600, -3600])
def test_clock_tells_the_databases_time_when_the_machines_is_an_hour_off(
    postgres: str, tmp_path: Path, off_s: float
) -> None:
    told = subprocess.run(
        [sys.executable, "-c", TELL],
        env=_environment(postgres, tmp_path, off_s),
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    machine, *site = (datetime.fromisoformat(at) - datetime.now(UTC) for at in told)

    assert abs(machine - timedelta(seconds=off_s)) < timedelta(seconds=10)
    assert all(abs(difference) < timedelta(seconds=10) for difference in site)


def test_clock_goes_on_from_what_it_showed_when_the_database_is_away(tmp_path: Path) -> None:
    with postgres_server() as url:
        process = subprocess.Popen(
            [sys.executable, "-c", FALL_BACK],
            env=_environment(url, tmp_path, 3600),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout
        assert process.stdout.readline() == "asked\n"
    told = process.communicate("\n")[0].strip()

    assert abs(datetime.fromisoformat(told) - datetime.now(UTC)) < timedelta(seconds=10)


def test_clock_is_doubted_by_a_new_process_when_it_is_behind_the_last_turn(
    postgres: str, tmp_path: Path
) -> None:
    told = subprocess.run(
        [sys.executable, "-c", BEHIND_A_TURN],
        env=_environment(postgres, tmp_path, 0),
        check=True,
        capture_output=True,
        text=True,
    ).stdout

    ahead = datetime.fromisoformat(told.strip()) - datetime.now(UTC)

    assert abs(ahead - timedelta(hours=1)) < timedelta(seconds=20)


@pytest.mark.django_db
def test_clock_is_the_machines_when_the_database_is_a_file() -> None:
    before = datetime.now(UTC)

    told = [clock.now(), clock.calibrated()(), clock.known()]

    assert all(before <= at <= datetime.now(UTC) for at in told)

"""What was measured is stored when the engine is stopped while the database is busy."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.db import connection

from statuspage.engine import GRACE_SECONDS
from statuspage.lanes import CHECKS_GRACE_SECONDS
from statuspage.tasks import FINISH_S
from tests.deploy.test_settings import KEY, ROOT
from tests.support.probe_rows import build_probe
from tests.support.processes import wait_until
from tests.support.units import FOLDER
from tests.support.websites import Answer, website

ROWS = "SELECT count(*) FROM monitoring_checkresult WHERE outcome <> 'missed'"


@contextmanager
def engine(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`manage.py engine` on the database in ``folder``, with its output in a file there."""
    environ = {name: value for name, value in os.environ.items() if name != "DEBUG"}
    variables = {"SECRET_KEY": KEY, "VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "statuspage.settings"}
    with (folder / "engine.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "engine"],
            cwd=ROOT,
            env=environ | variables,
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.mark.slow
def test_everything_measured_is_stored_when_the_engine_is_stopped_while_somebody_writes(
    db: None, tmp_path: Path
) -> None:
    file = tmp_path / "fogbreak.sqlite3"
    with website(page=Answer(b"fine")) as site:
        build_probe(interval_seconds=1.0, options={"path": "/page"})
        connection.cursor().execute("UPDATE monitoring_endpoint SET base_url = %s", [site.url])
        file.write_bytes(connection.connection.serialize())
        with closing(sqlite3.connect(file, isolation_level=None)) as other, engine(tmp_path) as process:
            wait_until(lambda: other.execute(ROWS).fetchone()[0] >= 2, seconds=60, what="results", every=0.2)
            other.execute("BEGIN IMMEDIATE")
            asked = len(site.asked)
            wait_until(lambda: len(site.asked) >= asked + 3, seconds=30, what="checks that wait to be stored")

            process.send_signal(signal.SIGTERM)
            time.sleep(7)
            other.execute("COMMIT")
            status = process.wait(GRACE_SECONDS)

            assert status == 0
            assert other.execute(ROWS).fetchone()[0] == len(site.asked)


@pytest.mark.parametrize(
    ("unit", "takes_s"), [("fogbreak-engine", GRACE_SECONDS), ("fogbreak-checks@", FINISH_S)]
)
def test_systemd_kills_nothing_that_may_still_store_when_it_stops_a_unit(unit: str, takes_s: float) -> None:
    text = (FOLDER / f"{unit}.service").read_text(encoding="utf-8")
    (line,) = (line for line in text.splitlines() if line.startswith("TimeoutStopSec="))

    assert int(line.partition("=")[2]) >= takes_s + 5


def test_lane_has_time_for_its_results_when_the_engine_ends_it() -> None:
    assert GRACE_SECONDS >= CHECKS_GRACE_SECONDS + 10

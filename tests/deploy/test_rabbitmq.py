"""Checks travel through RabbitMQ to the worker of their vantage, by the commands that are deployed."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from statuspage.celery import SITE_QUEUES, checks_queue
from statuspage.doctor.broker import queue_states, unconsumed, unit_of
from statuspage.doctor.findings import Level
from tests.deploy.site import CATALOG, ROOT
from tests.support.pretended import pretended_world
from tests.support.processes import running, wait_until
from tests.support.rabbitmq import rabbitmq_server
from tests.support.units import command_of

pytestmark = [pytest.mark.slow, pytest.mark.alone]

BY_VANTAGE = """
    select vantage.slug, outcome, count(*) from monitoring_checkresult
    join monitoring_probe probe on probe.id = probe_id
    join monitoring_vantage vantage on vantage.id = probe.vantage_id
    group by vantage.slug, outcome
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RabbitSite:
    """Where a site keeps its rows, and the broker of its messages."""

    database: Path
    broker: str


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitSite]:
    """A site whose messages go through RabbitMQ; only the vantage ``east`` has a worker."""
    tmp_path = tmp_path_factory.mktemp("rabbitmq")
    with pretended_world(tmp_path / "simulator") as world, rabbitmq_server(tmp_path) as broker:
        environ = {
            **{name: value for name, value in os.environ.items() if name not in {"DEBUG", "FOGBREAK_DEMO"}},
            **world.environment,
            "SECRET_KEY": "a-test-with-a-broker-of-its-own-" + "x" * 20,
            "BROKER_URL": broker,
            "VAR_DIR": str(tmp_path / "var"),
            "CHECK_INTERVAL_FACTOR": str(1 / 12),
        }
        for words in (["migrate"], ["sync_catalog", str(CATALOG)]):
            command = [sys.executable, "manage.py", *words]
            subprocess.run(command, cwd=ROOT, env=environ, check=True, stdout=subprocess.DEVNULL, timeout=120)
        with ExitStack() as stack:
            for name, command in _commands(tmp_path).items():
                log = tmp_path / f"{name}.log"
                stack.enter_context(running(command, log=log, environ=environ, folder=ROOT))
            yield RabbitSite(database=tmp_path / "var" / "fogbreak.sqlite3", broker=broker)


def test_rabbitmq_brings_checks_to_their_own_vantage_when_another_has_no_worker(site: RabbitSite) -> None:
    database = site.database
    wait_until(
        lambda: _results(database).get(("east", "accepted"), 0) >= 20,
        seconds=60,
        what=f"checks from the east; see {database.parents[1]}",
        every=0.5,
    )

    results = _results(database)

    assert {outcome for vantage, outcome in results if vantage == "south"} <= {"missed"}


def test_doctor_names_the_queues_that_nobody_consumes_when_their_workers_do_not_run(site: RabbitSite) -> None:
    queues = [*SITE_QUEUES, checks_queue("east"), checks_queue("south")]

    found = unconsumed(queue_states(site.broker, queues))

    assert {(finding.level, finding.where) for finding in found} == {
        (Level.ERROR, queue)
        for queue in queues
        if unit_of(queue) not in {"fogbreak-site", "fogbreak-checks@east"}
    }


def _commands(folder: Path) -> dict[str, list[str]]:
    (schedule,) = command_of("fogbreak-schedule.service")
    (site,) = command_of("fogbreak-site.service")
    (east,) = command_of("fogbreak-checks@.service", instance="east")
    kept = [str(folder / "schedule") if "/var/lib" in word else word for word in schedule]
    return {"schedule": kept, "site": site, "east": east}


def _results(database: Path) -> dict[tuple[str, str], int]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        rows = connection.execute(BY_VANTAGE)
        return {(vantage, outcome): count for vantage, outcome, count in rows}

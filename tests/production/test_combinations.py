"""Each combination of database and broker is right within a minute, set up as README says."""

import re
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from statuspage.celery import SITE_QUEUES, checks_queue
from statuspage.doctor.broker import queue_states, unconsumed
from tests.production.protocol import RIGHT_AFTER
from tests.production.rows import empty_place, rows_of
from tests.production.site import (
    MEMORY,
    POSTGRES,
    RABBITMQ,
    REDIS,
    RIGHT_AFTER_S,
    SQLITE,
    Combination,
    Site,
    site_for_real,
)
from tests.support.processes import wait_until

SOUTH = "fogbreak-checks@south"
COMBINATIONS = [
    Combination(database=SQLITE, broker=MEMORY, by_hand=True),
    Combination(database=POSTGRES, broker=MEMORY),
    Combination(database=SQLITE, broker=MEMORY),
    Combination(database=SQLITE, broker=REDIS),
    Combination(database=SQLITE, broker=RABBITMQ),
    Combination(database=POSTGRES, broker=RABBITMQ, without=(SOUTH,)),
]
STYLES = re.compile(r'<link rel="stylesheet" href="([^"]+)"')


@pytest.fixture(scope="module", params=COMBINATIONS, ids=str)
def site(
    request: pytest.FixtureRequest, shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    with site_for_real(shared, tmp_path_factory.mktemp("real"), request.param) as running:
        yield running


def test_page_is_right_within_a_minute_when_the_site_starts(
    site: Site, record_property: Callable[[str, object], None]
) -> None:
    record_property(RIGHT_AFTER, (str(site.combination), site.seconds_until_right()))

    assert "Payment status" in site.text("/en/")


def test_every_worker_takes_its_own_work_when_the_page_is_right(site: Site) -> None:
    wait_until(lambda: _sources_read(site) == 3, seconds=30, what=f"sources; see {site.folder}", every=0.5)
    if SOUTH in site.combination.without:
        assert _vantages(site) == {"east"}
        assert _unconsumed(site) == {"checks.south"}
        site.start_unit(SOUTH)

    wait_until(lambda: _vantages(site) == {"east", "south"}, seconds=RIGHT_AFTER_S, what="checks", every=0.5)

    assert "fogbreak_database_up 1" in site.text("/metrics", of=site.app)


def test_everybody_reads_what_is_published_and_nobody_the_database_when_the_site_wrote_them(
    site: Site,
) -> None:
    page = (site.snapshot / "current").resolve() / "index.html"

    assert page.stat().st_mode & 0o004
    assert all(folder.stat().st_mode & 0o001 for folder in (page.parent, site.snapshot))
    databases = site.snapshot.parent.glob("fogbreak.sqlite3*")
    assert {file.stat().st_mode & 0o777 for file in databases} <= {0o600}


def test_admin_has_its_styles_when_somebody_logs_in(site: Site) -> None:
    page = site.text("/admin/login/")

    sheets = STYLES.findall(page)

    assert len(sheets) >= 3
    for sheet in sheets:
        with urllib.request.urlopen(site.nginx + sheet, timeout=10) as reply:
            assert reply.headers["Content-Type"].startswith("text/css")
            assert len(reply.read()) > 100


def test_logs_hold_no_errors_when_everything_runs(site: Site) -> None:
    assert site.complaints() == []


@pytest.mark.parametrize("site", COMBINATIONS[:2], ids=str, indirect=True)
def test_backup_comes_back_row_by_row_when_it_is_made_while_the_engine_writes(site: Site) -> None:
    running, still = str(site.folder / "running.tar"), str(site.folder / "still.tar")
    wait_until(lambda: _vantages(site), seconds=RIGHT_AFTER_S, what="checks", every=0.5)
    site.manage("backup", running)
    with pytest.raises(subprocess.CalledProcessError) as refused:
        site.manage("restore", running, "--overwrite")
    assert "something writes into this database" in refused.value.stderr
    site.stop_ours()
    site.manage("backup", still)

    places = {file: empty_place(site.environ, name) for name, file in (("one", running), ("two", still))}
    for file, environ in places.items():
        site.manage("restore", file, environ=environ)

    before = rows_of(site.environ)
    assert rows_of(places[still]) == before
    earlier = rows_of(places[running])
    assert 0 < len(earlier["monitoring_checkresult"]) <= len(before["monitoring_checkresult"])
    assert earlier["monitoring_probe"] == before["monitoring_probe"]


def _sources_read(site: Site) -> int:
    return len(re.findall(r"^fogbreak_source_up\{.*\} 1", site.text("/metrics", of=site.app), re.MULTILINE))


def _vantages(site: Site) -> set[str]:
    """Those that checks came from."""
    metrics = site.text("/metrics", of=site.app)
    return set(re.findall(r'^probe_duration_seconds\{.*vantage="(\w+)"\}', metrics, re.MULTILINE))


def _unconsumed(site: Site) -> set[str]:
    """The queues that the doctor finds nobody for."""
    queues = [*SITE_QUEUES, checks_queue("east"), checks_queue("south")]
    return {finding.where for finding in unconsumed(queue_states(site.environ["BROKER_URL"], queues))}

"""What several processes count adds up, and nothing of it is lost while the database is away."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from statuspage.metrics.models import SiteProcess
from statuspage.metrics.reporting import FORGOTTEN, Reporter
from statuspage.metrics.tally import BOUNDS, SiteCount, SiteTally
from tests.metrics.scraping import scrape, value, values

pytestmark = pytest.mark.django_db
ASKED = ["GET", "v", "2xx"]


@contextmanager
def _database_away() -> Iterator[None]:
    def refuse(*_: object) -> None:
        raise OperationalError("connection refused")

    with connection.execute_wrapper(refuse):
        yield


@pytest.fixture(autouse=True)
def _keeps_its_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "close", lambda: None)


def test_the_sum_of_all_processes_is_told_when_each_has_reported(client: Client) -> None:
    for requests in (3, 4):
        tally = SiteTally()
        for _ in range(requests):
            tally.add(SiteCount.REQUESTS, ASKED)
        Reporter(tally).report(timezone.now())

    text = scrape(client)

    told = {"method": "GET", "view": "v", "status": "2xx"}
    assert value(text, "fogbreak_http_requests_total", **told) == 7


def test_nothing_is_counted_twice_when_a_process_reports_again(client: Client) -> None:
    tally = SiteTally()
    reporter = Reporter(tally)
    tally.add(SiteCount.TASKS, ["publish", "failed"])

    for _ in range(3):
        reporter.report(timezone.now())

    assert value(scrape(client), "fogbreak_tasks_total", task="publish", result="failed") == 1


def test_what_could_not_be_stored_is_told_when_the_database_is_back(client: Client) -> None:
    tally, now = SiteTally(), timezone.now()
    reporter = Reporter(tally)
    tally.add(SiteCount.REQUESTS, ASKED)
    tally.succeeded("advance", now)
    with _database_away():
        stored = reporter.report(now)
    tally.add(SiteCount.REQUESTS, ASKED)

    assert not stored
    assert reporter.report(now)
    text = scrape(client)
    assert value(text, "fogbreak_http_requests_total", view="v") == 2
    ended = value(text, "fogbreak_task_last_success_timestamp_seconds", task="advance")
    assert ended == pytest.approx(now.timestamp(), abs=0.001)


def test_durations_fall_into_buckets_when_they_are_told(client: Client) -> None:
    tally = SiteTally()
    for seconds in (0.01, 0.011, BOUNDS[-1] + 1):
        tally.took(SiteCount.TASK_SECONDS, "prune", seconds)
    Reporter(tally).report(timezone.now())

    text = scrape(client)

    name = "fogbreak_task_duration_seconds"
    below = {
        bound: value(text, f"{name}_bucket", task="prune", le=bound) for bound in ("0.005", "0.01", "0.025")
    }
    assert below == {"0.005": 0, "0.01": 1, "0.025": 2}
    assert value(text, f"{name}_bucket", task="prune", le="30") == 2
    assert value(text, f"{name}_count", task="prune") == 3
    assert value(text, f"{name}_sum", task="prune") == pytest.approx(31.021)


def test_a_process_is_told_of_only_while_it_reports(client: Client) -> None:
    reporter, now = Reporter(SiteTally()), timezone.now()
    reporter.report(now)

    alive = scrape(client)
    SiteProcess.objects.update(seen_at=now - timedelta(minutes=1))
    gone = scrape(client)

    assert values(alive, "fogbreak_processes") == [1]
    assert values(alive, "fogbreak_process_resident_memory_bytes")[0] > 10_000_000
    assert values(alive, "fogbreak_process_open_fds")[0] > 2
    assert values(alive, "fogbreak_process_cpu_seconds_total")[0] > 0.01
    assert values(gone, "fogbreak_processes") == []
    assert values(gone, "fogbreak_process_cpu_seconds_total") == values(
        alive, "fogbreak_process_cpu_seconds_total"
    )


def test_a_process_is_forgotten_when_it_is_gone_for_long() -> None:
    now = timezone.now()
    Reporter(SiteTally()).report(now)
    SiteProcess.objects.update(pid=0, seen_at=now - FORGOTTEN - timedelta(seconds=1))

    Reporter(SiteTally()).report(now)

    assert SiteProcess.objects.filter(pid=0).count() == 0
    assert SiteProcess.objects.count() == 1

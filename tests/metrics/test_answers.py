"""The answer itself: compressed, told apart by caches, and given without the database, too."""

import gzip
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.openmetrics import parser
from prometheus_client.registry import Collector

from statuspage.metrics import views
from statuspage.metrics.last_known import LastKnown
from tests.metrics.scraping import scrape, value, values
from tests.support.public_rows import World, make_results

OPEN_METRICS = "application/openmetrics-text; version=1.0.0"


def _refuse(*_: object) -> None:
    raise OperationalError("connection refused")


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"),
        ("br, gzip;q=0.5", "gzip"),
        ("*", "gzip"),
        ("gzip;q=0", ""),
        ("br", ""),
        ("", ""),
    ],
)
def test_an_answer_is_compressed_when_that_is_accepted(
    fresh_world: World, client: Client, accepted: str, coding: str
) -> None:
    answer = client.get("/metrics", headers={"accept-encoding": accepted})

    body = gzip.decompress(answer.content) if coding else answer.content
    assert answer.headers.get("Content-Encoding", "") == coding
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    assert set(answer.headers["Vary"].split(", ")) >= {"Accept", "Accept-Encoding"}
    assert value(body.decode(), "fogbreak_database_up") == 1


def test_an_answer_is_of_the_open_metrics_form_when_that_is_asked_for(
    fresh_world: World, client: Client
) -> None:
    make_results(fresh_world)

    answer = client.get("/metrics", headers={"accept": OPEN_METRICS})

    families = parser.text_string_to_metric_families(answer.content.decode())  # type: ignore[no-untyped-call]
    names = {family.name for family in families}
    assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
    assert {"fogbreak_checks", "probe_success"} <= names


def test_the_last_known_is_told_when_the_database_does_not_answer(
    fresh_world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "KEPT", LastKnown())
    make_results(fresh_world)
    before = scrape(client)

    with connection.execute_wrapper(_refuse):
        text = scrape(client)

    assert value(text, "fogbreak_database_up") == 0
    assert value(text, "fogbreak_read_timestamp_seconds") == value(before, "fogbreak_read_timestamp_seconds")
    assert values(text, "fogbreak_component_status") == values(before, "fogbreak_component_status")
    assert values(text, "probe_success") == values(before, "probe_success")


def test_only_the_database_is_told_of_when_it_never_answered(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "KEPT", LastKnown())

    with connection.execute_wrapper(_refuse):
        text = scrape(client)

    assert value(text, "fogbreak_database_up") == 0
    assert values(text, "fogbreak_build_info") == []


class _Told(Collector):
    def __init__(self, *, reachable: bool) -> None:
        self.reachable = reachable

    def collect(self) -> Iterator[Metric]:
        if not self.reachable:
            _refuse()
        for name in ("fogbreak_last_check_age_seconds", "fogbreak_complaints_last_hour"):
            yield GaugeMetricFamily(name, "a number", value=5)


def test_ages_grow_when_they_are_told_from_memory() -> None:
    kept, now = LastKnown(), timezone.now()
    kept.read(_Told(reachable=True), now)

    told = kept.read(_Told(reachable=False), now + timedelta(minutes=2)).collect()

    numbers = {family.name: family.samples[0].value for family in told}
    assert numbers["fogbreak_last_check_age_seconds"] == 125
    assert numbers["fogbreak_complaints_last_hour"] == 5
    assert numbers["fogbreak_read_timestamp_seconds"] == now.timestamp()

"""Families that are written line by line are what the library would make of the same samples."""

import gzip
from collections.abc import Sequence

import pytest
from django.test import Client
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.openmetrics import parser
from prometheus_client.parser import text_string_to_metric_families

from statuspage.metrics.last_known import Families
from statuspage.metrics.written import WrittenFamily, answer, gzipped_answer, labels_as_text
from tests.metrics.scraping import scrape, values
from tests.support.public_rows import World, make_results

HARD = ["plain", 'with "marks"', "with \\ and \n", "中文"]
OPEN_METRICS = "application/openmetrics-text; version=1.0.0"


def _written(kind: str) -> WrittenFamily:
    name = "many_total" if kind == "counter" else "many"
    lines = (f"{name}{{{labels_as_text(['label'], [value])}}} {n / 3}\n" for n, value in enumerate(HARD))
    return WrittenFamily("many", "Of each.", kind, lines)


def _by_the_library(kind: str) -> Metric:
    made = CounterMetricFamily if kind == "counter" else GaugeMetricFamily
    family: CounterMetricFamily | GaugeMetricFamily = made("many", "Of each.", labels=["label"])
    for n, value in enumerate(HARD):
        family.add_metric([value], n / 3)
    return family


def _text_of(families: Sequence[Metric]) -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Families(families))
    return generate_latest(registry)


@pytest.mark.parametrize("kind", ["counter", "gauge"])
def test_a_written_family_reads_as_the_librarys_when_its_labels_are_hard(kind: str) -> None:
    written = _written(kind)

    text = b"".join(answer(b"", [written], open_metrics=False))

    assert text == _text_of([_by_the_library(kind)])
    assert written.samples == _by_the_library(kind).samples


def test_an_answer_is_the_same_when_it_is_packed_in_parts() -> None:
    usual, written = _text_of([GaugeMetricFamily("one", "One.", value=1)]), [_written("counter")]

    plain = b"".join(answer(usual, written, open_metrics=False))
    packed = b"".join(gzipped_answer(usual, written, open_metrics=False))

    assert gzip.decompress(packed) == plain
    assert [family.name for family in text_string_to_metric_families(plain.decode())] == ["one", "many"]


def test_an_open_metrics_answer_ends_once_when_families_are_written(
    fresh_world: World, client: Client
) -> None:
    make_results(fresh_world)

    sent = client.get("/metrics", headers={"accept": OPEN_METRICS, "accept-encoding": "gzip"}).content

    text = gzip.decompress(sent).decode()
    families = list(parser.text_string_to_metric_families(text))  # type: ignore[no-untyped-call]
    assert text.count("# EOF\n") == 1
    assert text.endswith("# EOF\n")
    assert {"fogbreak_checks", "probe_success", "fogbreak_build"} <= {family.name for family in families}


def test_series_grow_by_nine_for_each_probe_and_not_by_what_was_asked(
    fresh_world: World, client: Client
) -> None:
    make_results(fresh_world)
    for number in range(20):
        client.get(f"/no/such/page/{number}")

    text = scrape(client)

    of_probes = [
        family for family in text_string_to_metric_families(text) if family.name.startswith("probe_")
    ]
    assert sum(len(family.samples) for family in of_probes) == 9 * len(fresh_world.probes)
    assert len(values(text, "fogbreak_checks_total")) == 2 * len(fresh_world.probes)
    assert len(values(text, "fogbreak_http_requests_total")) < 5

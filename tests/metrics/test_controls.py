"""Controls are told apart: no series of a service's names is without a component."""

from datetime import timedelta

import pytest
from django.test import Client

from statuspage.monitoring.models import CheckResult, CheckTotal, DurationTotal, Endpoint, Probe
from tests.metrics.scraping import label_sets, scrape, value, values
from tests.support.public_rows import World, make_results


def _add_control(world: World) -> None:
    probe = Probe.objects.create(
        slug="control-east",
        vantage=world.vantages["east"],
        endpoint=Endpoint.objects.get(),
        operation="get",
    )
    moment = world.now - timedelta(seconds=40)
    CheckResult.objects.create(
        probe=probe, tick=moment, at=moment, stored_at=moment, outcome="accepted", latency_ms=20, phases={}
    )
    CheckTotal.objects.create(vantage="east", outcome="accepted", count=8)
    DurationTotal.objects.create(vantage="east", buckets={"0.1": 8}, sum_seconds=0.4, count=8)


def test_every_series_of_a_service_has_its_component_when_there_are_controls(
    fresh_world: World, client: Client
) -> None:
    make_results(fresh_world)
    _add_control(fresh_world)

    text = scrape(client)

    names = ("fogbreak_checks_total", "fogbreak_check_duration_seconds_count", "probe_success")
    for name in (*names, "probe_duration_seconds", "probe_http_duration_seconds"):
        assert all(labels["component"] for labels in label_sets(text, name))
    who = {"vantage": "east", "outcome": "accepted"}
    assert value(text, "fogbreak_control_checks_total", **who, family="accepted") == 8
    assert value(text, "fogbreak_control_check_duration_seconds_count", vantage="east") == 8
    assert value(text, "fogbreak_control_success", probe="control-east", vantage="east") == 1
    assert value(text, "fogbreak_control_duration_seconds", probe="control-east") == 0.02


def test_ages_are_told_by_purpose_when_only_one_vantage_has_a_control(
    fresh_world: World, client: Client
) -> None:
    make_results(fresh_world)
    _add_control(fresh_world)

    text = scrape(client)

    name = "fogbreak_purpose_last_check_age_seconds"
    assert value(text, name, vantage="east", purpose="service") == pytest.approx(9, abs=8)
    assert value(text, name, vantage="east", purpose="control") == pytest.approx(40, abs=8)
    assert len(values(text, name, vantage="south")) == 1

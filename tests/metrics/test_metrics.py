"""Metrics: names and forms that Prometheus approves of, and the same story as the page."""

import subprocess
from datetime import timedelta

import msgspec
import pytest
from django.test import Client

from probes.vocabulary.causes import Cause
from probes.vocabulary.exclusions import Exclusion
from probes.vocabulary.states import ComponentState
from statuspage.analysis.values import Conditions
from statuspage.incidents.machine_view import MachineView, view_to_json
from statuspage.incidents.models import Incident
from statuspage.incidents.totals import note_opened
from statuspage.monitoring.models import CheckResult, CheckTotal, Progress
from tests.incidents.building import verdict
from tests.metrics.scraping import scrape, value, values
from tests.support.binaries import require_binary
from tests.support.public_rows import World, make_incident, make_past_day, make_results, set_state


def test_metrics_please_promtool_when_much_is_going_on(fresh_world: World, client: Client) -> None:
    promtool = require_binary("promtool", package="prometheus")
    make_past_day(fresh_world)
    make_results(fresh_world)
    make_incident(fresh_world)

    run = subprocess.run(
        [promtool, "check", "metrics"], input=scrape(client), capture_output=True, text=True, timeout=60
    )

    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_metrics_tell_the_story_of_the_page_when_a_risk_wave_is_on(
    fresh_world: World, client: Client
) -> None:
    make_results(fresh_world)
    make_incident(fresh_world, cause=Cause.RISK_CONTROL)
    note_opened(Cause.RISK_CONTROL)
    set_state(fresh_world, "fenfu-qr", ComponentState.DEGRADED)

    text = scrape(client)

    wave = {"component": "fenfu-qr", "cause": "risk_control", "certainty": "confirmed"}
    assert value(text, "fogbreak_incidents", **wave) == 1
    assert value(text, "fogbreak_incidents", **{**wave, "cause": "outage"}) == 0
    assert value(text, "fogbreak_component_status", component="fenfu-qr", status="degraded_performance") == 1
    assert value(text, "fogbreak_component_status", component="fenfu-qr", status="operational") == 0
    assert value(text, "fogbreak_incidents_opened_total", cause="risk_control") == 1


def test_metrics_count_checks_and_durations_when_results_are_stored(
    fresh_world: World, client: Client
) -> None:
    make_results(fresh_world)

    text = scrape(client)

    who = {"component": "fenfu-qr", "persona": "ordinary", "vantage": "east"}
    assert value(text, "fogbreak_checks_total", **who, outcome="accepted") == 1000
    assert value(text, "fogbreak_checks_total", **who, outcome="timeout", family="technical") == 3
    buckets = {"component": "fenfu-qr", "vantage": "east"}
    assert value(text, "fogbreak_check_duration_seconds_bucket", **buckets, le="0.5") == 12
    assert value(text, "fogbreak_check_duration_seconds_bucket", **buckets, le="+Inf") == 15
    assert value(text, "fogbreak_check_duration_seconds_sum", **buckets) == 4.2
    assert value(text, "probe_success", **who) == 1
    assert value(text, "probe_http_duration_seconds", **who, phase="tls") == 0.02
    assert value(text, "probe_http_status_code", **who) == 200


def test_missed_and_excluded_checks_are_told_apart(fresh_world: World, client: Client) -> None:
    make_results(fresh_world)
    CheckTotal.objects.filter(vantage="south", outcome="timeout").update(excluded="vantage_lost")
    CheckTotal.objects.create(vantage="south", outcome="missed", count=7)
    CheckResult.objects.filter(probe__vantage__slug="south").update(excluded="vantage_lost")

    text = scrape(client)

    who = {"component": "fenfu-qr", "persona": "ordinary", "vantage": "south"}
    spoilt = {"outcome": "timeout", "family": "ours", "excluded": "vantage_lost"}
    assert value(text, "fogbreak_checks_total", **who, **spoilt) == 3
    assert value(text, "fogbreak_checks_missed_total", vantage="south") == 7
    assert value(text, "fogbreak_probe_excluded", **who, excluded="vantage_lost") == 1
    assert values(text, "probe_success", **who) == []


def test_counters_stay_when_raw_results_are_pruned(fresh_world: World, client: Client) -> None:
    make_results(fresh_world)
    CheckResult.objects.all().delete()
    Incident.objects.all().delete()

    text = scrape(client)

    assert (
        value(
            text,
            "fogbreak_checks_total",
            component="fenfu-qr",
            persona="ordinary",
            vantage="east",
            outcome="timeout",
        )
        == 3
    )


def test_metrics_watch_the_watcher_when_conditions_are_bad(fresh_world: World, client: Client) -> None:
    bad = Conditions(
        at=fresh_world.now,
        lost_vantages=("south",),
        misconfigured_probes=("a", "b"),
        blind_components=("fenfu-qr",),
        blind_because={"fenfu-qr": Exclusion.UNAUTHENTICATED},
    )
    Progress.objects.update(
        concluded_until=fresh_world.now - timedelta(minutes=5), conditions=msgspec.to_builtins(bad)
    )

    text = scrape(client)

    assert value(text, "fogbreak_age_seconds", stage="detection") == pytest.approx(300, abs=10)
    assert value(text, "fogbreak_vantage_lost", vantage="south") == 1
    assert value(text, "fogbreak_vantage_lost", vantage="east") == 0
    assert value(text, "fogbreak_misconfigured_probes") == 2
    assert value(text, "fogbreak_component_blind", component="fenfu-qr") == 1
    why = {"component": "fenfu-qr", "reason": "unauthenticated"}
    assert value(text, "fogbreak_component_blind_because", **why) == 1
    assert value(text, "fogbreak_component_status", component="fenfu-qr", status="unknown") == 1


def test_metrics_answer_when_there_is_nothing_yet(db: None, client: Client) -> None:
    assert value(scrape(client), "fogbreak_build_info") == 1


def test_what_waits_for_a_person_is_counted_apart_when_it_is_not_told(
    fresh_world: World, client: Client
) -> None:
    make_incident(fresh_world, publication="held")
    led = make_incident(fresh_world, components=("fenfu-online",), taken_over=True)
    ended = verdict(key=led.key or "", components=("fenfu-online",), resolved=90)
    Incident.objects.filter(pk=led.pk).update(machine_view=view_to_json(MachineView(verdict=ended)))

    text = scrape(client)

    outage = {"cause": "outage", "certainty": "confirmed"}
    assert value(text, "fogbreak_incidents", component="fenfu-qr", **outage) == 0
    assert value(text, "fogbreak_incidents_undecided", step="publish") == 1
    assert value(text, "fogbreak_incidents_undecided", step="confirm") == 0
    assert value(text, "fogbreak_incidents_contradicted") == 1

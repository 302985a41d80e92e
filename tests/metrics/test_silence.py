"""Who is silent shows: dead workers of one vantage, and probes of which there is no news."""

from datetime import timedelta

import pytest
from django.test import Client

from probes.vocabulary.outcomes import Outcome
from statuspage.monitoring.models import CheckResult, Probe, Progress, Vantage
from tests.metrics.scraping import scrape, value, values
from tests.support.public_rows import World, make_results


def _let_vantage_die(world: World, slug: str, *, ago: timedelta) -> None:
    """Its last checks were made long ago, and what it missed since is on record."""
    results = CheckResult.objects.filter(probe__vantage__slug=slug)
    results.update(at=world.now - ago, tick=world.now - ago)
    CheckResult.objects.bulk_create(
        CheckResult(probe=probe, tick=world.now, at=world.now, stored_at=world.now, outcome=Outcome.MISSED)
        for probe in Probe.objects.filter(vantage__slug=slug)
    )


def test_a_dead_worker_of_one_vantage_shows_when_its_missed_checks_are_written_off(
    fresh_world: World, client: Client
) -> None:
    make_results(fresh_world)
    _let_vantage_die(fresh_world, "south", ago=timedelta(minutes=30))

    text = scrape(client)

    assert value(text, "fogbreak_last_check_age_seconds", vantage="south") == pytest.approx(1800, abs=60)
    assert value(text, "fogbreak_last_check_age_seconds", vantage="east") < 60
    assert value(text, "fogbreak_check_interval_seconds", vantage="south") == 60
    assert value(text, "fogbreak_age_seconds", stage="check") < 60
    assert values(text, "probe_success", vantage="south") == []
    assert values(text, "probe_duration_seconds", vantage="south") == []
    assert set(values(text, "probe_success", vantage="east")) == {1}


def test_the_last_check_is_old_when_all_workers_are_dead(fresh_world: World, client: Client) -> None:
    make_results(fresh_world)
    for slug in Vantage.objects.values_list("slug", flat=True):
        _let_vantage_die(fresh_world, slug, ago=timedelta(minutes=30))

    text = scrape(client)

    assert value(text, "fogbreak_age_seconds", stage="check") == pytest.approx(1800, abs=60)
    assert values(text, "probe_success") == []


def test_a_worker_that_never_was_started_shows_by_the_age_of_its_probes(
    fresh_world: World, client: Client
) -> None:
    Probe.objects.update(created_at=fresh_world.now - timedelta(minutes=10))

    text = scrape(client)

    assert set(values(text, "fogbreak_last_check_age_seconds")) == {
        value(text, "fogbreak_last_check_age_seconds", vantage="east")
    }
    assert value(text, "fogbreak_last_check_age_seconds", vantage="east") == pytest.approx(600, abs=60)
    assert values(text, "fogbreak_age_seconds", stage="check") == []
    assert values(text, "fogbreak_last_check_timestamp_seconds") == []


def test_a_vantage_that_is_not_in_use_is_not_missed(fresh_world: World, client: Client) -> None:
    Probe.objects.filter(vantage__slug="south").update(enabled=False)

    assert values(scrape(client), "fogbreak_last_check_age_seconds", vantage="south") == []


@pytest.mark.parametrize(
    ("outcome", "told"),
    [("accepted", [1]), ("timeout", [0]), ("declined_risk", [0]), ("declined_funds", []), ("throttled", [])],
)
def test_success_is_told_only_of_checks_that_say_something_of_the_service(
    fresh_world: World, client: Client, outcome: str, told: list[float]
) -> None:
    make_results(fresh_world)
    CheckResult.objects.update(outcome=outcome, http_status=None)

    text = scrape(client)

    assert sorted(set(values(text, "probe_success"))) == told
    assert values(text, "probe_http_status_code") == []
    assert set(values(text, "probe_duration_seconds")) == {0.142}


@pytest.mark.parametrize(
    ("judged", "excluded", "told"), [(True, "", {0}), (False, "", set()), (True, "misconfigured", set())]
)
def test_a_refused_request_is_no_failure_of_theirs_before_the_detector_says_so(
    fresh_world: World, client: Client, judged: bool, excluded: str, told: set[float]
) -> None:
    make_results(fresh_world)
    CheckResult.objects.update(outcome="misconfigured", http_status=404, excluded=excluded)
    last = CheckResult.objects.latest("at").at
    Progress.objects.update(concluded_until=last if judged else last - timedelta(hours=1))

    assert set(values(scrape(client), "probe_success")) == told

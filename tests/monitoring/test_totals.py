"""Counters ever: they add up, and keep the labels that checks had when they were counted."""

from datetime import datetime, timedelta

import pytest

from probes.vocabulary.outcomes import Outcome
from statuspage.monitoring.models import CheckResult, CheckTotal, DurationTotal, Persona, Probe
from statuspage.monitoring.totals import CheckLabels, Totals, count_settled, settling_time
from tests.pipeline.planting import at, plant_catalog, rounds, small_catalog, store

pytestmark = pytest.mark.django_db
LABELS = CheckLabels(component="fenfu-qr", persona="ordinary", tier="low", vantage="east")


def _totals(*checks: tuple[str, float | None, str]) -> None:
    totals = Totals()
    for outcome, latency_ms, excluded in checks:
        totals.add(LABELS, outcome, latency_ms, excluded)
    totals.store()


def _counted(**labels: str) -> int:
    return sum(CheckTotal.objects.filter(**labels).values_list("count", flat=True))


def _settled_at(seconds: float) -> datetime:
    return at(seconds) + settling_time()


def test_totals_add_up_when_they_are_stored_one_after_another() -> None:
    for _ in range(3):
        _totals(("accepted", 450.0, ""))

    durations = DurationTotal.objects.get()
    assert CheckTotal.objects.get().count == 3
    assert (durations.count, durations.buckets["0.5"], durations.buckets["0.3"]) == (3, 3, 0)
    assert durations.sum_seconds == pytest.approx(1.35)


def test_what_says_nothing_is_counted_apart_and_has_no_duration() -> None:
    _totals(("missed", None, ""), ("missed", 9000.0, "starved"), ("timeout", 9000.0, "vantage_lost"))

    assert set(CheckTotal.objects.values_list("outcome", "excluded", "count")) == {
        ("missed", "", 1),
        ("missed", "starved", 1),
        ("timeout", "vantage_lost", 1),
    }
    assert not DurationTotal.objects.exists()


def test_a_check_is_counted_once_when_it_is_settled() -> None:
    plant_catalog(small_catalog())
    store(rounds(small_catalog(), since=0, until=60))

    too_soon = count_settled(at(0), at(0) + timedelta(seconds=60))
    first = count_settled(at(0), _settled_at(34))
    second = count_settled(first, _settled_at(60))
    again = count_settled(second, _settled_at(60))

    assert (too_soon, first, second, again) == (at(0), at(30), at(60), at(60))
    assert _counted() == CheckResult.objects.count() == 20


@pytest.mark.parametrize(
    ("interval_s", "settled_s"), [(5, 45), (10, 45), (30, 125), (60, 245), (300, 905), (3600, 905)]
)
def test_counting_waits_until_refusals_are_judged(interval_s: int, settled_s: int) -> None:
    plant_catalog(small_catalog(interval_s=interval_s))

    assert settling_time().total_seconds() == settled_s


def test_counting_waits_for_the_component_that_is_asked_least_often_and_for_no_control() -> None:
    plant_catalog(small_catalog(interval_s=60))
    Probe.objects.filter(component=None).update(interval_seconds=600)
    Probe.objects.filter(slug="fenfu-qr.ordinary.east").update(interval_seconds=120)

    assert settling_time().total_seconds() == 485


def test_counters_keep_their_labels_when_the_catalog_is_changed_afterwards() -> None:
    plant_catalog(small_catalog())
    store(rounds(small_catalog(), since=0, until=60))
    before = count_settled(at(0), _settled_at(30))

    Persona.objects.filter(slug="reseller").update(risk_tier="elevated")
    Probe.objects.filter(slug="fenfu-qr.ordinary.east").delete()
    count_settled(before, _settled_at(60))

    assert _counted(persona="reseller", tier="high") == 4
    assert _counted(persona="reseller", tier="elevated") == 4
    assert _counted(component="fenfu-qr", persona="ordinary", vantage="east") == 1


def test_late_checks_are_never_counted_and_missed_ones_are() -> None:
    plant_catalog(small_catalog())
    store(rounds(small_catalog(), since=0, until=60))
    CheckResult.objects.filter(at__lte=at(30)).update(late=True)
    CheckResult.objects.filter(at__gt=at(30)).update(outcome=Outcome.MISSED, latency_ms=None)

    count_settled(at(0), _settled_at(60))

    assert (_counted(), _counted(outcome="missed")) == (10, 10)

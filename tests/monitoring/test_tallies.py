"""Counts by window; what is old goes."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pytest_django import Settings

from probes.vocabulary.symptoms import Product, Symptom
from statuspage.monitoring.counts import WindowCounts
from statuspage.monitoring.lateness import concluded_until, is_late, open_moment
from statuspage.monitoring.models import (
    CheckResult,
    Grain,
    MinuteCounts,
    Probe,
    Progress,
    Report,
    Rollup,
    Source,
)
from statuspage.monitoring.pruning import prune
from statuspage.monitoring.selectors import watched_catalog
from statuspage.monitoring.tallies import HOUR, Tally, watched_probes
from tests.pipeline.planting import at, plant_catalog, rounds, small_catalog, store
from tests.support.minutes import stored_minutes

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def _catalog() -> None:
    plant_catalog(small_catalog())


def _count(
    tally: Tally, *moments: datetime, outcome: str = "accepted", latency_ms: float | None = 150.0
) -> None:
    probe = next(watched for watched in watched_probes().values() if watched.component is not None)
    for moment in moments:
        tally.add(probe, moment, outcome, latency_ms)


def _minutes() -> list[tuple[datetime, WindowCounts]]:
    return [(start, counts) for start, _, counts in stored_minutes()]


def _windows(grain: Grain) -> list[tuple[datetime, dict[str, int]]]:
    return list(Rollup.objects.filter(grain=grain).order_by("start").values_list("start", "outcomes"))


def test_checks_are_counted_by_minute_hour_and_local_day_when_a_tally_is_stored() -> None:
    tally = Tally(SHANGHAI)
    _count(tally, at(1), at(59), at(61), at(3600))

    tally.store()

    assert [(start, counts.outcomes) for start, counts in _minutes()] == [
        (at(0), {"accepted": 2}),
        (at(60), {"accepted": 1}),
        (at(3600), {"accepted": 1}),
    ]
    assert _windows(Grain.HOUR) == [(at(0), {"accepted": 3}), (at(3600), {"accepted": 1})]
    assert _windows(Grain.DAY) == [(at(-8 * 3600), {"accepted": 4})]


def test_the_database_adds_up_to_the_same_as_counting_checks_one_by_one() -> None:
    store(rounds(small_catalog(), since=0, until=300, answer={"fenfu-qr": (500, "SYSTEM_ERROR", "系统错误")}))
    CheckResult.objects.filter(at__lt=at(40), probe__vantage__slug="east").update(excluded="vantage_lost")
    CheckResult.objects.filter(at__gt=at(90), at__lt=at(100)).update(outcome="missed", latency_ms=None)
    CheckResult.objects.filter(at__gt=at(200), at__lt=at(210)).update(late=True)
    # On the stroke of a minute, and in the midst of one.
    for moment in (at(60), at(120), at(250)):
        row = CheckResult.objects.filter(at__gt=moment).order_by("at")[0]
        CheckResult.objects.filter(pk=row.pk).update(at=moment)
    probes, one_by_one, added = watched_probes(), Tally(SHANGHAI), Tally(SHANGHAI)
    for row in CheckResult.objects.filter(late=False, at__lte=at(250)):
        one_by_one.add(probes[row.probe_id], row.at, row.outcome, row.latency_ms, row.excluded)
    one_by_one.store()
    expected, hours = stored_minutes(), _windows(Grain.HOUR)
    MinuteCounts.objects.all().delete()
    Rollup.objects.all().delete()

    added.add_stored(probes, at(-10), at(60))
    added.add_stored(probes, at(60), at(250))
    added.store()

    assert stored_minutes() == expected
    assert _windows(Grain.HOUR) == hours
    assert {counts.outcomes["missed"] for _, _, counts in expected} == {0, 1}


def test_a_window_grows_when_more_of_it_is_concluded() -> None:
    tally = Tally(SHANGHAI)
    _count(tally, at(1))
    tally.store()
    _count(tally, at(2), outcome="timeout", latency_ms=10_000.0)

    tally.store()

    row = Rollup.objects.get(grain=Grain.HOUR)
    [(_, minute)] = _minutes()
    for counts in (minute, row):
        assert counts.outcomes == {"accepted": 1, "timeout": 1}
        assert (counts.latency_count, counts.latency_sum_ms) == (2, 10_150.0)


def test_hours_are_those_of_the_zone_when_it_is_half_an_hour_off() -> None:
    tally = Tally(ZoneInfo("Asia/Kolkata"), unit_seconds=HOUR)
    _count(tally, at(60), at(1799), at(1800))

    tally.store()

    assert _minutes() == []
    assert _windows(Grain.HOUR) == [(at(-1800), {"accepted": 2}), (at(1800), {"accepted": 1})]
    assert _windows(Grain.DAY) == [(at(-5.5 * 3600), {"accepted": 3})]


def test_only_days_are_kept_when_a_tally_is_of_the_distant_past() -> None:
    tally = Tally(SHANGHAI, unit_seconds=HOUR, only_days=True)
    _count(tally, at(60))

    tally.store()

    assert set(Rollup.objects.values_list("grain", flat=True)) == {"day"}


def test_only_what_is_old_goes_and_totals_stay_when_the_site_is_pruned(settings: Settings) -> None:
    settings.RAW_DAYS, settings.MINUTE_DAYS, settings.REPORT_DAYS = 1, 1, 1
    store(rounds(small_catalog(), since=0, until=60))
    tally = Tally(SHANGHAI)
    _count(tally, at(1))
    tally.store()
    later = Tally(SHANGHAI, unit_seconds=HOUR)
    _count(later, at(86400), at(2 * 86400))
    later.store()
    _report(at(1))
    _report(at(2 * 86400))

    pruned = prune(now=at(2 * 86400))
    again = prune(now=at(2 * 86400))

    assert (pruned.results, pruned.minutes, pruned.texts) == (20, 1, 1)
    assert (again.results, again.minutes, again.texts) == (0, 0, 0)
    assert not CheckResult.objects.exists()
    assert _minutes() == []
    assert set(Rollup.objects.values_list("grain", flat=True)) == {"hour", "day"}
    assert list(Report.objects.order_by("at").values_list("text", "url")) == [
        ("", ""),
        ("转圈", "http://f/1"),
    ]


def _report(moment: datetime) -> None:
    Report.objects.create(
        source=Source.objects.get(slug="forum"),
        external_id=str(moment),
        at=moment,
        author="a",
        text="转圈",
        url="http://f/1",
        symptom=Symptom.PAYMENT_FAILURE,
        product=Product.FENFU,
        probability=0.9,
    )


def test_a_row_is_late_when_its_moment_was_concluded() -> None:
    before = concluded_until()
    Progress.objects.create(concluded_until=at(60))
    until = concluded_until()

    assert (before, until) == (None, at(60))
    assert not is_late(at(60), before)
    assert is_late(at(60), until)
    assert not is_late(at(61), until)


def test_a_moment_is_moved_just_beyond_what_was_concluded_when_it_would_be_late() -> None:
    Progress.objects.create(concluded_until=at(60))

    assert open_moment(at(70)) == at(70)
    assert open_moment(at(50)) == at(60) + timedelta(microseconds=1)


def test_a_catalog_names_only_what_is_in_use(settings: Settings) -> None:
    settings.CHECK_INTERVAL_FACTOR = 2.0
    Probe.objects.filter(slug="control.east").update(enabled=False)

    catalog = watched_catalog()

    assert "control.east" not in {probe.slug for probe in catalog.probes}
    assert {probe.interval_s for probe in catalog.probes} == {60.0}
    assert catalog.timezone == "Asia/Shanghai"
    assert [component.group for component in catalog.components] == ["fenfu", "wxpay"]

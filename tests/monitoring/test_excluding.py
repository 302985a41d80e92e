"""What says nothing of the service is noted with the check and moved in every count, however late."""

from zoneinfo import ZoneInfo

import pytest

from probes.vocabulary.exclusions import Exclusion
from statuspage.analysis.values import ExcludedCheck
from statuspage.monitoring.excluding import exclude
from statuspage.monitoring.models import CheckResult, Grain, MinuteCounts, Rollup
from statuspage.monitoring.tallies import Tally, watched_probes
from tests.pipeline.planting import at, plant_catalog, rounds, small_catalog, store
from tests.support.minutes import series_of, stored_minutes

pytestmark = pytest.mark.django_db
DOWN = {"fenfu-qr": (500, "SYSTEM_ERROR", "系统错误")}


@pytest.fixture(autouse=True)
def _checks() -> None:
    plant_catalog(small_catalog())
    store(rounds(small_catalog(), since=0, until=3660, answer=DOWN))


def _tally(since: float, until: float) -> Tally:
    tally, probes = Tally(ZoneInfo("Asia/Shanghai")), watched_probes()
    rows = CheckResult.objects.filter(at__gt=at(since), at__lte=at(until))
    for row in rows:
        tally.add(probes[row.probe_id], row.at, row.outcome, row.latency_ms, row.excluded)
    return tally


def _lost(since: float, until: float) -> list[ExcludedCheck]:
    rows = CheckResult.objects.filter(at__gt=at(since), at__lte=at(until), probe__vantage__slug="south")
    return [
        ExcludedCheck(probe=slug, at=moment, reason=Exclusion.VANTAGE_LOST)
        for slug, moment in rows.values_list("probe__slug", "at")
    ]


def _counts() -> list[tuple[object, ...]]:
    rows = Rollup.objects.order_by("grain", "start", "series")
    return [
        *rows.values_list(
            "grain", "start", "series", "outcomes", "excluded", "latency_count", "latency_sum_ms"
        ),
        *stored_minutes(),
    ]


def test_checks_of_an_earlier_turn_are_moved_in_minute_hour_and_day_when_they_are_found_to_say_nothing() -> (
    None
):
    _tally(0, 600).store()
    later = _tally(600, 660)

    found = exclude(_lost(540, 660), later, watched_probes())
    later.store()

    moved = Rollup.objects.filter(vantage__slug="south", component__slug="fenfu-qr", persona__slug="ordinary")
    series = series_of("fenfu-qr", "ordinary", "south")
    minutes = [counts for _, name, counts in stored_minutes(since=at(540)) if name == series]
    assert found == 20
    assert [(counts.outcomes, counts.excluded, counts.latency_count) for counts in minutes] == [
        ({}, {"vantage_lost": {"server_error": 2}}, 0),
        ({}, {"vantage_lost": {"server_error": 2}}, 0),
    ]
    for grain in (Grain.HOUR, Grain.DAY):
        row = moved.get(grain=grain)
        assert (row.outcomes, row.excluded) == ({"server_error": 18}, {"vantage_lost": {"server_error": 4}})
        assert row.latency_sum_ms == 18 * 150.0
    assert not Rollup.objects.filter(vantage__slug="east").exclude(excluded={}).exists()


def test_doing_it_twice_changes_nothing_and_the_first_reason_stands() -> None:
    tally = _tally(0, 600)
    exclude(_lost(540, 600), tally, watched_probes())
    tally.store()
    before = _counts()
    other = [
        ExcludedCheck(probe=check.probe, at=check.at, reason=Exclusion.MISCONFIGURED)
        for check in _lost(540, 600)
    ]

    again = Tally(ZoneInfo("Asia/Shanghai"))
    found = exclude([*_lost(540, 600), *other], again, watched_probes())
    again.store()

    assert found == 0
    assert _counts() == before
    assert set(CheckResult.objects.exclude(excluded="").values_list("excluded", flat=True)) == {
        "vantage_lost"
    }


def test_a_recount_gives_the_same_numbers_as_moving_them_did() -> None:
    for start in range(0, 3660, 60):
        tally = _tally(start, start + 60)
        exclude(_lost(max(0, start - 90), start + 10), tally, watched_probes())
        tally.store()
    moved = _counts()

    Rollup.objects.all().delete()
    MinuteCounts.objects.all().delete()
    _tally(0, 3660).store()

    assert _counts() == moved


def test_what_is_not_counted_yet_is_only_marked_and_counted_with_its_reason_later() -> None:
    tally, probes = Tally(ZoneInfo("Asia/Shanghai")), watched_probes()
    tally.add_stored(probes, at(-1), at(600))

    exclude(_lost(540, 660), tally, probes, counted_until=at(600))
    tally.add_stored(probes, at(600), at(660))
    tally.store()
    moved = _counts()

    Rollup.objects.all().delete()
    MinuteCounts.objects.all().delete()
    recount = Tally(ZoneInfo("Asia/Shanghai"))
    recount.add_stored(probes, at(-1), at(660))
    recount.store()
    assert _counts() == moved


def test_what_was_missed_or_came_too_late_is_not_excluded() -> None:
    CheckResult.objects.filter(at__lte=at(30)).update(outcome="missed")
    CheckResult.objects.filter(at__gt=at(30)).update(late=True)

    assert exclude(_lost(0, 60), Tally(ZoneInfo("UTC")), watched_probes()) == 0
    assert not CheckResult.objects.exclude(excluded="").exists()


def test_a_check_that_is_not_stored_is_passed_over() -> None:
    unknown = ExcludedCheck(probe="gone", at=at(0), reason=Exclusion.THROTTLED)

    assert exclude([unknown], Tally(ZoneInfo("UTC")), watched_probes()) == 0


def test_the_turn_goes_on_when_what_is_moved_was_counted_by_longer_windows_or_under_another_name() -> None:
    by_day = Tally(ZoneInfo("Asia/Shanghai"), unit_seconds=3600, only_days=True)
    probes = watched_probes()
    for row in CheckResult.objects.filter(at__lte=at(600)):
        by_day.add(probes[row.probe_id], row.at, row.outcome, row.latency_ms)
    by_day.store()

    later = Tally(ZoneInfo("Asia/Shanghai"))
    exclude(_lost(540, 600), later, probes)
    later.store()

    fenfu = Rollup.objects.filter(vantage__slug="south", component__slug="fenfu-qr", persona__slug="ordinary")
    day, [(_, _, minute)] = (
        fenfu.get(grain=Grain.DAY),
        [found for found in stored_minutes() if found[1] == series_of("fenfu-qr", "ordinary", "south")],
    )
    assert (day.outcomes, day.excluded) == ({"server_error": 18}, {"vantage_lost": {"server_error": 2}})
    assert (minute.outcomes, minute.latency_count, minute.latency_sum_ms) == ({}, 0, 0.0)

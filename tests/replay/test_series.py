"""The watch over plain series."""

import math
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from statuspage.analysis.model import DetectorSettings
from statuspage.replay.series.rarity import Rarity
from statuspage.replay.series.watch import Direction, Excursion, SeriesRow, SeriesWatch
from tests.bench.series_rules import best_ewma, scored, watched
from tests.scenarios.series import Series, card_outcomes, mentions

START = datetime(2026, 5, 4, tzinfo=UTC)


def _found(rows: list[SeriesRow]) -> list[Excursion]:
    watch = SeriesWatch(DetectorSettings())
    changed = [excursion for row in rows if (excursion := watch.see(row)) is not None]
    return list({id(excursion): excursion for excursion in changed}.values())


def _daily(days: float, dice: random.Random) -> list[SeriesRow]:
    rows = []
    for step in range(int(days * 144)):
        mean = 40.0 + 25.0 * math.sin(step / 144 * 2 * math.pi)
        count = max(0, round(dice.gauss(mean, math.sqrt(2.0 * mean))))
        rows.append(SeriesRow(at=START + timedelta(minutes=10 * step), count=count))
    return rows


def test_series_watch_stays_silent_when_a_noisy_series_only_follows_the_day() -> None:
    assert _found(_daily(30, random.Random(1))) == []


def test_series_watch_finds_a_surge_and_its_end_when_counts_treble_for_two_hours() -> None:
    rows = _daily(21, random.Random(2))
    first = len(rows) - 100
    rows[first : first + 12] = [
        SeriesRow(at=row.at, count=row.count * 3 + 30) for row in rows[first : first + 12]
    ]

    (surge,) = _found(rows)

    assert surge.direction is Direction.UP
    assert surge.detected_at - rows[first].at <= timedelta(minutes=30)
    assert surge.resolved_at is not None
    assert surge.resolved_at - rows[first + 12].at <= timedelta(hours=1)


def test_series_watch_finds_a_silence_when_counts_fall_to_nothing() -> None:
    rows = _daily(21, random.Random(3))
    first = len(rows) - 60
    rows[first : first + 12] = [SeriesRow(at=row.at, count=0) for row in rows[first : first + 12]]

    (silence,) = _found(rows)

    assert silence.direction is Direction.DOWN


def test_series_watch_finds_failures_when_a_fifth_goes_bad() -> None:
    dice = random.Random(4)
    rows = [
        SeriesRow(
            at=START + timedelta(minutes=n),
            count=50,
            bad=sum(dice.random() < (0.2 if n >= 900 else 0.01) for _ in range(50)),
        )
        for n in range(920)
    ]

    (failing,) = _found(rows)

    assert failing.direction is Direction.FAILING
    assert failing.detected_at - rows[900].at <= timedelta(minutes=5)


@pytest.mark.parametrize("scale", [0.001, 1.0, 1000.0])
def test_series_watch_judges_alike_when_the_unit_differs(scale: float) -> None:
    dice = random.Random(5)
    rows = [SeriesRow(at=START + timedelta(hours=n), count=scale * dice.gauss(66.5, 3.1)) for n in range(800)]
    rows[600:606] = [SeriesRow(at=row.at, count=row.count / 5) for row in rows[600:606]]

    (fall,) = _found(rows)

    assert fall.direction is Direction.DOWN
    assert fall.detected_at - rows[600].at <= timedelta(hours=3)
    assert fall.usual > 4 * fall.seen


def test_series_watch_tells_next_to_nothing_when_a_series_is_bursty_by_nature() -> None:
    dice = random.Random(6)
    rows = [
        SeriesRow(at=START + timedelta(minutes=5 * n), count=int(dice.expovariate(1 / 75)))
        for n in range(8000)
    ]

    assert len(_found(rows)) <= 1


@pytest.mark.parametrize("make", [mentions, card_outcomes])
def test_series_watch_finds_more_than_an_ewma_when_both_are_wrong_as_often(
    make: Callable[[int], Series],
) -> None:
    found = false = rival = 0.0
    for seed in (302, 303):
        series = make(seed)
        hits, rate = scored(watched(series.rows, DetectorSettings()), series)
        found, false, rival = found + hits, false + rate / 2, rival + best_ewma(series, rate)

    assert false <= 0.5
    assert found >= max(rival, 3)


def test_rarity_tells_what_is_higher_than_almost_all_before() -> None:
    rarity = Rarity()
    for height in range(1, 101):
        rarity.learn(float(height), told=False)

    week = timedelta(days=7)
    assert rarity.expected_per_week(95.0, 10 * week) == pytest.approx(0.65)
    assert not rarity.is_rare(95.0, 10 * week)
    assert rarity.is_rare(98.5, 10 * week)
    assert rarity.is_rare(95.0, 25 * week)
    assert not rarity.is_rare(100.0, week)
    assert rarity.is_rare(150.0, week)


def test_rarity_counts_nothing_that_towers_over_what_was_not_told() -> None:
    rarity, week = Rarity(), timedelta(days=7)
    for height in (2.0, 3.0, 4.0):
        rarity.learn(height, told=False)
    for height in (15.0, 90.0, 80.0):
        rarity.learn(height, told=True)

    assert rarity.is_rare(70.0, week)
    assert not rarity.is_rare(14.0, week)
    rarity.unlearn(15.0, told=True)
    assert rarity.is_rare(14.0, week)


def test_series_watch_stays_silent_when_single_things_come_now_and_then() -> None:
    dice = random.Random(7)
    rows = [SeriesRow(at=START + timedelta(minutes=n), count=int(dice.random() < 0.3)) for n in range(8000)]

    assert _found(rows) == []


def test_series_watch_stays_silent_when_weekends_are_quieter() -> None:
    dice = random.Random(8)
    rows = []
    for hour in range(24 * 60):
        at = START + timedelta(hours=hour)
        mean = (500 + 400 * math.sin(hour / 24 * 2 * math.pi)) * (0.5 if at.weekday() >= 5 else 1.0)
        rows.append(SeriesRow(at=at, count=max(0, round(dice.gauss(mean, math.sqrt(mean))))))

    assert _found(rows) == []


def test_series_watch_takes_a_new_level_for_usual_when_it_stays_for_days() -> None:
    dice = random.Random(9)
    rows = [
        SeriesRow(at=START + timedelta(hours=n), count=round(dice.gauss(100 if n < 400 else 200, 10)))
        for n in range(1200)
    ]

    (rise,) = _found(rows)

    assert rise.resolved_at is not None
    assert timedelta(days=2) < rise.resolved_at - rows[400].at < timedelta(days=5)


def test_series_watch_goes_on_with_what_is_usual_when_rows_are_missing() -> None:
    rows = _daily(24, random.Random(10))

    assert _found(rows[:2000] + rows[2100:]) == []


@pytest.mark.parametrize("usual", [0, 100])
def test_series_watch_finds_a_change_when_a_series_never_moved_before(usual: int) -> None:
    rows = [SeriesRow(at=START + timedelta(minutes=5 * n), count=usual) for n in range(600)]
    rows[500:508] = [SeriesRow(at=row.at, count=3 * usual + 5) for row in rows[500:508]]

    (rise,) = _found(rows)

    assert rise.direction is Direction.UP

"""The counting core on plain series."""

import math
import random
from datetime import UTC, datetime, timedelta

from statuspage.analysis.counts import CountWatch, Direction, Excursion, Row
from statuspage.analysis.settings import DetectorSettings

START = datetime(2026, 5, 4, tzinfo=UTC)


def _found(rows: list[Row]) -> list[Excursion]:
    watch = CountWatch(DetectorSettings())
    changed = [excursion for row in rows if (excursion := watch.see(row)) is not None]
    return list({id(excursion): excursion for excursion in changed}.values())


def _daily(days: float, dice: random.Random) -> list[Row]:
    rows = []
    for step in range(int(days * 144)):
        mean = 40.0 + 25.0 * math.sin(step / 144 * 2 * math.pi)
        count = max(0, round(dice.gauss(mean, math.sqrt(2.0 * mean))))
        rows.append(Row(at=START + timedelta(minutes=10 * step), count=count))
    return rows


def test_count_watch_stays_silent_when_a_noisy_series_only_follows_the_day() -> None:
    assert _found(_daily(30, random.Random(1))) == []


def test_count_watch_finds_a_surge_and_its_end_when_counts_treble_for_two_hours() -> None:
    rows = _daily(21, random.Random(2))
    first = len(rows) - 100
    rows[first : first + 12] = [Row(at=row.at, count=row.count * 3 + 30) for row in rows[first : first + 12]]

    (surge,) = _found(rows)

    assert surge.direction is Direction.UP
    assert surge.detected_at - rows[first].at <= timedelta(minutes=30)
    assert surge.resolved_at - rows[first + 12].at <= timedelta(hours=1)


def test_count_watch_finds_a_silence_when_counts_fall_to_nothing() -> None:
    rows = _daily(21, random.Random(3))
    first = len(rows) - 60
    rows[first : first + 12] = [Row(at=row.at, count=0) for row in rows[first : first + 12]]

    (silence,) = _found(rows)

    assert silence.direction is Direction.DOWN


def test_count_watch_finds_failures_when_a_fifth_goes_bad() -> None:
    dice = random.Random(4)
    rows = [
        Row(
            at=START + timedelta(minutes=n),
            count=50,
            bad=sum(dice.random() < (0.2 if n >= 900 else 0.01) for _ in range(50)),
        )
        for n in range(920)
    ]

    (failing,) = _found(rows)

    assert failing.direction is Direction.FAILING
    assert failing.detected_at - rows[900].at <= timedelta(minutes=5)

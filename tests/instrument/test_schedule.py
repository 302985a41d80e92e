from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.instrument.schedule import Timetable, run_id, slot_of

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
INTERVALS = st.sampled_from([0.5, 5.0, 30.0, 60.0, 90.0, 300.0])


def test_slots_spread_over_the_interval_when_there_are_many_probes() -> None:
    slots = [slot_of(f"component.persona-{number}.east", 60).total_seconds() for number in range(600)]

    by_second = [sum(second <= slot < second + 6 for slot in slots) for second in range(0, 60, 6)]

    assert min(by_second) > 30
    assert all(0 <= slot < 60 for slot in slots)


def due(interval: float, since: datetime, until: datetime) -> list[datetime]:
    return [tick for _, tick in Timetable([(1, "p", interval)]).due(since, until)]


@given(now=MOMENTS, interval=INTERVALS, cut=st.floats(0, 1))
def test_ticks_are_the_same_when_the_time_is_cut_in_two(now: datetime, interval: float, cut: float) -> None:
    since = now - timedelta(seconds=interval * 7.3)
    middle = since + (now - since) * cut

    whole = due(interval, since, now)

    assert whole == due(interval, since, middle) + due(interval, middle, now)
    assert len(whole) in (7, 8)


def test_run_id_is_the_same_for_the_same_tick_when_it_is_given_in_another_zone() -> None:
    elsewhere = NOW.astimezone()

    assert run_id("p", NOW) == run_id("p", elsewhere)
    assert len({run_id("p", NOW), run_id("q", NOW), run_id("p", NOW + timedelta(microseconds=1))}) == 3
    assert len(run_id("p", NOW)) == 32


def test_schedule_refuses_an_interval_when_it_is_not_positive() -> None:
    with pytest.raises(ValueError, match="must be positive"):
        Timetable([(1, "p", 0)])

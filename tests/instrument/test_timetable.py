from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from probes.instrument.schedule import Timetable, slot_of

MOMENTS = st.datetimes(datetime(1999, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PROBES = st.dictionaries(st.text(max_size=9), st.sampled_from([0.001, 0.5, 7.3, 10.0, 90.0]), max_size=9)


def ticks_of(slug: str, interval_s: float, since: datetime, until: datetime) -> list[datetime]:
    """As one would say it: by the interval, from the slot, since the epoch."""
    interval, slot = timedelta(seconds=interval_s), slot_of(slug, interval_s)
    number = (since - EPOCH - slot) // interval + 1
    ticks = []
    while (tick := EPOCH + slot + number * interval) <= until:
        ticks.append(tick)
        number += 1
    return ticks


@given(probes=PROBES, since=MOMENTS, lasts=st.floats(0, 12))
def test_timetable_gives_what_each_probe_alone_would_when_many_are_asked_for_together(
    probes: dict[str, float], since: datetime, lasts: float
) -> None:
    slow = {slug: interval for slug, interval in probes.items() if interval > lasts / 500}
    until = since + timedelta(seconds=lasts)

    found = Timetable((slug, slug, interval) for slug, interval in slow.items()).due(since, until)

    alone = [
        (slug, tick) for slug, interval in slow.items() for tick in ticks_of(slug, interval, since, until)
    ]
    assert sorted(found) == sorted(alone)

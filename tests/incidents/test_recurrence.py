"""Planned work that comes again: our times against those of dateutil and of a reader of calendars."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from dateutil import tz
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event, vRecur

from statuspage.incidents.recurrence import Recurrence, RuleError, check, occurrences

ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
RULES = (
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=WEEKLY;BYDAY=SU",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH",
    "FREQ=MONTHLY;BYDAY=1SU",
    "FREQ=MONTHLY;BYDAY=-1SU",
    "FREQ=MONTHLY;BYMONTHDAY=15,31",
    "FREQ=DAILY;COUNT=40",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
)
# Half an hour each, so that the hours in which clocks are changed are often met.
WALL_CLOCKS = st.builds(
    lambda day, slot: (
        datetime.combine(date(2026, 1, 1) + timedelta(days=day), datetime.min.time())
        + timedelta(minutes=30 * slot)
    ),
    st.integers(0, 400),
    st.one_of(st.integers(0, 8), st.integers(0, 47)),
)
SPAN = timedelta(days=420)
SUNDAY = datetime.fromisoformat("2026-03-01T02:30")  # by a wall clock


def recurrence(
    rule: str = "FREQ=WEEKLY;BYDAY=SU",
    *,
    first: datetime = SUNDAY,
    zone: str = "Asia/Shanghai",
    except_on: frozenset[date] = frozenset(),
) -> Recurrence:
    return Recurrence(rule=rule, first=first, zone=ZoneInfo(zone), except_on=except_on)


def on_rule(rule: str, first: datetime) -> datetime:
    """The first time of the rule from ``first`` on: what a form asks for."""
    return next(iter(rrulestr(rule.partition(";COUNT")[0], dtstart=first)))


def ours(known: Recurrence) -> list[datetime]:
    since = known.first.replace(tzinfo=known.zone).astimezone(UTC)
    return [one.starts_at for one in occurrences(known, since=since, until=since + SPAN)]


@given(st.sampled_from(RULES), WALL_CLOCKS, st.sampled_from(ZONES))
@settings(max_examples=150, deadline=None)
def test_occurrences_are_those_of_dateutil_when_zones_change_their_clocks(
    rule: str, first: datetime, zone: str
) -> None:
    first = on_rule(rule, first)
    zone_of_dateutil = tz.gettz(zone)
    aware = rrulestr(rule, dtstart=first.replace(tzinfo=zone_of_dateutil))
    since = first.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)

    theirs = [
        tz.resolve_imaginary(at).astimezone(UTC)
        for at in aware.between(
            first.replace(tzinfo=zone_of_dateutil), (since + SPAN).astimezone(zone_of_dateutil), inc=True
        )
    ]

    mine = ours(recurrence(rule, first=first, zone=zone))
    assert mine == [at for at in theirs if since <= at < since + SPAN]


@given(st.sampled_from(RULES), WALL_CLOCKS, st.sampled_from(ZONES))
@settings(max_examples=40, deadline=None)
def test_occurrences_are_those_of_a_calendar_when_it_expands_the_rule(
    rule: str, first: datetime, zone: str
) -> None:
    first = on_rule(rule, first)
    event = Event()
    event.add("uid", "one")
    event.add("dtstart", first.replace(tzinfo=ZoneInfo(zone)))
    event.add("duration", timedelta(hours=1))
    event.add("rrule", vRecur.from_ical(rule))
    calendar = Calendar()
    calendar.add_component(event)
    since = first.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)

    expanded = recurring_ical_events.of(calendar).between(since, since + SPAN)
    theirs = sorted(one["DTSTART"].dt.astimezone(UTC) for one in expanded)

    assert ours(recurrence(rule, first=first, zone=zone)) == [at for at in theirs if at >= since]


@given(WALL_CLOCKS, st.sampled_from(ZONES))
@settings(max_examples=100, deadline=None)
def test_each_day_has_one_occurrence_at_its_wall_clock_when_work_comes_daily(
    first: datetime, zone: str
) -> None:
    known = recurrence("FREQ=DAILY", first=first, zone=zone)
    since = first.replace(tzinfo=known.zone).astimezone(UTC)

    found = list(occurrences(known, since=since, until=since + SPAN))

    assert all(after.on - before.on == timedelta(days=1) for before, after in pairwise(found))
    for one in found:
        local = one.starts_at.astimezone(known.zone).replace(tzinfo=None)
        # A clock that is left out is told as one that is at most an hour later.
        assert timedelta(0) <= local - datetime.combine(one.on, first.time()) <= timedelta(hours=1)


def test_wall_clock_is_kept_and_moment_moves_when_summer_time_begins() -> None:
    known = recurrence(first=datetime.fromisoformat("2026-03-22T01:00"), zone="Europe/Berlin")

    assert ours(known)[:3] == [
        datetime(2026, 3, 22, 0, 0, tzinfo=UTC),
        datetime(2026, 3, 29, 0, 0, tzinfo=UTC),
        datetime(2026, 4, 4, 23, 0, tzinfo=UTC),
    ]


def test_time_that_a_night_leaves_out_is_an_hour_later_when_summer_time_begins() -> None:
    known = recurrence(first=SUNDAY, zone="America/New_York")

    assert ours(known)[1] == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)  # 03:30 by the new clock


def test_day_is_left_out_and_still_counts_when_it_is_an_exception() -> None:
    known = recurrence("FREQ=WEEKLY;COUNT=3", except_on=frozenset({date(2026, 3, 8)}))

    assert [at.astimezone(known.zone).day for at in ours(known)] == [1, 15]


@pytest.mark.parametrize(
    ("until", "days"),
    [
        pytest.param("20260308", [1, 8], id="a day, with all its hours"),
        pytest.param("20260308T020000", [1], id="a wall clock before it"),
        pytest.param("20260307T183000Z", [1, 8], id="a moment, which is 02:30 there"),
    ],
)
def test_rule_ends_as_it_says_when_it_has_an_end(until: str, days: list[int]) -> None:
    known = recurrence(f"FREQ=WEEKLY;UNTIL={until}")

    assert [at.astimezone(known.zone).day for at in ours(known)] == days


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        ("", "unreadable"),
        ("every sunday", "unreadable"),
        ("FREQ=HOURLY", "frequency"),
        ("BYDAY=SU", "frequency"),
        ("FREQ=DAILY;BYHOUR=3", "unknown"),
        ("FREQ=DAILY;X=1", "unknown"),
        ("FREQ=DAILY;INTERVAL=0", "unreadable"),
        ("FREQ=DAILY;COUNT=100000", "unreadable"),
        ("FREQ=DAILY;COUNT=3;UNTIL=20260401", "both_ends"),
        ("FREQ=DAILY;UNTIL=tomorrow", "unreadable"),
        ("FREQ=WEEKLY;BYDAY=XX", "unreadable"),
        ("FREQ=WEEKLY;BYDAY=MO;BYDAY=TU", "unreadable"),
        ("FREQ=MONTHLY;BYMONTHDAY=99", "never"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "never"),
        ("FREQ=WEEKLY;BYDAY=MO", "first"),
    ],
)
def test_rule_is_refused_with_what_is_wrong_when_it_cannot_be_kept(rule: str, kind: str) -> None:
    with pytest.raises(RuleError) as refused:
        check(recurrence(rule))

    assert refused.value.kind == kind

"""The days of components, as exactly as pages show them."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from statuspage.incidents.models import ComponentDay
from statuspage.public.read.days import read_days
from statuspage.public.read.values import Day
from statuspage.wording.times import duration, told_seconds
from tests.support.public_rows import NOW, World

TODAY = (NOW + timedelta(hours=8)).date()


def expected(component: int) -> tuple[Day, ...]:
    """The last ninety days, each from its own row."""
    rows = {row.day: row for row in ComponentDay.objects.filter(component=component)}
    return tuple(
        _day(rows.get(day), day) for day in (TODAY - timedelta(days=back) for back in range(89, -1, -1))
    )


def _day(row: ComponentDay | None, day: date) -> Day:
    if row is None:
        return Day(day=day)
    return Day(
        day=day,
        observed=row.observed_seconds > 0,
        outage_s=told_seconds(row.outage_seconds),
        unknown_s=told_seconds(row.unknown_seconds),
        maintenance_s=told_seconds(row.maintenance_seconds),
        risk_control_s=told_seconds(row.risk_control_seconds),
        policy_change_s=told_seconds(row.policy_change_seconds),
    )


def test_days_are_those_of_the_rows_when_some_are_missing_and_some_are_bad(world: World) -> None:
    qr, repay, limit = (world.components[slug].pk for slug in ("fenfu-qr", "fenfu-repay", "fenfu-limit"))
    ago = {back: TODAY - timedelta(days=back) for back in (40, 41, 60, 89, 90)}
    ComponentDay.objects.filter(component=qr, day=ago[40]).update(outage_seconds=77.0)
    ComponentDay.objects.filter(component=qr, day=ago[41]).update(observed_seconds=0.0)
    ComponentDay.objects.filter(component=repay, day__in=[ago[40], ago[41]]).delete()
    ComponentDay.objects.filter(component=limit, day__lte=ago[60]).delete()

    records = read_days(TODAY, 90)

    for component in world.components.values():
        assert records[component.pk].days == expected(component.pk)
    assert records[-1].days == expected(-1)


def test_sums_are_exact_when_days_are_told_to_the_minute(world: World) -> None:
    qr = world.components["fenfu-qr"].pk
    ComponentDay.objects.filter(component=qr).update(observed_seconds=86400.0, outage_seconds=100.25)

    record = read_days(TODAY, 90)[qr]

    assert (record.observed_s, record.outage_s) == (90 * 86400.0, 90 * 100.25)
    assert {day.outage_s for day in record.days} == {120}


def test_two_queries_are_enough_when_no_days_are_missing(world: World) -> None:
    with CaptureQueriesContext(connection) as asked:
        read_days(TODAY, 90)

    assert len(asked) == 2


@pytest.mark.parametrize("seconds", [0.4, 45.2, 89.4, 89.6, 90.0, 100.0, 125.0, 3629.0, 7190.0, 43000.0])
def test_length_reads_the_same_when_it_was_rounded_to_what_is_told(seconds: float) -> None:
    exact, rounded = timedelta(seconds=seconds), timedelta(seconds=told_seconds(seconds))

    assert duration(rounded) == duration(exact)
    assert told_seconds(rounded.total_seconds()) == rounded.total_seconds()

"""The days of components: kept while they are right, and read again when they are not."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from statuspage.incidents.models import ComponentDay
from statuspage.public.read.days import DayReader
from tests.support.public_rows import World


def test_days_are_the_same_when_read_by_a_reader_that_kept_them(world: World) -> None:
    today = (world.now + timedelta(hours=8)).date()
    reader = DayReader()
    reader.read(today, 90)
    past = ComponentDay.objects.filter(day=today - timedelta(days=40))
    past.filter(component=world.components["fenfu-qr"]).update(outage_seconds=77.0)
    past.filter(component=world.components["fenfu-repay"]).delete()
    ComponentDay.objects.filter(day=today).update(observed_seconds=5.0)

    kept = reader.read(today, 90)

    pk = world.components["fenfu-qr"].pk
    assert kept == DayReader().read(today, 90)
    days = kept[pk].days
    assert days[-41].outage_s == 77.0
    assert (len(days), days[-1].observed_s) == (90, 5.0)


def test_days_move_on_when_a_day_is_over(world: World) -> None:
    today = (world.now + timedelta(hours=8)).date()
    reader = DayReader()
    reader.read(today, 90)

    moved = reader.read(today + timedelta(days=1), 90)

    assert moved == DayReader().read(today + timedelta(days=1), 90)


def test_reader_asks_only_for_sums_and_new_days_when_nothing_changed(world: World) -> None:
    today = (world.now + timedelta(hours=8)).date()
    reader = DayReader()
    reader.read(today, 90)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        reader.read(today, 90)

    assert len(asked) == 2

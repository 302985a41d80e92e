"""Counts by the minute of an older version, a row for each series, become one row for each minute."""

from collections import Counter
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps

from statuspage.monitoring.counts import WindowCounts
from statuspage.monitoring.minutes import minutes_between
from statuspage.monitoring.models import Component, Grain, Persona, Progress, Rollup, Vantage
from tests.pipeline.planting import at, plant_catalog, small_catalog
from tests.support.minutes import FIRST, LAST

pytestmark = pytest.mark.django_db
pack_minutes = import_module("statuspage.monitoring.migrations.0010_counts_by_minute").pack_minutes
TOLD = WindowCounts(
    outcomes=Counter(accepted=3, timeout=1),
    excluded={"starved": Counter(accepted=2)},
    latency_sum_ms=451.7,
    latency_count=3,
)
NOTHING_SAID = WindowCounts(excluded={"throttled": Counter(throttled=4)})


def plant(
    grain: Grain, seconds: float, told: WindowCounts, vantage: Vantage, *, control: bool = False
) -> str:
    component = None if control else Component.objects.order_by("pk")[0]
    persona = None if control else Persona.objects.order_by("pk")[0]
    series = f"{component.pk if component else 0}.{persona.pk if persona else 0}.{vantage.pk}"
    Rollup.objects.create(
        grain=grain,
        start=at(seconds),
        series=series,
        component=component,
        persona=persona,
        vantage=vantage,
        outcomes=told.outcomes,
        excluded=told.excluded,
        latency_sum_ms=told.latency_sum_ms,
        latency_count=told.latency_count,
    )
    return series


def test_counts_of_each_series_are_the_same_when_minutes_become_one_row_each() -> None:
    plant_catalog(small_catalog())
    east, south = Vantage.objects.order_by("slug")[:2]
    # Written out of order, and with a minute between in which nothing was counted.
    later = plant(Grain.MINUTE, 120, NOTHING_SAID, south)
    first = plant(Grain.MINUTE, 0, TOLD, east)
    control = plant(Grain.MINUTE, 0, TOLD, east, control=True)
    plant(Grain.HOUR, 0, TOLD, east)
    plant(Grain.DAY, 0, TOLD, east)
    Progress.objects.create(concluded_until=at(150))

    pack_minutes(apps, None)

    assert [*minutes_between(FIRST, LAST)] == [
        (at(0), {control: TOLD, first: TOLD}),
        (at(120), {later: NOTHING_SAID}),
    ]
    assert set(Rollup.objects.values_list("grain", flat=True)) == {"hour", "day"}
    # What was concluded was counted: it is not counted again.
    assert Progress.objects.get().tallied_until == at(150)


def test_many_minutes_are_all_there_when_they_are_converted() -> None:
    plant_catalog(small_catalog())
    vantage = Vantage.objects.order_by("slug")[0]
    for minute in range(450):
        plant(Grain.MINUTE, 60.0 * minute, TOLD, vantage)

    pack_minutes(apps, None)

    starts = [start for start, _ in minutes_between(FIRST, LAST)]
    assert starts == [at(0) + timedelta(minutes=minute) for minute in range(450)]
    assert not Rollup.objects.exists()

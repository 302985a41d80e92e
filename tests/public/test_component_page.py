"""The page of one component: its charts, the tables behind them, and each incident once."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries

from probes.vocabulary.causes import Cause
from probes.vocabulary.tiers import RiskTier
from statuspage.incidents.models import ComponentDay
from statuspage.monitoring.models import Grain, Rollup
from statuspage.public.read.hours import HOURS, HoursReader
from statuspage.public.read.snapshot import build
from statuspage.public.render.components import RENEWED_IN_TROUBLE_S, RENEWED_S, days_of, renewal
from statuspage.public.render.lines import ComponentLine
from statuspage.public.render.measured import measured_of
from statuspage.public.render.present import present_of
from tests.support.html import text, tree
from tests.support.public_rows import World, make_incident, make_past_day


def make_hours(world: World, slug: str = "fenfu-qr", *, high_accepted: int = 60) -> None:
    """A full day of hours of one component in which its high-risk payers fared as told for the last two."""
    last = world.now.replace(minute=0, second=0, microsecond=0)
    component, vantage = world.components[slug], world.vantages["east"]
    Rollup.objects.bulk_create(
        Rollup(
            grain=Grain.HOUR,
            start=last - timedelta(hours=back),
            series=f"{component.pk}.{persona.pk}.{vantage.pk}",
            component=component,
            persona=persona,
            vantage=vantage,
            outcomes={"accepted": accepted, "declined_risk": 60 - accepted},
            latency_sum_ms=60 * 200.0 if back else 60 * 450.0,
            latency_count=60,
        )
        for back in range(30)
        for persona in world.personas.values()
        for accepted in [high_accepted if persona.risk_tier == RiskTier.HIGH and back < 2 else 60]
    )


def line_of(world: World, slug: str) -> ComponentLine:
    rows = [row for section in present_of(build(world.now)).sections for row in section.rows]
    return next(row for row in rows if row.slug == slug)


def test_hours_are_the_last_day_when_more_is_stored(world: World) -> None:
    make_hours(world, high_accepted=6)

    hours = HoursReader(world.now).of("fenfu-qr")

    assert len(hours) == HOURS
    assert hours[-1].start == world.now.replace(minute=0, second=0)
    assert [hour.share(RiskTier.HIGH) for hour in hours[-3:]] == [1.0, 0.1, 0.1]
    assert hours[-1].share(RiskTier.LOW) == 1.0
    assert [hour.latency_ms for hour in hours[-2:]] == [200.0, 450.0]


def test_hours_of_all_components_take_one_query_when_they_are_read_together(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_hours(world)
    reader = HoursReader(world.now, list(world.components))

    with django_assert_num_queries(1):
        read = [reader.of(slug) for slug in world.components]

    assert [measured_of(hours) is not None for hours in read] == [True, *[False] * 6]


def test_component_page_has_its_charts_with_a_table_behind_each_when_it_was_measured(
    world: World, published: Callable[[], Path]
) -> None:
    make_past_day(world)
    make_hours(world, high_accepted=48)

    page = tree(published() / "en/components/fenfu-qr/index.html")

    acceptance, latency = (
        text(page, f"section[aria-labelledby={name}]") for name in ("h-accepted", "h-latency")
    )
    assert "now 80%, lowest 80%" in acceptance
    assert "The vertical axis starts at 75%." in acceptance
    assert "48/60" in acceptance
    assert "Now 450 ms on average; 450 ms in the slowest hour." in latency
    assert "Fenfu" in text(page, "section[aria-labelledby=h-heard]")
    assert len(page.css(".measured details table")) == 2


def test_incident_is_on_the_component_page_once_when_its_day_had_trouble(
    world: World, published: Callable[[], Path]
) -> None:
    incident = make_incident(world, ago=timedelta(days=2), lasted=timedelta(minutes=20))
    day = (world.now + timedelta(hours=8)).date() - timedelta(days=2)
    ComponentDay.objects.filter(component__slug="fenfu-qr", day=day).update(outage_seconds=1200)

    page = tree(published() / "en/components/fenfu-qr/index.html")

    assert len(page.css(f"a[href='/en/incidents/{incident.public_id}/']")) == 1
    assert "System outage 20 minutes" in text(page, f"#d-{day} .date")


def test_open_incident_is_told_beside_the_state_when_a_component_is_in_trouble(
    world: World, published: Callable[[], Path]
) -> None:
    make_incident(world, title_en="Fenfu QR payment is down")

    page = tree(published() / "en/components/fenfu-qr/index.html")

    assert text(page, ".because") == "Fenfu QR payment is down"


def test_day_says_what_was_going_on_when_an_incident_began_before_it(world: World) -> None:
    make_incident(world, cause=Cause.RISK_CONTROL, ago=timedelta(days=3), lasted=timedelta(days=2))
    line = replace(line_of(world, "fenfu-qr"), days=())
    (incident,) = build(world.now).incidents

    (only,) = days_of(line, [incident])

    assert only.incidents == (incident,)
    assert only.going_on == ()


def test_components_are_drawn_anew_each_in_its_turn_when_there_are_many(world: World) -> None:
    calm = line_of(world, "fenfu-qr")
    lines = [replace(calm, slug=f"component-{number}") for number in range(400)]
    seconds = range(0, RENEWED_S, 15)

    turns = Counter(
        second
        for line in lines
        for second in seconds
        if renewal(line, world.now + timedelta(seconds=second + 15))
        != renewal(line, world.now + timedelta(seconds=second))
    )

    assert turns.total() == len(lines)
    assert max(turns.values()) < 12


@pytest.mark.parametrize(("tone", "period"), [("ok", RENEWED_S), ("outage", RENEWED_IN_TROUBLE_S)])
def test_component_is_drawn_anew_more_often_when_it_is_in_trouble(
    world: World, tone: str, period: int
) -> None:
    line = replace(line_of(world, "fenfu-qr"), tone=tone)

    assert renewal(line, world.now + timedelta(seconds=period)) == renewal(line, world.now) + 1

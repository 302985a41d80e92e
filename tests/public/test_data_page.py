"""The data page: what the front leaves out, each chart with its table."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from probes.vocabulary.causes import Cause
from probes.vocabulary.outcomes import Outcome
from probes.vocabulary.tiers import RiskTier
from statuspage.incidents.models import Incident
from statuspage.public.read.snapshot import build
from statuspage.public.render import pages
from statuspage.public.render.present import present_of
from tests.support.html import text, tree
from tests.support.public_rows import World, make_incident, make_past_day


def test_data_page_has_what_the_front_leaves_out_when_a_wave_is_on(
    world: World, published: Callable[[], Path]
) -> None:
    make_past_day(world, bad={RiskTier.HIGH: Outcome.DECLINED_RISK}, since=timedelta(minutes=50))
    make_incident(world, cause=Cause.RISK_CONTROL)

    folder = published()

    front, data = tree(folder / "en/index.html"), tree(folder / "en/data/index.html")
    assert len(front.css("main svg.reports")) == 1
    assert front.css("main svg.acceptance, main svg.stack, main .quotes, main .lanes") == []
    assert front.css_first("main a[href='/en/data/']") is not None
    assert len(data.css("svg.acceptance")) == 3
    assert [node.text() for node in data.css("section[aria-labelledby=h-accepted] .bottom")] == ["0%"] * 3
    assert "payments fail" in text(data, "section[aria-labelledby=h-symptoms]")
    assert "1 time" in text(data, ".lanes .t-risk_control")


def test_every_quarter_of_an_hour_is_in_a_table_when_a_day_of_complaints_is_known(
    world: World, published: Callable[[], Path]
) -> None:
    make_past_day(world)

    page = tree(published() / "data/index.html")

    rows = page.css("section[aria-labelledby=h-people] tbody tr")
    assert len(rows) == 96
    assert [len(row.css("td")) for row in rows] == [2] * 96


def test_front_tells_the_last_week_only_when_there_is_more(
    world: World, published: Callable[[], Path]
) -> None:
    make_incident(world, ago=timedelta(days=8), lasted=timedelta(hours=1))
    calm = text(tree(published() / "en/index.html"), "#chosen")
    for days in range(1, 7):
        make_incident(world, ago=timedelta(days=days), lasted=timedelta(hours=1))

    busy = tree(published() / "en/index.html")

    assert "No incidents in the past 7 days." in calm
    assert len(busy.css("#chosen .story")) == 4


def test_front_is_not_fetched_anew_when_only_the_evidence_of_an_incident_grew(world: World) -> None:
    incident = make_incident(world)
    before = present_of(build(world.now)).rest
    evidence = {**incident.evidence, "window_seconds": 9999.0}
    Incident.objects.filter(pk=incident.pk).update(evidence=evidence)

    grown = present_of(build(world.now)).rest
    Incident.objects.filter(pk=incident.pk).update(title_zh="更正过的")

    assert grown == before
    assert present_of(build(world.now)).rest != before


def test_data_page_draws_the_groups_that_fare_worst_when_there_are_too_many_to_read(
    world: World, published: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "MOST_GROUPS", 1)
    make_past_day(world, bad={RiskTier.HIGH: Outcome.DECLINED_RISK}, since=timedelta(minutes=50))

    page = tree(published() / "en/data/index.html")

    assert len(page.css("svg.acceptance")) == 1
    assert "2 more are on pages of their methods" in text(page, "section[aria-labelledby=h-accepted]")

"""Charts: the numbers that they draw, and the sentence that says the same."""

from datetime import date, timedelta

import pytest

from probes.vocabulary.bilingual import NOTHING
from probes.vocabulary.causes import Cause
from probes.vocabulary.tiers import RiskTier
from statuspage.public.read.snapshot import build
from statuspage.public.read.values import AcceptanceLine, Day, Recent
from statuspage.public.render import charts
from statuspage.public.render.acceptance import acceptance_chart, acceptance_of, floor_of
from statuspage.public.render.complaints import day_chart, rounded_up
from tests.support.public_rows import NOW, make_incident, make_world

QUIET = Day(day=date(2026, 11, 1), observed=True)


def recent(reports: tuple[int, ...], usual: tuple[tuple[float, float], ...] | None) -> Recent:
    return Recent(
        start=NOW,
        step_s=900,
        reports=reports,
        usual=usual,
        acceptance=(AcceptanceLine(group="g", tier=RiskTier.HIGH, ratios=(1.0, None, 0.1)),),
        reports_last_hour=0,
        usual_last_hour=None,
    )


def complaints_of(recent: Recent) -> charts.Chart:
    return day_chart(recent, (), NOW).chart


def heights(chart: charts.Chart, kind: str) -> list[float]:
    [shape] = [shape for shape in chart.shapes if shape.kind == kind]
    return [float(part.split("v-")[1].split("h")[0]) for part in shape.d.split("M")[1:]]


def test_bars_grow_with_the_length_of_an_outage_when_days_differ() -> None:
    lasting = [60, 600, 6000, 86400]

    chart = charts.day_bars([Day(day=QUIET.day, observed=True, outage_s=s) for s in lasting], "99%")

    grown = heights(chart, "outage")
    assert grown == sorted(grown)
    assert grown[-1] == charts.BARS_HEIGHT


def test_bar_is_unknown_when_the_day_was_not_observed() -> None:
    chart = charts.day_bars([QUIET, Day(day=QUIET.day, unknown_s=86400)], "99%")

    assert [shape.kind for shape in chart.shapes] == ["ok", "unknown"]


def test_bar_shows_the_outage_when_a_day_had_two_causes() -> None:
    day = Day(day=QUIET.day, observed=True, outage_s=60, risk_control_s=9000)

    chart = charts.day_bars([day], "99%")

    assert [shape.kind for shape in chart.shapes] == ["ok", "outage"]


SENTENCES = [
    ((QUIET, QUIET), "Uptime over 2 days: 99.93%. No incidents."),
    (
        (QUIET, Day(day=QUIET.day, observed=True, outage_s=60)),
        "Uptime over 2 days: 99.93%. System outage on 1 day.",
    ),
    ((Day(day=QUIET.day),), "No data yet."),
]


@pytest.mark.parametrize(("days", "sentence"), SENTENCES)
def test_bars_say_what_they_show_when_read_aloud(days: tuple[Day, ...], sentence: str) -> None:
    assert charts.day_bars(days, "99.93%").sentence.en == sentence


def test_reports_are_called_far_above_when_they_are() -> None:
    loud = complaints_of(recent((1, 30, 2), ((0, 2), (0, 2), (0, 2)))).sentence.en
    calm = complaints_of(recent((1, 4, 2), ((0, 2), (0, 2), (0, 2)))).sentence.en
    young = complaints_of(recent((0, 0, 0), None)).sentence.en

    assert loud == (
        "33 reports in 24 hours; the busiest 15 minutes, from 12:41 (UTC+8), had 30; "
        "far above usual in 1 period of 15 minutes."
    )
    assert calm.endswith("; that is about usual.")
    assert young == "0 reports in 24 hours; with less than a week of history we cannot say what is usual yet."


@pytest.mark.parametrize(
    ("highest", "top"), [(0.2, 1), (4, 4), (4.2, 5), (7, 8), (11, 15), (31, 40), (212, 300)]
)
def test_axis_ends_at_a_number_that_people_write_when_something_is_higher(highest: float, top: float) -> None:
    assert rounded_up(highest) == top


def test_incidents_lie_behind_the_complaints_when_they_were_within_the_day(db: None) -> None:
    world = make_world()
    make_incident(world, cause=Cause.RISK_CONTROL, ago=timedelta(hours=3), lasted=timedelta(hours=1))
    snapshot = build(world.now)

    day = day_chart(snapshot.recent, snapshot.incidents, world.now)

    assert day.causes == (Cause.RISK_CONTROL,)
    assert [shape.kind for shape in day.chart.shapes[:2]] == ["behind-risk_control", "risk_control"]
    assert day.chart.sentence.en.endswith(" Meanwhile: Risk checks (1 time, 1 hour).")


def test_tops_of_incidents_lie_below_one_another_when_they_fall_together(db: None) -> None:
    world = make_world()
    for cause in (Cause.MAINTENANCE, Cause.OUTAGE):
        make_incident(world, cause=cause, ago=timedelta(hours=3), lasted=timedelta(hours=1))
    snapshot = build(world.now)

    shapes = day_chart(snapshot.recent, snapshot.incidents, world.now).chart.shapes[:4]

    assert [shape.kind for shape in shapes] == [
        "behind-maintenance",
        "behind-outage",
        "outage",
        "maintenance",
    ]
    assert [shape.d.split("h")[0].split(" ")[1] for shape in shapes[2:]] == ["0", "7"]


def test_acceptance_line_has_a_gap_when_nothing_was_asked() -> None:
    told = acceptance_of(recent((0, 0, 0), None), "g", NOTHING, 0.0)

    assert told is not None
    assert told.chart.shapes[0].d.count("M") == 2
    assert acceptance_of(recent((0, 0, 0), None), "other", NOTHING, 0.0) is None


def test_table_of_acceptance_has_the_lowest_of_each_hour_when_quarters_differ() -> None:
    told = acceptance_of(recent((0, 0, 0), None), "g", NOTHING, 0.0)

    assert told is not None
    assert [hour.shares for hour in told.hours] == [(0.1,)]


@pytest.mark.parametrize(("lowest", "floor"), [(0.99, 0.9), (0.8, 0.75), (0.6, 0.5), (0.1, 0.0)])
def test_axis_of_acceptance_begins_near_the_lowest_when_all_is_above(lowest: float, floor: float) -> None:
    assert floor_of([1.0, None, lowest]) == floor


def test_fall_to_four_fifths_takes_most_of_the_height_when_all_else_is_accepted() -> None:
    shares = [1.0, 0.8]

    chart = acceptance_chart([(RiskTier.LOW, shares)], floor_of(shares))

    assert chart is not None
    assert chart.shapes[0].d == "M0 2.0h1L960 94.8"
    assert (chart.top, chart.bottom) == ("100%", "75%")


def test_lane_is_cut_to_the_day_when_an_incident_began_before(db: None) -> None:
    world = make_world()
    make_incident(world, cause=Cause.OUTAGE, ago=timedelta(hours=30), lasted=timedelta(hours=12))
    snapshot = build(world.now)

    lane = charts.lane(snapshot.incidents, Cause.OUTAGE, world.now - timedelta(hours=24), world.now)

    assert lane.shapes[0].d == "M0 0h240v10h-240z"
    assert lane.sentence.en == "1 time, 6 hours"

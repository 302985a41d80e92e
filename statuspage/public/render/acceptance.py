"""Draws which share of test payments was accepted, by risk tier, on an axis on which a fall is seen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.tiers import RiskTier
from statuspage.public.read.values import AcceptanceLine, Recent
from statuspage.public.render.charts import CHART_HEIGHT, CHART_WIDTH, Chart, Shape, broken_line
from statuspage.wording import charts as words
from statuspage.wording import labels
from statuspage.wording.names import clauses
from statuspage.wording.numbers import percent

FLOORS = (0.9, 0.75, 0.5, 0.0)
HOUR = timedelta(hours=1)

Ratios = Sequence[float | None]
Lines = Sequence[tuple[RiskTier, Ratios]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LowestOfHour:
    """The lowest share of each tier within an hour, in the order of its chart's tiers."""

    start: datetime
    shares: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """How payments were accepted over the past day, the newest share of each tier, and the table behind."""

    name: Bilingual
    chart: Chart
    latest: tuple[tuple[RiskTier, float], ...]
    tiers: tuple[RiskTier, ...]
    hours: tuple[LowestOfHour, ...]


def floor_of(shares: Iterable[float | None]) -> float:
    """Where the axis begins: at nought only where something fell below a half."""
    lowest = min((share for share in shares if share is not None), default=1.0)
    return next(floor for floor in FLOORS if lowest >= floor)


def common_floor(lines: Iterable[AcceptanceLine]) -> float:
    """The same for charts that stand beside each other."""
    return floor_of(share for line in lines for share in line.ratios)


def acceptance_of(recent: Recent, group: str, name: Bilingual, floor: float) -> Acceptance | None:
    """One group's lines; None where nothing was measured."""
    lines = [(line.tier, line.ratios) for line in recent.acceptance if line.group == group]
    chart = acceptance_chart(lines, floor)
    if chart is None:
        return None
    return Acceptance(
        name=name,
        chart=chart,
        latest=latest(lines),
        tiers=tuple(tier for tier, _ in lines),
        hours=tuple(_hours(recent, [ratios for _, ratios in lines])),
    )


def acceptance_chart(lines: Lines, floor: float) -> Chart | None:
    """One line per risk tier between ``floor`` and all; None where nothing was measured."""
    if not any(ratio is not None for _, ratios in lines for ratio in ratios):
        return None
    shapes, parts = [], []
    for tier, ratios in lines:
        shapes.append(Shape(kind=f"tier-{tier.value}", d=broken_line(ratios, lowest=floor, highest=1.0)))
        known = [ratio for ratio in ratios if ratio is not None]
        if known:
            now, low = percent(known[-1]), percent(min(known))
            parts.append(words.ACCEPTANCE.say(who=labels.payers(tier), now=now, low=low))
    return Chart(
        width=CHART_WIDTH,
        height=CHART_HEIGHT,
        shapes=tuple(shapes),
        sentence=words.ACCEPTANCES.say(parts=clauses(parts)),
        top="100%",
        bottom=f"{floor:.0%}",
    )


def latest(lines: Lines) -> tuple[tuple[RiskTier, float], ...]:
    """The newest known share of each tier."""
    known = [(tier, [ratio for ratio in ratios if ratio is not None]) for tier, ratios in lines]
    return tuple((tier, ratios[-1]) for tier, ratios in known if ratios)


def _hours(recent: Recent, lines: Sequence[Ratios]) -> Iterable[LowestOfHour]:
    slots = HOUR // timedelta(seconds=recent.step_s)
    for first in range(0, len(recent.reports), slots):
        yield LowestOfHour(
            start=recent.start + timedelta(seconds=first * recent.step_s),
            shares=tuple(_lowest(ratios[first : first + slots]) for ratios in lines),
        )


def _lowest(ratios: Ratios) -> float | None:
    return min((ratio for ratio in ratios if ratio is not None), default=None)

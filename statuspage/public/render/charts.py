"""Geometry of the charts: numbers in, SVG path data and a sentence of the same content out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from math import log10, sqrt

from django.utils.timezone import localtime

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause
from probes.vocabulary.tiers import RiskTier
from statuspage.public.read.values import WORST_FIRST, Day, IncidentView, Recent
from statuspage.wording import causes, labels
from statuspage.wording import charts as words
from statuspage.wording.numbers import number, percent
from statuspage.wording.times import duration

DAY_WIDTH = 5
BAR_WIDTH = 3
BARS_HEIGHT = 32
CHART_WIDTH = 960
CHART_HEIGHT = 120
LANE_HEIGHT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One path and the class that colours it."""

    kind: str
    d: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Shapes in a box of ``width`` by ``height``, and what they say."""

    width: int
    height: int
    shapes: tuple[Shape, ...]
    sentence: Bilingual
    top: str = ""


def day_bars(days: Sequence[Day], share: str) -> Chart:
    """A bar a day, with ``share`` in words; trouble covers it from below, higher the longer it lasted."""
    paths: dict[str, list[str]] = {}
    for index, day in enumerate(days):
        troubles = day.troubles()
        full = _full_bar(index * DAY_WIDTH)
        paths.setdefault("ok" if troubles or day.observed else "unknown", []).append(full)
        for cause, seconds in troubles[:1]:
            paths.setdefault(cause.value, []).append(_bar(index * DAY_WIDTH, _cover(seconds)))
    return Chart(
        width=len(days) * DAY_WIDTH - (DAY_WIDTH - BAR_WIDTH),
        height=BARS_HEIGHT,
        shapes=tuple(Shape(kind=kind, d="".join(bars)) for kind, bars in paths.items()),
        sentence=_days_sentence(days, share),
    )


@cache
def _full_bar(x: int) -> str:
    return _bar(x, BARS_HEIGHT)


def _bar(x: int, height: float) -> str:
    return f"M{x} {BARS_HEIGHT}h{BAR_WIDTH}v-{height:g}h-{BAR_WIDTH}z"


def _cover(seconds: float) -> float:
    """A third of the bar for a minute, all of it for six hours, by the logarithm."""
    return round(BARS_HEIGHT * min(1.0, 0.3 + 0.7 * log10(max(1.0, seconds / 60)) / log10(360)), 1)


def _days_sentence(days: Sequence[Day], share: str) -> Bilingual:
    known = sum(day.observed for day in days)
    if not known:
        return words.NO_DATA.say()
    parts = [words.AVAILABILITY.say(days=known, share=share)]
    troubled = Counter(cause for day in days for cause, _ in day.troubles())
    parts += [
        words.TROUBLED_DAYS.say(n=troubled[cause], cause=causes.heading(cause))
        for cause in WORST_FIRST
        if troubled[cause]
    ]
    if len(parts) == 1:
        parts.append(words.NO_INCIDENTS.say())
    return _joined(" ", parts)


def reports_chart(recent: Recent) -> Chart:
    """The number of complaints by quarter of an hour, over the band of what is usual."""
    highest = max([4.0, *recent.reports, *(high for _, high in recent.usual or ())])
    shapes = []
    if recent.usual:
        lower = _points([low for low, _ in recent.usual], highest)
        upper = _points([high for _, high in recent.usual], highest)
        shapes.append(Shape(kind="band", d=_polygon(upper, lower)))
    line = _points([float(count) for count in recent.reports], highest)
    floor = [(x, float(CHART_HEIGHT)) for x, _ in line]
    shapes.append(Shape(kind="under", d=_polygon(line, floor)))
    shapes.append(Shape(kind="line", d=_polyline(line)))
    return Chart(
        width=CHART_WIDTH,
        height=CHART_HEIGHT,
        shapes=tuple(shapes),
        sentence=_reports_sentence(recent),
        top=number(highest),
    )


def _reports_sentence(recent: Recent) -> Bilingual:
    total = sum(recent.reports)
    peak = max(range(len(recent.reports)), key=lambda index: recent.reports[index])
    at = localtime(recent.start + timedelta(seconds=peak * recent.step_s)).strftime("%H:%M")
    parts = [words.COMPLAINTS.say(n=total)]
    if total:
        parts.append(words.MOST.say(n=recent.reports[peak], at=at))
    parts.append(_against_the_usual(recent))
    return _joined("", parts)


def _against_the_usual(recent: Recent) -> Bilingual:
    if recent.usual is None:
        return words.NO_HISTORY.say()
    above = sum(
        1 for count, (_, high) in zip(recent.reports, recent.usual, strict=True) if is_far_above(count, high)
    )
    return words.FAR_ABOVE.say(n=above) if above else words.AS_USUAL.say()


def _joined(by: str, parts: Sequence[Bilingual]) -> Bilingual:
    return Bilingual(by.join(part.zh for part in parts), by.join(part.en for part in parts))


def is_far_above(count: int, usually_at_most: float) -> bool:
    """Beyond what chance makes of so small numbers: three standard deviations of a Poisson count."""
    return count > usually_at_most + 3 * sqrt(max(1.0, usually_at_most))


def latest_acceptance(recent: Recent, group: str) -> tuple[tuple[RiskTier, float], ...]:
    """The newest known share of each tier of one group."""
    found: list[tuple[RiskTier, float]] = []
    for line in recent.acceptance:
        if line.group == group:
            known = [ratio for ratio in line.ratios if ratio is not None]
            found += [(line.tier, known[-1])] if known else []
    return tuple(found)


def acceptance_chart(recent: Recent, group: str) -> Chart | None:
    """One line per risk tier of one group; None where nothing was measured."""
    lines = [line for line in recent.acceptance if line.group == group]
    if not any(ratio is not None for line in lines for ratio in line.ratios):
        return None
    shapes, parts = [], []
    for line in lines:
        shapes.append(Shape(kind=f"tier-{line.tier.value}", d=_broken_line(line.ratios)))
        known = [ratio for ratio in line.ratios if ratio is not None]
        if known:
            parts.append(
                words.ACCEPTANCE.say(
                    who=labels.payers(line.tier), now=percent(known[-1]), low=percent(min(known))
                )
            )
    return Chart(
        width=CHART_WIDTH,
        height=CHART_HEIGHT,
        shapes=tuple(shapes),
        sentence=words.ACCEPTANCES.say(parts=_joined("; ", parts)),
        top="100%",
    )


def lane(incidents: Sequence[IncidentView], cause: Cause, start: datetime, now: datetime) -> Chart:
    """When incidents of one cause were going on between ``start`` and ``now``."""
    whole = (now - start).total_seconds()
    bars, seconds = [], 0.0
    for incident in incidents:
        end = incident.resolved_at or now
        if incident.cause is not cause or end <= start:
            continue
        begin = max(incident.started_at, start)
        seconds += (end - begin).total_seconds()
        x = CHART_WIDTH * (begin - start).total_seconds() / whole
        width = max(4.0, CHART_WIDTH * (end - begin).total_seconds() / whole)
        bars.append(f"M{min(x, CHART_WIDTH - width):.0f} 0h{width:.0f}v{LANE_HEIGHT}h-{width:.0f}z")
    if bars:
        sentence = words.TIMES.say(n=len(bars), span=duration(timedelta(seconds=seconds)))
    else:
        sentence = words.NONE.say()
    return Chart(
        width=CHART_WIDTH,
        height=LANE_HEIGHT,
        shapes=(Shape(kind=cause.value, d="".join(bars)),),
        sentence=sentence,
    )


Points = list[tuple[float, float]]


def _points(values: Sequence[float], highest: float) -> Points:
    step = CHART_WIDTH / max(1, len(values) - 1)
    return [
        (round(index * step, 1), round(CHART_HEIGHT * (1 - value / highest), 1))
        for index, value in enumerate(values)
    ]


def _polyline(points: Points) -> str:
    return "M" + " ".join(f"{x:g} {y:g}" for x, y in points)


def _polygon(upper: Points, lower: Points) -> str:
    return _polyline(upper) + "L" + " ".join(f"{x:g} {y:g}" for x, y in reversed(lower)) + "z"


def _broken_line(ratios: Sequence[float | None]) -> str:
    """A line with gaps where nothing was known; a lone point is a short dash."""
    step = CHART_WIDTH / max(1, len(ratios) - 1)
    parts, pen_down = [], False
    for index, ratio in enumerate(ratios):
        if ratio is None:
            pen_down = False
            continue
        x, y = index * step, 2 + (CHART_HEIGHT - 4) * (1 - ratio)
        parts.append(f"{'L' if pen_down else 'M'}{x:.0f} {y:.1f}" + ("" if pen_down else "h1"))
        pen_down = True
    return "".join(parts)

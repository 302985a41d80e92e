"""Geometry of the charts: numbers in, SVG path data and a sentence of the same content out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from math import log10, sqrt

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause
from statuspage.public.read.values import WORST_FIRST, Day, IncidentView
from statuspage.wording import causes
from statuspage.wording import charts as words
from statuspage.wording.times import duration

DAY_WIDTH = 5
BAR_WIDTH = 3
BARS_HEIGHT = 32
CHART_WIDTH = 960
CHART_HEIGHT = 120
LANE_HEIGHT = 10
Points = list[tuple[float, float]]
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One path and the class that colours it."""

    kind: str
    d: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Shapes in a box of ``width`` by ``height``, and what they say.

    ``top`` and ``bottom`` are the ends of the upright axis, as they are read.
    """

    width: int
    height: int
    shapes: tuple[Shape, ...]
    sentence: Bilingual
    top: str = ""
    bottom: str = ""


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
    return joined(" ", parts)


def is_far_above(count: int, usually_at_most: float) -> bool:
    """Beyond what chance makes of so small numbers: three standard deviations of a Poisson count."""
    return count > usually_at_most + 3 * sqrt(max(1.0, usually_at_most))


def lane(incidents: Sequence[IncidentView], cause: Cause, start: datetime, now: datetime) -> Chart:
    """When incidents of one cause were going on between ``start`` and ``now``."""
    spans = spans_of(incidents, cause, start, now)
    return Chart(
        width=CHART_WIDTH,
        height=LANE_HEIGHT,
        shapes=(Shape(kind=cause.value, d=strip(spans, start, now, LANE_HEIGHT)),),
        sentence=times(spans) if spans else words.NONE.say(),
    )


def spans_of(incidents: Sequence[IncidentView], cause: Cause, start: datetime, now: datetime) -> list[Span]:
    """When incidents of one cause were going on, cut to the time from ``start`` to ``now``."""
    spans = []
    for incident in incidents:
        end = incident.resolved_at or now
        if incident.cause is cause and end > start:
            spans.append((max(incident.started_at, start), end))
    return spans


def strip(spans: Sequence[Span], start: datetime, end: datetime, height: float, *, below: float = 0) -> str:
    """A bar for each span of the time from ``start`` to ``end``, never too thin, ``below`` the box's top."""
    whole = (end - start).total_seconds()
    bars = []
    for begin, until in spans:
        x = CHART_WIDTH * (begin - start).total_seconds() / whole
        width = max(4.0, CHART_WIDTH * (until - begin).total_seconds() / whole)
        bars.append(f"M{min(x, CHART_WIDTH - width):.0f} {below:g}h{width:.0f}v{height:g}h-{width:.0f}z")
    return "".join(bars)


def times(spans: Sequence[Span]) -> Bilingual:
    """How often something was going on, and for how long in all."""
    lasted = sum((until - begin for begin, until in spans), timedelta())
    return words.TIMES.say(n=len(spans), span=duration(lasted))


def joined(by: str, parts: Sequence[Bilingual]) -> Bilingual:
    """Parts of a sentence, or sentences, in a row."""
    return Bilingual(by.join(part.zh for part in parts), by.join(part.en for part in parts))


def points(values: Sequence[float], highest: float) -> Points:
    """Where values at even distances lie in the box of a chart that ends at ``highest``."""
    step = CHART_WIDTH / max(1, len(values) - 1)
    return [
        (round(index * step, 1), round(CHART_HEIGHT * (1 - value / highest), 1))
        for index, value in enumerate(values)
    ]


def polyline(through: Points) -> str:
    """A line."""
    return "M" + " ".join(f"{x:g} {y:g}" for x, y in through)


def polygon(upper: Points, lower: Points) -> str:
    """The area between two lines."""
    return polyline(upper) + "L" + " ".join(f"{x:g} {y:g}" for x, y in reversed(lower)) + "z"


def broken_line(values: Sequence[float | None], *, lowest: float, highest: float) -> str:
    """A line with gaps where nothing was known; a lone point is a short dash."""
    step = CHART_WIDTH / max(1, len(values) - 1)
    parts, pen_down = [], False
    for index, value in enumerate(values):
        if value is None:
            pen_down = False
            continue
        x, y = index * step, 2 + (CHART_HEIGHT - 4) * (1 - (value - lowest) / (highest - lowest))
        parts.append(f"{'L' if pen_down else 'M'}{x:.0f} {y:.1f}" + ("" if pen_down else "h1"))
        pen_down = True
    return "".join(parts)

"""Draws how many people complained over the past day, over what is usual, with the incidents behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import get_default_timezone

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause
from statuspage.public.read.values import WORST_FIRST, IncidentView, Recent
from statuspage.public.render.charts import (
    CHART_HEIGHT,
    CHART_WIDTH,
    Chart,
    Shape,
    Span,
    is_far_above,
    joined,
    points,
    polygon,
    polyline,
    spans_of,
    strip,
    times,
)
from statuspage.wording import causes
from statuspage.wording import charts as words
from statuspage.wording.names import listed
from statuspage.wording.numbers import number
from statuspage.wording.times import moment

STRIP_HEIGHT = 7  # of the patterned top of a band, by which causes are told apart without colours
TICKS, TICK_EVERY = 4, timedelta(hours=6)
LEAST_TOP = 4.0  # of an axis: one complaint must not look like a wave
STEPS = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)

Spans = dict[Cause, list[Span]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayChart:
    """The chart of a day, the causes whose bands occur in it, and the times along it but the last, "now"."""

    chart: Chart
    causes: tuple[Cause, ...]
    ticks: tuple[datetime, ...]


def day_chart(recent: Recent, incidents: Sequence[IncidentView], now: datetime) -> DayChart:
    """Complaints by slot over the band of what is usual; behind them, when incidents were going on."""
    end = recent.start + timedelta(seconds=recent.step_s * (len(recent.reports) - 1))
    spans = {cause: spans_of(incidents, cause, recent.start, now) for cause in WORST_FIRST}
    spans = {cause: own for cause, own in spans.items() if own}
    highest = rounded_up(max([LEAST_TOP, *recent.reports, *(high for _, high in recent.usual or ())]))
    return DayChart(
        chart=Chart(
            width=CHART_WIDTH,
            height=CHART_HEIGHT,
            shapes=(*_bands(spans, recent.start, end), *_lines(recent, highest)),
            sentence=_sentence(recent, spans),
            top=number(highest),
            bottom="0",
        ),
        causes=tuple(spans),
        ticks=tuple(recent.start + TICK_EVERY * tick for tick in range(TICKS)),
    )


def rounded_up(highest: float) -> float:
    """The next number of the kind that people write at an axis: 4, 5, 6, 8, 10, 15, 20 …"""
    power = 1.0
    while highest > power * STEPS[-1]:
        power *= 10
    return next(power * step for step in STEPS if power * step >= highest)


def _bands(spans: Spans, start: datetime, end: datetime) -> list[Shape]:
    """Each pale over the whole height, the worst in front; their patterned tops below one another."""
    pale = [
        Shape(kind=f"behind-{cause.value}", d=strip(own, start, end, CHART_HEIGHT))
        for cause, own in reversed(spans.items())
    ]
    tops = [
        Shape(kind=cause.value, d=strip(own, start, end, STRIP_HEIGHT, below=STRIP_HEIGHT * place))
        for place, (cause, own) in enumerate(spans.items())
    ]
    return [*pale, *tops]


def _lines(recent: Recent, highest: float) -> list[Shape]:
    shapes = []
    if recent.usual:
        lower = points([low for low, _ in recent.usual], highest)
        upper = points([high for _, high in recent.usual], highest)
        shapes.append(Shape(kind="band", d=polygon(upper, lower)))
    line = points([float(count) for count in recent.reports], highest)
    floor = [(x, float(CHART_HEIGHT)) for x, _ in line]
    return [*shapes, Shape(kind="under", d=polygon(line, floor)), Shape(kind="line", d=polyline(line))]


def _sentence(recent: Recent, spans: Spans) -> Bilingual:
    total = sum(recent.reports)
    peak = max(range(len(recent.reports)), key=lambda index: recent.reports[index])
    began = recent.start + timedelta(seconds=peak * recent.step_s)
    parts = [words.COMPLAINTS.say(n=total)]
    if total:
        at = moment(began, zone=get_default_timezone(), seen_from=began)
        parts.append(words.MOST.say(n=recent.reports[peak], at=at))
    parts.append(_against_the_usual(recent))
    if spans:
        told = [
            words.OF_CAUSE.say(cause=causes.heading(cause), times=times(own)) for cause, own in spans.items()
        ]
        parts.append(words.MEANWHILE.say(parts=listed(told)))
    return joined("", parts)


def _against_the_usual(recent: Recent) -> Bilingual:
    if recent.usual is None:
        return words.NO_HISTORY.say()
    above = sum(
        1 for count, (_, high) in zip(recent.reports, recent.usual, strict=True) if is_far_above(count, high)
    )
    return words.FAR_ABOVE.say(n=above) if above else words.AS_USUAL.say()

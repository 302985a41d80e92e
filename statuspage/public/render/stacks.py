"""Draws what users complained of over the past day: stacked bars by product, and a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.symptoms import Product, Symptom
from statuspage.public.read.values import HeardLine
from statuspage.public.render.charts import Chart, Shape
from statuspage.wording import charts as words
from statuspage.wording import labels, names
from statuspage.wording.numbers import usually

BAR, STEP, HEIGHT = 9, 12, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """One product's chart, with a key of the symptoms that occur in it."""

    product: Product
    chart: Chart
    # What it looks like, and what and how many it is.
    keys: tuple[tuple[str, Bilingual], ...]


def stacks(lines: Sequence[HeardLine]) -> list[Stack]:
    """One chart per product, all to one scale, in the order in which the products come."""
    by_product: dict[Product, list[HeardLine]] = {}
    for line in lines:
        by_product.setdefault(line.product, []).append(line)
    highest = max(
        (max(map(sum, zip(*(line.hours for line in own), strict=True))) for own in by_product.values()),
        default=0,
    )
    return [
        Stack(
            product=product,
            chart=_chart(product, own, max(4, highest)),
            keys=tuple((_kind(line.symptom), _told(line)) for line in own),
        )
        for product, own in by_product.items()
    ]


def _chart(product: Product, lines: Sequence[HeardLine], highest: int) -> Chart:
    floors = [0.0] * len(lines[0].hours)
    shapes = []
    for line in lines:
        bars = []
        for hour, count in enumerate(line.hours):
            if count:
                tall = HEIGHT * count / highest
                bars.append(f"M{hour * STEP} {HEIGHT - floors[hour]:.4g}h{BAR}v-{tall:.3g}h-{BAR}z")
                floors[hour] += tall
        shapes.append(Shape(kind=_kind(line.symptom), d="".join(bars)))
    return Chart(
        width=len(floors) * STEP - (STEP - BAR),
        height=HEIGHT,
        shapes=tuple(shapes),
        sentence=_sentence(product, lines),
        top=str(highest),
        bottom="0",
    )


def _kind(symptom: Symptom) -> str:
    """A symptom has the look of the cause that it speaks for."""
    return symptom.cause.value if symptom.cause else "unknown"


def _sentence(product: Product, lines: Sequence[HeardLine]) -> Bilingual:
    parts = [_told(line) for line in sorted(lines, key=lambda line: -sum(line.hours))]
    return words.HEARD.say(product=labels.product(product), parts=names.listed(parts))


def _told(line: HeardLine) -> Bilingual:
    symptom, count = labels.symptom(line.symptom), sum(line.hours)
    if line.usual_per_day is None:
        return words.SYMPTOM.say(symptom=symptom, n=count)
    return words.SYMPTOM_AND_USUAL.say(
        symptom=symptom, n=count, usual=usually(line.usual_per_day, posts=True)
    )

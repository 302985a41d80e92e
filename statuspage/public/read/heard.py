"""What users complained of over the past day, by product and symptom: counts, stacked bars and a sentence."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.symptoms import Product, Symptom
from statuspage.monitoring.models import Report
from statuspage.public.read.recent import by_voice, complained, complaints, people_by_hour
from statuspage.public.read.values import HeardLine
from statuspage.public.render.charts import Chart, Shape
from statuspage.wording import charts as words
from statuspage.wording import labels, names
from statuspage.wording.numbers import number

HOURS = 24
USUAL_DAYS = 7
DAY = timedelta(days=1)
BAR, STEP, HEIGHT = 9, 12, 60
# Each symptom has the look of the cause that it speaks for.
KINDS = {
    Symptom.PAYMENT_FAILURE: "outage",
    Symptom.RISK_DECLINE: "risk_control",
    Symptom.POLICY_CLOSURE: "policy_change",
    Symptom.MAINTENANCE: "maintenance",
    Symptom.ACCOUNT_SECURITY: "unknown",
}
SHOWN_PRODUCTS = (Product.FENFU, Product.WECHAT_PAY, Product.OTHER, Product.NONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """One product's chart, with a key of the symptoms that occur in it."""

    product: Product
    chart: Chart
    keys: tuple[tuple[str, Bilingual], ...]  # what it looks like, and what and how many it is


def heard_lines(now: datetime) -> tuple[HeardLine, ...]:
    """Complaints by hour of the 24 up to ``now``, for each product and symptom that occurs; three queries.

    An author counts once per symptom and hour.
    """

    def bar(at: datetime) -> int:
        return HOURS - 1 - int((now - at).total_seconds() // 3600)

    heard = by_voice(complained(now - DAY, now), bar)
    hours = Counter((row.product, row.symptom, bar(row.at)) for row in heard)
    usual = _usual_per_day(now)
    said = {(product, symptom) for product, symptom, _ in hours}
    return tuple(
        HeardLine(
            product=product,
            symptom=symptom,
            hours=tuple(hours[product.value, symptom.value, hour] for hour in range(HOURS)),
            usual_per_day=None if usual is None else usual[product.value, symptom.value],
        )
        for product in SHOWN_PRODUCTS
        for symptom in KINDS
        if (product.value, symptom.value) in said
    )


def _usual_per_day(now: datetime) -> Counter[tuple[str, str]] | None:
    """How many there are on a day, on average over the week before; None without a week of history."""
    oldest = Report.objects.aggregate(oldest=Min("at"))["oldest"]
    first = now - DAY * (USUAL_DAYS + 1)
    if oldest is None or oldest > first:
        return None
    usual: Counter[tuple[str, str]] = Counter()
    for row in people_by_hour(complaints(first, now - DAY)):
        usual[row.product, row.symptom] += row.people
    return Counter({said: count / USUAL_DAYS for said, count in usual.items()})


def stacks(lines: Sequence[HeardLine]) -> list[Stack]:
    """One chart per product, all to one scale."""
    by_product = {product: [line for line in lines if line.product is product] for product in SHOWN_PRODUCTS}
    highest = max(
        (
            max(map(sum, zip(*(line.hours for line in own), strict=True)))
            for own in by_product.values()
            if own
        ),
        default=0,
    )
    return [
        Stack(
            product=product,
            chart=_chart(product, own, max(4, highest)),
            keys=tuple((KINDS[line.symptom], _told(line)) for line in own),
        )
        for product, own in by_product.items()
        if own
    ]


def _chart(product: Product, lines: Sequence[HeardLine], highest: int) -> Chart:
    floors = [0.0] * HOURS
    shapes = []
    for line in lines:
        bars = []
        for hour, count in enumerate(line.hours):
            if count:
                tall = HEIGHT * count / highest
                bars.append(f"M{hour * STEP} {HEIGHT - floors[hour]:.4g}h{BAR}v-{tall:.3g}h-{BAR}z")
                floors[hour] += tall
        shapes.append(Shape(kind=KINDS[line.symptom], d="".join(bars)))
    return Chart(
        width=HOURS * STEP - (STEP - BAR),
        height=HEIGHT,
        shapes=tuple(shapes),
        sentence=_sentence(product, lines),
        top=str(highest),
    )


def _sentence(product: Product, lines: Sequence[HeardLine]) -> Bilingual:
    parts = [_told(line) for line in sorted(lines, key=lambda line: -sum(line.hours))]
    return words.HEARD.say(product=labels.product(product), parts=names.listed(parts))


def _told(line: HeardLine) -> Bilingual:
    symptom, count = labels.symptom(line.symptom), sum(line.hours)
    if line.usual_per_day is None:
        return words.SYMPTOM.say(symptom=symptom, n=count)
    return words.SYMPTOM_AND_USUAL.say(symptom=symptom, n=count, usual=number(round(line.usual_per_day, 1)))

"""Reads what users complained of over the past day: how many, of what, and what is usual."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from probes.vocabulary.symptoms import Product, Symptom
from statuspage.analysis.people import SLOT
from statuspage.monitoring.models import Progress
from statuspage.monitoring.voices import HOUR, Usual, days_before, past_day, past_hour, people, slots_of
from statuspage.public.read.values import WORST_FIRST, HeardLine

HOURS = 24
SHOWN_PRODUCTS = (Product.FENFU, Product.WECHAT_PAY, Product.OTHER, Product.NONE)
SHOWN_SYMPTOMS = (*map(Symptom.of, WORST_FIRST), Symptom.ACCOUNT_SECURITY)


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualDay:
    """What is usual in the past day, in its last hour and in each slot; None where not a week is known."""

    day: Usual | None = None
    hour: Usual | None = None
    slots: tuple[Usual, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfComplaints:
    """How many people complained in the past day, by slot and by line, and in its last hour."""

    slots: tuple[int, ...]
    last_hour: int
    lines: tuple[HeardLine, ...]
    usual: UsualDay


class ComplaintsReader:
    """Keeps what is usual until the next slot begins or a person changes something."""

    def __init__(self) -> None:
        self._usual = UsualDay()
        self._usual_as_of: tuple[datetime, datetime | None] | None = None

    def read(self, now: datetime) -> DayOfComplaints:
        """The 24 hours up to ``now``."""
        since, until = past_day(now)
        said = people(since, until, by=("slot", "product", "symptom"))
        counts: Counter[datetime] = Counter()
        for (slot, _, _), count in said.items():
            counts[slot] += count
        as_of = until, Progress.objects.values_list("changed_at", flat=True).first()
        if as_of != self._usual_as_of:
            self._usual, self._usual_as_of = _usual(now), as_of
        return DayOfComplaints(
            slots=tuple(counts[slot] for slot in slots_of(since, until)),
            last_hour=sum(counts[slot] for slot in slots_of(*past_hour(now))),
            lines=_lines(said, since, self._usual.day),
            usual=self._usual,
        )


def _usual(now: datetime) -> UsualDay:
    since, until = past_day(now)
    before = days_before(since, until)
    slots = [before.usual(slot, slot + SLOT) for slot in slots_of(since, until)]
    return UsualDay(
        day=before.usual(since, until),
        hour=before.usual(*past_hour(now)),
        slots=None if None in slots else tuple(slot for slot in slots if slot),
    )


def _lines(said: Counter[Any], since: datetime, usual: Usual | None) -> tuple[HeardLine, ...]:
    """Complaints by hour for each product and symptom that occurs, in the order in which they are shown."""
    hours: Counter[tuple[Product, Symptom, int]] = Counter()
    for (slot, product, symptom), count in said.items():
        hours[product, symptom, (slot - since) // HOUR] += count
    occurring = {(product, symptom) for product, symptom, _ in hours}
    return tuple(
        HeardLine(
            product=product,
            symptom=symptom,
            hours=tuple(hours[product, symptom, hour] for hour in range(HOURS)),
            usual_per_day=None if usual is None else usual.parts.get((product, symptom), 0.0),
        )
        for product in SHOWN_PRODUCTS
        for symptom in SHOWN_SYMPTOMS
        if (product, symptom) in occurring
    )

"""Keeps how many people complain, and answers two questions: how many did, and how many usually do.

Whoever changes which reports count (stores, hides, relabels or joins them) calls :func:`recount` last in the
transaction; everything that tells a number of people asks here, so that all of it tells the same.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, groupby
from typing import Any, TypeAlias

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Min, Q, Sum

from probes.vocabulary.observations import FIRST_PARTY
from probes.vocabulary.symptoms import COMPLAINTS, Product, Symptom
from statuspage.analysis.people import SLOT, ComplainingPost, count_people, hour_of, slot_of
from statuspage.monitoring.models import Report, Voices

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DAY_SLOTS = DAY // SLOT
USUAL_DAYS, FEWEST_DAYS = 28, 7

Said: TypeAlias = tuple[Product, Symptom]
Chosen: TypeAlias = Callable[[Said], bool]


def past_hour(now: datetime) -> tuple[datetime, datetime]:
    """The four slots of which the last one runs: "the past hour", wherever it is said.

    Whole slots, because the usual is known of whole slots, and both numbers must speak of the same time.
    """
    end = slot_of(now) + SLOT
    return end - HOUR, end


def past_day(now: datetime) -> tuple[datetime, datetime]:
    """The 96 slots of which the last one runs: its last hour is :func:`past_hour`."""
    end = slot_of(now) + SLOT
    return end - DAY, end


def slots_of(since: datetime, until: datetime) -> Iterator[datetime]:
    """The starts of the slots in [since, until); ``since`` is one."""
    while since < until:
        yield since
        since += SLOT


def people(since: datetime, until: datetime, *, by: tuple[str, ...] = (), of: str = "people") -> Counter[Any]:
    """How many people complained in the slots that begin in [since, until).

    The keys are tuples of what ``by`` names (``slot``, ``product``, ``symptom``); of nothing, the only key is
    ``()``. With ``of="filed"`` only those count who complained by this site's own form.
    """
    rows = Voices.objects.filter(slot__gte=since, slot__lt=until).order_by()
    if not by:
        return Counter({(): rows.aggregate(n=Sum(of))["n"] or 0})
    return Counter({tuple(key): n for *key, n in rows.values_list(*by).annotate(n=Sum(of))})


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """How many people usually complain in a span.

    ``whole`` is the sum of ``parts``, by product and symptom; one day in ten lies below ``low``, and one
    above ``high``.
    """

    whole: float
    parts: Mapping[Said, float]
    low: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysBefore:
    """What was said on the days before some time, read once for many questions about it.

    By the number of a slot: ``everybody`` counts all who complained in it, ``chosen`` those whom the
    questions are about, and ``parts`` the same by product and symptom. ``begins`` is the first slot ever.
    """

    begins: int | None
    everybody: Mapping[int, int]
    chosen: Mapping[int, int]
    parts: Mapping[int, Counter[Said]]

    def usual(self, since: datetime, until: datetime) -> Usual | None:
        """How many people usually complain between two starts of slots; None with less than a week of days.

        What was said at the same time of day on each of the 28 days before. The usual is the mean over the
        middle half of these days by how many complained at all (the interquartile mean): the days of an
        incident do not move it, and parts add up to the whole. ``low`` and ``high`` are the tenth and the
        ninetieth percentile, each day taken also a slot earlier and a slot later.
        """
        first, end = _number(since), _number(until)
        # A day that is no part of the span itself.
        nearest = max(1, -((first - end) // DAY_SLOTS))
        known = min(USUAL_DAYS, (first - self.begins) // DAY_SLOTS) if self.begins is not None else 0
        days = [range(first - DAY_SLOTS * n, end - DAY_SLOTS * n) for n in range(nearest, known + 1)]
        if len(days) < FEWEST_DAYS:
            return None
        edge = len(days) // 4
        middle = sorted(days, key=lambda day: _sum(self.everybody, day))[edge : len(days) - edge]
        parts: Counter[Said] = Counter()
        for slot in chain.from_iterable(middle):
            parts.update(self.parts.get(slot, {}))
        spread = sorted(
            _sum(self.chosen, range(day.start + shift, day.stop + shift))
            for day in days
            for shift in (-1, 0, 1)
        )
        return Usual(
            whole=parts.total() / len(middle),
            parts={said: count / len(middle) for said, count in parts.items()},
            low=spread[len(spread) // 10],
            high=spread[-1 - len(spread) // 10],
        )


def days_before(since: datetime, until: datetime, *, chosen: Chosen | None = None) -> DaysBefore:
    """All that the usual of any time within a span needs; two queries."""
    return _read(Q(slot__gte=since - DAY * USUAL_DAYS - SLOT, slot__lt=until - DAY + SLOT), chosen)


def usual(since: datetime, until: datetime, *, chosen: Chosen | None = None) -> Usual | None:
    """What :meth:`DaysBefore.usual` says of one span, by reading no more than that needs; two queries."""
    wanted = Q()
    for back in range(1, USUAL_DAYS + 1):
        wanted |= Q(slot__gte=since - DAY * back - SLOT, slot__lt=until - DAY * back + SLOT)
    return _read(wanted, chosen).usual(since, until)


def usual_between(since: datetime, until: datetime, *, chosen: Chosen) -> float | None:
    """How many of ``chosen`` usually complain between any two moments: their part of whole slots."""
    first, end = slot_of(since), slot_of(until) + SLOT
    found = usual(first, end, chosen=chosen)
    return found.whole * ((until - since) / (end - first)) if found else None


def _read(wanted: Q, chosen: Chosen | None) -> DaysBefore:
    everybody: Counter[int] = Counter()
    parts: dict[int, Counter[Said]] = defaultdict(Counter)
    rows = Voices.objects.filter(wanted).values_list("slot", "product", "symptom", "people")
    for slot, product, symptom, count in rows.iterator(chunk_size=5000):
        number, said = _number(slot), (Product(product), Symptom(symptom))
        everybody[number] += count
        if chosen is None or chosen(said):
            parts[number][said] += count
    first = Voices.objects.aggregate(first=Min("slot"))["first"]
    return DaysBefore(
        begins=None if first is None else _number(first),
        everybody=everybody,
        chosen={number: counts.total() for number, counts in parts.items()},
        parts=parts,
    )


def _number(slot: datetime) -> int:
    return int(slot.timestamp()) // int(SLOT.total_seconds())


def _sum(counts: Mapping[int, int], slots: Iterable[int]) -> int:
    return sum(counts.get(slot, 0) for slot in slots)


def recount(moments: Iterable[datetime], *, now: datetime) -> None:
    """Count anew every clock hour that holds one of ``moments``; doing it again changes nothing.

    An hour is counted whole, from its reports, because who counts once is known only by all that was said in
    it. One of which authors may be forgotten by now (REPORT_DAYS) stays as it was counted while they were
    known.
    """
    oldest = now - timedelta(days=settings.REPORT_DAYS)
    hours = {hour for hour in map(hour_of, moments) if hour >= oldest}
    with transaction.atomic():
        _wait_for_others()
        for since, until in _runs(sorted(hours)):
            counts = count_people(_complaints(since, until))
            Voices.objects.filter(slot__gte=since, slot__lt=until).delete()
            Voices.objects.bulk_create(
                Voices(
                    slot=key.slot,
                    product=key.product,
                    symptom=key.symptom,
                    people=count.people,
                    filed=count.filed,
                )
                for key, count in counts.items()
            )


def _wait_for_others() -> None:
    """Let one transaction at a time recount, until it ends.

    Two that stored at once would each count without the other's reports, and the later one's count would
    stand. SQLite has one writer at a time anyhow.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('voices'))")


def _runs(hours: Sequence[datetime]) -> Iterator[tuple[datetime, datetime]]:
    """Spans of hours that follow one another; of those, each is as far from the first as its number says."""
    for _, run in groupby(enumerate(hours), key=lambda numbered: numbered[1] - HOUR * numbered[0]):
        own = [hour for _, hour in run]
        yield own[0], own[-1] + HOUR


def _complaints(since: datetime, until: datetime) -> Iterator[ComplainingPost]:
    """The reports that count, in order of time."""
    rows = Report.objects.filter(
        at__gte=since, at__lt=until, hidden=False, repost_of__isnull=True, symptom__in=COMPLAINTS
    )
    fields = rows.order_by("at", "pk").values_list("at", "product", "symptom", "author", "source__slug")
    for at, product, symptom, author, source in fields.iterator(chunk_size=5000):
        yield ComplainingPost(
            at=at,
            product=Product(product),
            symptom=Symptom(symptom),
            author=author,
            filed=source == FIRST_PARTY,
        )

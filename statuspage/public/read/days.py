"""Reads the days of every component, and keeps those that are over until they are corrected."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta

from django.db.models import F, FloatField, Q, QuerySet, Sum
from django.db.models.functions import Cast

from statuspage.incidents.models import ComponentDay
from statuspage.public.read.values import Day, Record

FIELDS = (
    "component_id",
    "day",
    "outage_seconds",
    "unknown_seconds",
    "maintenance_seconds",
    "risk_control_seconds",
    "policy_change_seconds",
    "observed_seconds",
)
GROWING = 2  # today, and yesterday, which is not concluded at once
ByDay = dict[date, Day]


def record_of(over: Record, fresh: Iterable[Day]) -> Record:
    """The days that are over with those that still grow."""
    growing = tuple(fresh)
    return Record(
        days=over.days + growing,
        outage_s=over.outage_s + sum(day.outage_s for day in growing),
        observed_s=over.observed_s + sum(day.observed_s for day in growing),
        looks=f"{over.looks}{_looks(growing)}",
    )


def _record(days: Sequence[Day]) -> Record:
    return Record(
        days=tuple(days),
        outage_s=sum(day.outage_s for day in days),
        observed_s=sum(day.observed_s for day in days),
        looks=hashlib.blake2b(_looks(days).encode(), digest_size=12).hexdigest(),
    )


def _looks(days: Iterable[Day]) -> str:
    """What a bar shows: whether anything was observed, and for how many minutes something was wrong."""
    return "".join(_look(day) for day in days)


def _look(day: Day) -> str:
    wrong = (day.outage_s, day.unknown_s, day.maintenance_s, day.risk_control_s, day.policy_change_s)
    if not any(wrong):
        return f"{day.day}{'+' if day.observed_s > 0 else '?'}"
    lengths = " ".join(f"{-(-seconds // 60):.0f}" for seconds in wrong)
    return f"{day.day}{'+' if day.observed_s > 0 else '?'}{lengths};"


class DayReader:
    """On a large site nearly all of the time of a snapshot went into reading days that never change.

    Of days that are over, only a sum by component is read, in which each row has a weight of its own; where
    it is another than before, the component's days are read again.
    """

    def __init__(self) -> None:
        self._first: date | None = None
        self._sums: Mapping[int, float] = {}
        self._over: dict[int, Record] = {}

    def read(self, today: date, count: int) -> defaultdict[int, Record]:
        """The last ``count`` days by component, with empty ones where there is no row."""
        dates = [today - timedelta(days=back) for back in reversed(range(count))]
        over, growing = dates[:-GROWING], dates[-GROWING:]
        blank = {day: Day(day=day) for day in dates}
        unseen = _record([blank[day] for day in over])
        self._load(over, blank)
        fresh = _read(Q(day__gte=growing[0], day__lte=today))
        return defaultdict(
            lambda: record_of(unseen, (blank[day] for day in growing)),
            {
                pk: record_of(
                    self._over.get(pk, unseen), (fresh.get(pk, blank).get(day, blank[day]) for day in growing)
                )
                for pk in self._over.keys() | fresh.keys()
            },
        )

    def _load(self, dates: Sequence[date], blank: ByDay) -> None:
        over = Q(day__gte=dates[0], day__lte=dates[-1])
        sums = _sums(ComponentDay.objects.filter(over))
        if self._first != dates[0]:
            kept, read = {}, _read(over)
        else:
            changed = [pk for pk, total in sums.items() if self._sums.get(pk) != total]
            kept = {pk: record for pk, record in self._over.items() if pk in sums}
            read = _read_some(over, changed)
        self._over = kept | {
            pk: _record([rows.get(day, blank[day]) for day in dates]) for pk, rows in read.items()
        }
        self._first, self._sums = dates[0], sums


def _read_some(over: Q, components: Collection[int]) -> dict[int, ByDay]:
    return _read(over & Q(component__in=components)) if components else {}


def _read(which: Q) -> dict[int, ByDay]:
    rows: dict[int, ByDay] = defaultdict(dict)
    stored = ComponentDay.objects.filter(which).order_by().values_list(*FIELDS)
    for component, day, outage, unknown, maintenance, risk, policy, observed in stored:
        rows[component][day] = Day(
            day=day,
            outage_s=outage,
            unknown_s=unknown,
            maintenance_s=maintenance,
            risk_control_s=risk,
            policy_change_s=policy,
            observed_s=observed,
        )
    return rows


def _sums(rows: QuerySet[ComponentDay]) -> dict[int, float]:
    held = (
        F("observed_seconds")
        + 1.1 * F("outage_seconds")
        + 1.3 * F("unknown_seconds")
        + 1.7 * F("maintenance_seconds")
        + 1.9 * F("risk_control_seconds")
        + 2.3 * F("policy_change_seconds")
    )
    weight = Cast(F("pk") % 9973 + 1, FloatField())
    totals = rows.order_by().values("component").annotate(total=Sum(held * weight, output_field=FloatField()))
    return {row["component"]: row["total"] for row in totals}

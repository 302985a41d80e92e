"""Reads the days of every component, and keeps those that are over until they are corrected."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, timedelta

from django.db.models import F, FloatField, Q, QuerySet, Sum
from django.db.models.functions import Cast

from statuspage.incidents.models import ComponentDay
from statuspage.public.values import Day

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


class DayReader:
    """On a large site nearly all of the time of a snapshot went into reading days that never change.

    Of days that are over, only a sum by component is read, in which each row has a weight of its own; where
    it is another than before, the component's days are read again.
    """

    def __init__(self) -> None:
        self._first: date | None = None
        self._sums: Mapping[int, float] = {}
        self._over: dict[int, ByDay] = {}

    def read(self, today: date, count: int) -> defaultdict[int, tuple[Day, ...]]:
        """The last ``count`` days by component, with empty ones where there is no row."""
        first, growing = today - timedelta(days=count - 1), today - timedelta(days=GROWING - 1)
        dates = [first + timedelta(days=index) for index in range(count)]
        self._load(first, growing)
        fresh = _read(Q(day__gte=growing, day__lte=today))
        empty = tuple(Day(day=day) for day in dates)
        blank = dict(zip(dates, empty, strict=True))
        return defaultdict(
            lambda: empty,
            {
                pk: tuple({**blank, **self._over.get(pk, {}), **fresh.get(pk, {})}.values())
                for pk in self._over.keys() | fresh.keys()
            },
        )

    def _load(self, first: date, growing: date) -> None:
        over = Q(day__gte=first, day__lt=growing)
        sums = _sums(ComponentDay.objects.filter(over))
        if self._first != first:
            self._over = _read(over)
        else:
            changed = [pk for pk, total in sums.items() if self._sums.get(pk) != total]
            self._over = {pk: days for pk, days in self._over.items() if pk in sums} | _read_some(
                over, changed
            )
        self._first, self._sums = first, sums


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

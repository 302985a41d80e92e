"""Reads the days of every component, as exactly as a page shows them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Min, QuerySet, Sum

from statuspage.incidents.models import EVENTFUL, ComponentDay
from statuspage.public.read.values import Day, Record
from statuspage.wording.times import told_seconds

SUMS = (
    "outage_seconds",
    "unknown_seconds",
    "maintenance_seconds",
    "risk_control_seconds",
    "policy_change_seconds",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Whole:
    """All rows of one component: the first day, how many there are, and their sums in seconds."""

    first: date
    count: int
    outage_s: float
    observed_s: float


def read_days(today: date, count: int) -> defaultdict[int, Record]:
    """The last ``count`` days by component, oldest first, with unobserved ones where there is no row.

    Two queries, and a third where days are missing among a component's own. On a large site nearly every day
    was observed and nothing was wrong on it: only the sums and the other days are read. Lengths are as exact
    as they are told: what goes on today grows each second, and no page is made anew for what nobody sees.
    """
    dates = [today - timedelta(days=back) for back in reversed(range(count))]
    rows = ComponentDay.objects.filter(day__gte=dates[0], day__lte=today).order_by()
    wholes, eventful = _wholes(rows), _eventful_days(rows)
    with_gaps = [pk for pk, whole in wholes.items() if whole.count != (today - whole.first).days + 1]
    stored = _stored_days(rows, with_gaps)
    unseen = tuple(Day(day=day) for day in dates)
    calm = tuple(Day(day=day, observed=True) for day in dates)

    def days_of(pk: int, first: date) -> tuple[Day, ...]:
        start = (first - dates[0]).days
        days = [*unseen[:start], *calm[start:]]
        if pk in stored:
            days = [calm[index] if day in stored[pk] else unseen[index] for index, day in enumerate(dates)]
        for day in eventful[pk]:
            days[(day.day - dates[0]).days] = day
        return tuple(days)

    return defaultdict(
        lambda: Record(days=unseen, outage_s=0.0, observed_s=0.0),
        {
            pk: Record(days=days_of(pk, whole.first), outage_s=whole.outage_s, observed_s=whole.observed_s)
            for pk, whole in wholes.items()
        },
    )


def _wholes(rows: QuerySet[ComponentDay]) -> dict[int, _Whole]:
    totals = rows.values_list("component").annotate(
        Min("day"), Count("pk"), Sum("outage_seconds"), Sum("observed_seconds")
    )
    return {
        pk: _Whole(first=first, count=count, outage_s=outage, observed_s=observed)
        for pk, first, count, outage, observed in totals
    }


def _eventful_days(rows: QuerySet[ComponentDay]) -> defaultdict[int, list[Day]]:
    """Days on which something was wrong or nothing was observed."""
    found: defaultdict[int, list[Day]] = defaultdict(list)
    stored = rows.filter(EVENTFUL).values_list("component", "day", "observed_seconds", *SUMS)
    for pk, day, observed, outage, unknown, maintenance, risk, policy in stored:
        found[pk].append(
            Day(
                day=day,
                observed=observed > 0,
                outage_s=told_seconds(outage),
                unknown_s=told_seconds(unknown),
                maintenance_s=told_seconds(maintenance),
                risk_control_s=told_seconds(risk),
                policy_change_s=told_seconds(policy),
            )
        )
    return found


def _stored_days(rows: QuerySet[ComponentDay], components: Collection[int]) -> dict[int, set[date]]:
    """The days of these components that have a row."""
    found: defaultdict[int, set[date]] = defaultdict(set)
    if components:
        for pk, day in rows.filter(component__in=components).values_list("component", "day"):
            found[pk].add(day)
    return dict(found)

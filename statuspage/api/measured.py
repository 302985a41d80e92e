"""Reads what was measured: uptime by day, outcome shares by window, complaints by hour against the usual."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial

from django.conf import settings
from django.db.models import F

from probes.vocabulary.exclusions import Exclusion
from probes.vocabulary.outcomes import Outcome
from probes.vocabulary.symptoms import Product, Symptom
from probes.vocabulary.tiers import RiskTier
from statuspage.analysis.people import hour_of
from statuspage.api import bodies
from statuspage.incidents.models import ComponentDay
from statuspage.incidents.uptime import formula, uptime_ratio
from statuspage.monitoring.counts import WindowCounts
from statuspage.monitoring.minutes import component_of, minutes_between, persona_of
from statuspage.monitoring.models import Component, Grain, Persona, Rollup
from statuspage.monitoring.tallies import counts_of
from statuspage.monitoring.voices import HOUR, Said, Usual, days_before, people

LONGEST_DAYS = 400
WINDOWS_AT_ONCE = 500
LENGTH = {Grain.MINUTE: timedelta(minutes=1), Grain.HOUR: timedelta(hours=1), Grain.DAY: timedelta(days=1)}
HOURS_AT_ONCE = 24 * 31
_Counted = tuple[datetime, str, WindowCounts]  # start, tier


def uptime_body(component: Component, first: date, last: date) -> bodies.UptimeBody:
    """The stored days from ``first`` to ``last``, of which the first four hundred are given."""
    rows = ComponentDay.objects.filter(component=component, day__gte=first, day__lte=last).order_by("day")
    days = [bodies.DayBody.model_validate(row) for row in rows[:LONGEST_DAYS]]
    return bodies.UptimeBody(
        component=component.slug,
        zone=settings.TIME_ZONE,
        formula=bodies.both(formula()),
        uptime=uptime_ratio(
            outage_seconds=sum(day.outage_seconds for day in days),
            observed_seconds=sum(day.observed_seconds for day in days),
        ),
        days=days,
    )


def outcomes_body(
    component: Component, grain: Grain, since: datetime, until: datetime, concluded: datetime | None
) -> bodies.OutcomesBody:
    """Windows that begin between ``since`` and ``until``, of which the first five hundred are given."""
    until = min(until, since + LENGTH[grain] * WINDOWS_AT_ONCE)
    cells: defaultdict[tuple[datetime, str], WindowCounts] = defaultdict(WindowCounts)
    counted = _minutes if grain == Grain.MINUTE else partial(_rollups, grain)
    for start, tier, counts in counted(component, since, until):
        cells[start, tier].merge(counts)
    windows = [
        _window(
            start, RiskTier(tier), cell, closed=concluded is not None and start + LENGTH[grain] <= concluded
        )
        for (start, tier), cell in sorted(cells.items(), key=lambda item: item[0])
        if cell.outcomes.total() or cell.excluded
    ]
    return bodies.OutcomesBody(component=component.slug, grain=grain.value, until=until, windows=windows)


def _minutes(component: Component, since: datetime, until: datetime) -> Iterator[_Counted]:
    tiers = dict(Persona.objects.values_list("pk", "risk_tier"))
    for start, cells in minutes_between(since, until, lambda series: component_of(series) == component.pk):
        for series, counts in cells.items():
            if (tier := tiers.get(persona_of(series))) is not None:
                yield start, tier, counts


def _rollups(grain: Grain, component: Component, since: datetime, until: datetime) -> Iterator[_Counted]:
    rows = Rollup.objects.filter(component=component, grain=grain, start__gte=since, start__lt=until)
    for row in rows.order_by().annotate(tier=F("persona__risk_tier")):
        yield row.start, row.tier, counts_of(row)


def _window(start: datetime, tier: RiskTier, cell: WindowCounts, *, closed: bool) -> bodies.OutcomeWindow:
    counts = {Outcome(name): count for name, count in cell.outcomes.most_common()}
    missed = counts.pop(Outcome.MISSED, 0)
    checks = sum(counts.values())
    return bodies.OutcomeWindow(
        start=start,
        tier=tier,
        checks=checks,
        counts=counts,
        shares={outcome: round(count / checks, 6) for outcome, count in counts.items()},
        excluded={Exclusion(reason): outcomes.total() for reason, outcomes in sorted(cell.excluded.items())},
        missed=missed,
        mean_latency_ms=round(cell.latency_sum_ms / cell.latency_count, 3) if cell.latency_count else None,
        closed=closed,
    )


def reports_body(
    since: datetime, until: datetime, *, product: Product | None, symptom: Symptom | None
) -> bodies.ReportsBody:
    """Complaints by hour from the hour of ``since`` on; 31 days of them at most."""

    def chosen(said: Said) -> bool:
        return product in (None, said[0]) and symptom in (None, said[1])

    start = hour_of(since)
    until = min(until, start + HOUR * HOURS_AT_ONCE)
    counts: Counter[datetime] = Counter()
    for (slot, *said), count in people(start, until, by=("slot", "product", "symptom")).items():
        counts[hour_of(slot)] += count if chosen(tuple(said)) else 0
    before = days_before(start, max(start, until) + HOUR, chosen=chosen)
    hours = [start + HOUR * index for index in range(max(0, -((start - until) // HOUR)))]
    return bodies.ReportsBody(
        product=product,
        symptom=symptom,
        until=until,
        hours=[_hour(hour, counts[hour], before.usual(hour, hour + HOUR)) for hour in hours],
    )


def _hour(start: datetime, count: int, usual: Usual | None) -> bodies.HourOfReports:
    return bodies.HourOfReports(
        start=start,
        count=count,
        usual_low=usual.low if usual else None,
        usual=round(usual.whole, 3) if usual else None,
        usual_high=usual.high if usual else None,
    )

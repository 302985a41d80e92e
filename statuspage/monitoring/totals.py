"""Counts checks ever: counters that never fall, by what a check was called when it was counted."""

import bisect
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec
from django.db.models import TextField
from django.db.models.functions import Cast

from probes.vocabulary.outcomes import Outcome
from statuspage.analysis.model import REFUSALS, DetectorSettings
from statuspage.monitoring.inserting import put
from statuspage.monitoring.models import (
    CheckResult,
    CheckTotal,
    Component,
    DurationTotal,
    Persona,
    Probe,
    Vantage,
)
from statuspage.monitoring.selectors import interval_of, standing_probes

# A counter cannot take back what it told: a check is counted when it is long enough ago that whether it says
# anything is known. A cut-off vantage or a frozen account is recognised within a few checks; refusals wait
# until they show whose fault they are, and for the detector's next tick.
SETTLED = timedelta(seconds=45)
# So often, by the clock and not by turns: however time is cut into turns, the numbers are the same.
STRIDE_S = 10
# Upper bounds of the histogram's buckets, in seconds: payments take 0.1 to 2 s, probes give up after 10.
BOUNDS: tuple[float, ...] = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0)
CHUNK = 2000
_NAMES = tuple(f"{bound:g}" for bound in BOUNDS)
_BUCKETS_AS_TEXT = Cast("buckets", TextField())
_decode = msgspec.json.Decoder(dict[str, int]).decode


class CheckLabels(NamedTuple):
    """Slugs, and the payer's tier; empty where a control has none."""

    component: str
    persona: str
    tier: str
    vantage: str


class Totals:
    """Checks since the last :meth:`store`."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[CheckLabels, str, str]] = Counter()
        self._seconds: dict[tuple[str, str], list[float]] = {}

    def add(self, labels: CheckLabels, outcome: str, latency_ms: float | None, excluded: str) -> None:
        """Count one check; how long it took is told only where it says something."""
        self._counts[labels, outcome, excluded] += 1
        if latency_ms is not None and not excluded and outcome != Outcome.MISSED:
            self._seconds.setdefault((labels.component, labels.vantage), []).append(latency_ms / 1000)

    def store(self) -> None:
        """Add all of it to the tables and begin anew. Call it in the transaction that moves the cursor."""
        if self._counts:
            self._store_counts()
        if self._seconds:
            self._store_durations()
        self._counts, self._seconds = Counter(), {}

    def _store_counts(self) -> None:
        # The database adds: to read four thousand rows and to write them again would take ten times as long.
        rows = [
            labels._asdict() | {"outcome": outcome, "excluded": excluded, "count": count}
            for (labels, outcome, excluded), count in sorted(self._counts.items())
        ]
        put(CheckTotal, rows, unique=[*CheckLabels._fields, "outcome", "excluded"], added=["count"])

    def _store_durations(self) -> None:
        stored = DurationTotal.objects.order_by().values_list("component", "vantage", _BUCKETS_AS_TEXT)
        before = {(component, vantage): told for component, vantage, told in stored}
        rows = [
            {
                "component": key[0],
                "vantage": key[1],
                "buckets": _added(_decode(before.get(key, "{}")), seconds),
                "sum_seconds": sum(seconds),
                "count": len(seconds),
            }
            for key, seconds in self._seconds.items()
        ]
        put(
            DurationTotal,
            rows,
            unique=["component", "vantage"],
            replaced=["buckets"],
            added=["sum_seconds", "count"],
        )


def count_settled(since: datetime, until: datetime) -> datetime:
    """Count the checks after ``since`` that are settled at ``until``; gives up to when all are counted.

    Call it in the transaction that moves the cursor and keeps what it gives.
    """
    seconds = (until - settling_time()).timestamp()
    end = datetime.fromtimestamp(seconds // STRIDE_S * STRIDE_S, UTC)
    if end <= since:
        return since
    labels, totals = labels_by_probe(), Totals()
    rows = CheckResult.objects.filter(at__gt=since, at__lte=end, late=False).order_by()
    told = rows.values_list("probe_id", "outcome", "latency_ms", "excluded")
    for probe, outcome, latency_ms, excluded in told.iterator(chunk_size=CHUNK):
        totals.add(labels[probe], outcome, latency_ms, excluded)
    totals.store()
    return end


def settling_time() -> timedelta:
    """How long ago a check must have been made to be counted: longer where checks are far apart."""
    slowest = standing_probes().filter(component__isnull=False).order_by("-interval_seconds").first()
    if slowest is None:
        return SETTLED
    waiting = REFUSALS.window_seconds(interval_of(slowest).total_seconds())
    return max(SETTLED, timedelta(seconds=waiting + DetectorSettings().tick_seconds))


def labels_by_probe() -> dict[int, CheckLabels]:
    """What the checks of every probe are called at this moment, by its primary key."""
    components, vantages = (
        dict(model.objects.order_by().values_list("pk", "slug")) for model in (Component, Vantage)
    )
    payers = Persona.objects.order_by().values_list("pk", "slug", "risk_tier")
    personas = {pk: (slug, tier) for pk, slug, tier in payers}
    rows = Probe.objects.order_by().values_list("pk", "component_id", "persona_id", "vantage_id")
    return {
        pk: CheckLabels(components.get(component, ""), *personas.get(persona, ("", "")), vantages[vantage])
        for pk, component, persona, vantage in rows
    }


def _added(before: Mapping[str, int], seconds: Sequence[float]) -> dict[str, int]:
    """The counts of each bucket by its bound, with these durations; beyond the last bound there is none."""
    whole = {name: before.get(name, 0) for name in _NAMES}
    for spent in seconds:
        if (index := bisect.bisect_left(BOUNDS, spent)) < len(BOUNDS):
            whole[_NAMES[index]] += 1
    return whole

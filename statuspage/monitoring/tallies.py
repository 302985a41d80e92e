"""Counts checks by window (minute, hour and day), those that say nothing apart."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from django.db.models import Count, QuerySet, Sum, TextField
from django.db.models.functions import Cast

from statuspage.monitoring.counts import TalliedProbe, WindowCounts
from statuspage.monitoring.inserting import put
from statuspage.monitoring.minutes import add_minutes
from statuspage.monitoring.models import CheckResult, Grain, Probe, Rollup

MINUTE, HOUR = 60, 3600
BATCH = 500
_COUNTS = ("outcomes", "excluded", "latency_sum_ms", "latency_count")
_outcomes = msgspec.json.Decoder(dict[str, int]).decode
_excluded = msgspec.json.Decoder(dict[str, dict[str, int]]).decode


class Tally:
    """Checks since the last :meth:`store`, by windows of ``unit_seconds`` (a minute, or an hour for history).

    Hours and days are those of ``zone``; no minutes are kept where the unit is an hour, and ``only_days``
    keeps no hours either.
    """

    def __init__(self, zone: ZoneInfo, *, unit_seconds: int = MINUTE, only_days: bool = False) -> None:
        self._zone, self._unit, self._only_days = zone, unit_seconds, only_days
        self._probes: dict[int, TalliedProbe] = {}
        self._cells: dict[tuple[float, int], WindowCounts] = {}

    def add(
        self, probe: TalliedProbe, at: datetime, outcome: str, latency_ms: float | None, excluded: str = ""
    ) -> None:
        """Count one check that ended at ``at``."""
        self._cell(probe, at).add(outcome, latency_ms, excluded)

    def add_stored(self, probes: Mapping[int, TalliedProbe], since: datetime, until: datetime) -> None:
        """Count the checks of (since, until] that are stored and were judged; ``probes`` by primary key.

        The database adds up what is alike, minute by minute: of many thousands only sums are read.
        """
        while since < until:
            stop = min(until, _next_minute(since))
            rows = CheckResult.objects.filter(at__gt=since, at__lte=stop, late=False).order_by()
            # A minute ends with its last moment, which belongs to the next one.
            for at, part in ((since, rows.filter(at__lt=stop)), (stop, rows.filter(at=stop))):
                self._add_sums(probes, at, part)
            since = stop

    def _add_sums(
        self, probes: Mapping[int, TalliedProbe], at: datetime, rows: QuerySet[CheckResult]
    ) -> None:
        sums = rows.values_list("probe_id", "outcome", "excluded").annotate(
            Count("pk"), Count("latency_ms"), Sum("latency_ms")
        )
        for pk, outcome, excluded, count, timed, latency_ms in sums:
            if pk in probes:
                self._cell(probes[pk], at).add_many(
                    outcome, excluded, count=count, latency_count=timed, latency_ms=latency_ms or 0.0
                )

    def take_back(
        self, probe: TalliedProbe, at: datetime, outcome: str, latency_ms: float | None, excluded: str
    ) -> None:
        """Count one check no more that was counted in an earlier tally."""
        self._cell(probe, at).add(outcome, latency_ms, excluded, -1)

    def exclude(
        self, probe: TalliedProbe, at: datetime, outcome: str, latency_ms: float | None, reason: str
    ) -> None:
        """Count one check apart that was counted, now or in an earlier tally, before ``reason`` was known."""
        cell = self._cell(probe, at)
        cell.add(outcome, latency_ms, "", -1)
        cell.add(outcome, latency_ms, reason)

    def _cell(self, probe: TalliedProbe, at: datetime) -> WindowCounts:
        seconds = at.timestamp()
        key = (seconds - (seconds + _lag(int(seconds // HOUR), self._zone)) % self._unit, probe.probe)
        cell = self._cells.get(key)
        if cell is None:
            self._probes[probe.probe] = probe
            cell = self._cells[key] = WindowCounts()
        return cell

    def store(self) -> None:
        """Add all of it to the tables and begin anew. Call it in the transaction that moves the cursor."""
        if not self._cells:
            return
        units, hours, days = self._windows()
        series = {probe.series: probe for probe in self._probes.values()}
        if self._unit == MINUTE:
            add_minutes(units)
        if not self._only_days:
            _store_rollups(Grain.HOUR, hours, series)
        _store_rollups(Grain.DAY, days, series)
        self._probes, self._cells = {}, {}

    def _windows(self) -> tuple[dict[tuple[datetime, str], WindowCounts], ...]:
        grains: tuple[dict[tuple[datetime, str], WindowCounts], ...] = ({}, {}, {})
        for (seconds, pk), cell in self._cells.items():
            series = self._probes[pk].series
            hour = seconds - (seconds + _lag(int(seconds // HOUR), self._zone)) % HOUR
            for grain, start in zip(grains, (_utc(seconds), _utc(hour), _day(hour, self._zone)), strict=True):
                grain.setdefault((start, series), WindowCounts()).merge(cell)
        return grains


def watched_probes() -> dict[int, TalliedProbe]:
    """Every probe, by primary key."""
    rows = Probe.objects.order_by().values_list("pk", "component_id", "persona_id", "vantage_id")
    return {
        pk: TalliedProbe(probe=pk, component=component, persona=persona, vantage=vantage)
        for pk, component, persona, vantage in rows
    }


def _store_rollups(
    grain: Grain, cells: Mapping[tuple[datetime, str], WindowCounts], series: Mapping[str, TalliedProbe]
) -> None:
    for start in {start for start, _ in cells}:
        fresh = {name: counts for (begin, name), counts in cells.items() if begin == start}
        stored = Rollup.objects.filter(grain=grain, start=start).order_by()
        few = stored.filter(series__in=list(fresh)) if len(fresh) <= BATCH else stored
        for name, *told in few.values_list(
            "series", _text("outcomes"), _text("excluded"), "latency_sum_ms", "latency_count"
        ):
            if name in fresh:
                fresh[name].merge(_told_counts(*told))
        rows = [_rollup_row(grain, start, series[name], counts) for name, counts in fresh.items()]
        put(Rollup, rows, unique=["grain", "start", "series"], replaced=_COUNTS)


def _rollup_row(grain: Grain, start: datetime, probe: TalliedProbe, counts: WindowCounts) -> dict[str, Any]:
    counts.settle()
    return {
        "grain": grain.value,
        "start": start,
        "series": probe.series,
        "component_id": probe.component,
        "persona_id": probe.persona,
        "vantage_id": probe.vantage,
        "outcomes": counts.outcomes,
        "excluded": counts.excluded,
        "latency_sum_ms": counts.latency_sum_ms,
        "latency_count": counts.latency_count,
    }


def _text(column: str) -> Cast:
    return Cast(column, TextField())


def _told_counts(outcomes: str, excluded: str, latency_sum_ms: float, latency_count: int) -> WindowCounts:
    return WindowCounts(
        outcomes=Counter(_outcomes(outcomes)),
        excluded={reason: Counter(found) for reason, found in _excluded(excluded).items()},
        latency_sum_ms=latency_sum_ms,
        latency_count=latency_count,
    )


def counts_of(row: Rollup) -> WindowCounts:
    """What one row of the table came to."""
    return WindowCounts(
        outcomes=Counter(row.outcomes),
        excluded={reason: Counter(outcomes) for reason, outcomes in row.excluded.items()},
        latency_sum_ms=row.latency_sum_ms,
        latency_count=row.latency_count,
    )


def full_minute(at: datetime) -> datetime:
    """The last full minute that is not after ``at``."""
    return _utc(at.timestamp() // MINUTE * MINUTE)


def _next_minute(at: datetime) -> datetime:
    return _utc((at.timestamp() // MINUTE + 1) * MINUTE)


def _utc(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@lru_cache(maxsize=4096)
def _lag(hour: int, zone: ZoneInfo) -> float:
    """By how many seconds the zone's hours begin before UTC's: 1800 in India, else mostly 0."""
    offset = _utc(hour * HOUR).astimezone(zone).utcoffset() or timedelta()
    return offset.total_seconds() % HOUR


@lru_cache(maxsize=4096)
def _day(seconds: float, zone: ZoneInfo) -> datetime:
    local = _utc(seconds).astimezone(zone)
    return local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)

"""Counts checks as they are concluded: windows by minute, hour and day, and totals that never fall."""

import bisect
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from statuspage.monitoring.models import CheckTotal, DurationTotal, Grain, Probe, Rollup

MINUTE, HOUR = 60, 3600
# Upper bounds of the histogram's buckets, in seconds: payments take 0.1 to 2 s, probes give up after 10.
BOUNDS: tuple[float, ...] = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0)
BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class TalliedProbe:
    """A probe as far as counting is concerned: primary keys."""

    probe: int
    component: int | None
    persona: int | None
    vantage: int

    @property
    def series(self) -> str:
        return f"{self.component or 0}.{self.persona or 0}.{self.vantage}"

    @property
    def duration_series(self) -> str:
        return f"{self.component or 0}.{self.vantage}"


@dataclass(slots=True)
class WindowCounts:
    """What the checks of one series over one window came to."""

    outcomes: Counter[str] = field(default_factory=Counter)
    latency_sum_ms: float = 0.0
    latency_count: int = 0

    def merge(self, other: "WindowCounts") -> None:
        self.outcomes.update(other.outcomes)
        self.latency_sum_ms += other.latency_sum_ms
        self.latency_count += other.latency_count


class Tally:
    """Checks since the last :meth:`store`, by windows of ``unit_seconds`` (a minute, or an hour for history).

    Hours and days are those of ``zone``; no minutes are kept where the unit is an hour, and ``only_days``
    keeps no hours either.
    """

    def __init__(self, zone: ZoneInfo, *, unit_seconds: int = MINUTE, only_days: bool = False) -> None:
        self._zone, self._unit, self._only_days = zone, unit_seconds, only_days
        self._probes: dict[int, TalliedProbe] = {}
        self._cells: dict[tuple[float, int], WindowCounts] = {}
        self._buckets: dict[int, list[int]] = {}

    def add(self, probe: TalliedProbe, at: datetime, outcome: str, latency_ms: float | None) -> None:
        """Count one check that ended at ``at``."""
        seconds = at.timestamp()
        key = (seconds - (seconds + _lag(int(seconds // HOUR), self._zone)) % self._unit, probe.probe)
        cell = self._cells.get(key)
        if cell is None:
            self._probes[probe.probe] = probe
            cell = self._cells[key] = WindowCounts()
        cell.outcomes[outcome] += 1
        if latency_ms is not None:
            cell.latency_sum_ms += latency_ms
            cell.latency_count += 1
            buckets = self._buckets.get(probe.probe)
            if buckets is None:
                buckets = self._buckets[probe.probe] = [0] * (len(BOUNDS) + 1)
            buckets[bisect.bisect_left(BOUNDS, latency_ms / 1000)] += 1

    def store(self) -> None:
        """Add all of it to the tables and begin anew. Call it in the transaction that moves the cursor."""
        if not self._cells:
            return
        units, hours, days = self._windows()
        series = {probe.series: probe for probe in self._probes.values()}
        if self._unit == MINUTE:
            _store_rollups(Grain.MINUTE, units, series)
        if not self._only_days:
            _store_rollups(Grain.HOUR, hours, series)
        _store_rollups(Grain.DAY, days, series)
        self._store_totals()
        self._store_durations()
        self._probes, self._cells, self._buckets = {}, {}, {}

    def _windows(self) -> tuple[dict[tuple[datetime, str], WindowCounts], ...]:
        grains: tuple[dict[tuple[datetime, str], WindowCounts], ...] = ({}, {}, {})
        for (seconds, pk), cell in self._cells.items():
            series = self._probes[pk].series
            hour = seconds - (seconds + _lag(int(seconds // HOUR), self._zone)) % HOUR
            for grain, start in zip(grains, (_utc(seconds), _utc(hour), _day(hour, self._zone)), strict=True):
                grain.setdefault((start, series), WindowCounts()).merge(cell)
        return grains

    def _store_totals(self) -> None:
        fresh: Counter[tuple[int, str]] = Counter()
        for (_, probe), cell in self._cells.items():
            for outcome, count in cell.outcomes.items():
                fresh[probe, outcome] += count
        before = {
            (row.probe_id, row.outcome): row.count
            for row in CheckTotal.objects.filter(probe__in={probe for probe, _ in fresh})
        }
        CheckTotal.objects.bulk_create(
            [
                CheckTotal(probe_id=probe, outcome=outcome, count=before.get((probe, outcome), 0) + count)
                for (probe, outcome), count in fresh.items()
            ],
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["probe", "outcome"],
            update_fields=["count"],
        )

    def _store_durations(self) -> None:
        names = {self._probes[pk].duration_series for pk in self._buckets}
        rows = {row.series: row for row in DurationTotal.objects.filter(series__in=names)}
        sums: defaultdict[int, float] = defaultdict(float)
        for (_, pk), cell in self._cells.items():
            sums[pk] += cell.latency_sum_ms
        changed: dict[str, DurationTotal] = {}
        for pk, buckets in self._buckets.items():
            probe = self._probes[pk]
            name = probe.duration_series
            row = rows.setdefault(
                name,
                DurationTotal(series=name, component_id=probe.component, vantage_id=probe.vantage),
            )
            row.buckets = _added(row.buckets, buckets)
            row.count += sum(buckets)
            row.sum_seconds += sums[pk] / 1000
            changed[name] = row
        DurationTotal.objects.bulk_create(
            changed.values(),
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["series"],
            update_fields=["buckets", "count", "sum_seconds"],
        )


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
    starts = {start for start, _ in cells}
    stored = Rollup.objects.filter(grain=grain, start__gte=min(starts), start__lte=max(starts))
    names = {name for _, name in cells}
    for row in stored.filter(series__in=names) if len(names) <= BATCH else stored:
        known = cells.get((row.start, row.series))
        if known is not None:
            known.merge(counts_of(row))
    Rollup.objects.bulk_create(
        _rollup_rows(grain, cells, series),
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["grain", "start", "series"],
        update_fields=["outcomes", "latency_sum_ms", "latency_count"],
    )


def _rollup_rows(
    grain: Grain, cells: Mapping[tuple[datetime, str], WindowCounts], series: Mapping[str, TalliedProbe]
) -> Iterable[Rollup]:
    for (start, name), cell in cells.items():
        probe = series[name]
        yield Rollup(
            grain=grain,
            start=start,
            series=name,
            component_id=probe.component,
            persona_id=probe.persona,
            vantage_id=probe.vantage,
            outcomes=dict(cell.outcomes),
            latency_sum_ms=round(cell.latency_sum_ms, 1),
            latency_count=cell.latency_count,
        )


def counts_of(row: Rollup) -> WindowCounts:
    """What one row of the table came to."""
    return WindowCounts(
        outcomes=Counter(row.outcomes), latency_sum_ms=row.latency_sum_ms, latency_count=row.latency_count
    )


def _added(before: Mapping[str, int], fresh: Sequence[int]) -> dict[str, int]:
    """The counts of each bucket by its bound, with ``fresh`` added; beyond the last bound there is none."""
    names = [f"{bound:g}" for bound in BOUNDS]
    return {name: before.get(name, 0) + count for name, count in zip(names, fresh, strict=False)}


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

"""The counting core on a plain series: CUSUMs against what is usual at that hour of the week."""

import math
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from statuspage.analysis.settings import DetectorSettings

_PRIOR_ROWS = 12.0  # how many rows that hour of any day is worth against the hour of the week
_LATE_ROWS = 6.0  # rows that make up "of late"
_START_ROWS = 30  # rows before anything is judged
_ROWS_90D = 12_960.0  # of ten minutes each
_CALM_ROWS = 3  # ordinary rows in a row that end an incident
_FACTOR = 2.5  # a change worth telling: this many times the usual, up or down


class Direction(StrEnum):
    """Which way a series left the usual."""

    UP = "up"
    DOWN = "down"
    FAILING = "failing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One interval of a series: ``count`` things seen, of which ``bad`` failed (None: not known)."""

    at: datetime
    count: float
    bad: float | None = None


@dataclass(slots=True, kw_only=True)
class Excursion:
    """A time at which the series was not as usual; ``level`` in nats."""

    direction: Direction
    started_at: datetime
    detected_at: datetime
    resolved_at: datetime | None = None
    level: float = 0.0
    confirmed_at: datetime | None = None


@dataclass(slots=True)
class _Usual:
    """A mean by hour of the week, leaning on that hour of any day, and beside it the level of late."""

    week: dict[int, tuple[float, float]] = field(default_factory=dict)  # (mean, rows)
    day: dict[int, tuple[float, float]] = field(default_factory=dict)
    late: float = 0.0
    seen: float = 0.0

    def learn(self, at: datetime, value: float) -> None:
        self.seen = min(self.seen + 1.0, _LATE_ROWS)
        self.late += (value - self.late) / self.seen
        for bins, hour, most in ((self.day, at.hour, 100.0), (self.week, _of_week(at), 60.0)):
            mean, rows = bins.get(hour, (0.0, 0.0))
            rows = min(rows + 1.0, most)
            bins[hour] = (mean + (value - mean) / rows, rows)

    def range_at(self, at: datetime) -> tuple[float, float]:
        """The lowest and the highest of what may be called usual: by the clock, and of late."""
        mean, rows = self.day.get(at.hour, (self.late, 0.0))
        own, weeks = self.week.get(_of_week(at), (mean, 0.0))
        by_clock = (own * weeks + mean * _PRIOR_ROWS) / (weeks + _PRIOR_ROWS) if rows else self.late
        return min(by_clock, self.late), max(by_clock, self.late)


def _of_week(at: datetime) -> int:
    return at.weekday() * 24 + at.hour


class CountWatch:
    """Watches one series. Rows must come in order of time.

    Each row moves two capped CUSUMs by the log-likelihood ratio of ``_FACTOR`` times (or that fraction of)
    the usual, divided by the dispersion learned from quiet rows: a series noisier than Poisson must not cry.
    """

    def __init__(self, settings: DetectorSettings) -> None:
        looks = math.log(_ROWS_90D * 2.0 / settings.target_false_per_component_90d)
        self._limit, self._cap, self._row_cap = (
            looks,
            looks + settings.headroom_nats,
            settings.moment_cap_nats,
        )
        self._usual, self._ratio = _Usual(), _Usual()
        self._dispersion = 1.0
        self._levels = dict.fromkeys(Direction, 0.0)
        self._rose: dict[Direction, datetime] = {}
        self._calm = 0
        self._rows = 0
        self.open: Excursion | None = None

    def see(self, row: Row) -> Excursion | None:
        """Take in a row; returns the excursion that it opened or resolved, if any."""
        steps = self._steps(row)
        self._rows += 1
        for direction, step in steps.items():
            before = self._levels[direction]
            after = max(0.0, min(self._cap, before + max(-self._row_cap, min(self._row_cap, step))))
            if before == 0.0 < after:
                self._rose[direction] = row.at
            self._levels[direction] = after
        changed = self._judge(row, steps)
        if self.open is None and max(self._levels.values()) < self._limit / 2:
            self._learn(row)
        return changed

    def _steps(self, row: Row) -> dict[Direction, float]:
        if self._rows < _START_ROWS:
            return {}
        if row.bad is not None:
            usual = min(0.5, max(0.002, self._ratio.range_at(row.at)[1]))
            worse = min(0.95, max(4.0 * usual, usual + 0.1))
            good = row.count - row.bad
            nats = row.bad * math.log(worse / usual) + good * math.log((1 - worse) / (1 - usual))
            return {Direction.FAILING: nats / self._dispersion}
        low, high = self._usual.range_at(row.at)
        up = row.count * math.log(_FACTOR) - (_FACTOR - 1.0) * max(0.5, high)
        down = -row.count * math.log(_FACTOR) + (1.0 - 1.0 / _FACTOR) * max(0.5, low)
        return {Direction.UP: up / self._dispersion, Direction.DOWN: down / self._dispersion}

    def _judge(self, row: Row, steps: dict[Direction, float]) -> Excursion | None:
        if self.open is None:
            direction = max(self._levels, key=lambda d: self._levels[d])
            if self._levels[direction] < self._limit:
                return None
            self._calm = 0
            self.open = Excursion(
                direction=direction,
                started_at=self._rose[direction],
                detected_at=row.at,
                confirmed_at=row.at,
                level=self._levels[direction],
            )
            return self.open
        self.open.level = max(self.open.level, self._levels[self.open.direction])
        self._calm = self._calm + 1 if steps.get(self.open.direction, 0.0) < 0.0 else 0
        if self._calm < _CALM_ROWS:
            return None
        over, self.open = self.open, None
        over.resolved_at = row.at
        self._levels = dict.fromkeys(Direction, 0.0)
        return over

    def _learn(self, row: Row) -> None:
        expected, actual = max(0.5, sum(self._usual.range_at(row.at)) / 2), row.count
        if row.bad is not None:
            ratio = min(0.98, max(0.002, sum(self._ratio.range_at(row.at)) / 2))
            expected, actual = max(0.5, row.count * ratio), row.bad
        if self._rows > _START_ROWS // 2:
            squared = min(400.0, (actual - expected) ** 2 / expected)
            self._dispersion = max(
                1.0, self._dispersion + (squared - self._dispersion) / min(self._rows, 500)
            )
        self._usual.learn(row.at, row.count)
        if row.bad is not None and row.count > 0:
            self._ratio.learn(row.at, row.bad / row.count)

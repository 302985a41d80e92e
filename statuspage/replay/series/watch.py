"""Watches a plain series: CUSUMs of how rare each row is against what is usual at that hour."""

import math
from collections import deque
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from statuspage.analysis.model import FILTER, DetectorSettings
from statuspage.replay.series.baseline import ResidualTail, SeriesBaseline
from statuspage.replay.series.rarity import Rarity

_START_ROWS = 30  # rows before anything is judged
_CALM_ROWS = 3  # ordinary rows in a row that end an excursion
_GAP_ROWS = 6.0  # rows missing in a row: what was of late no longer counts
# A smaller share of the usual, up or down, is not worth telling however rare it is.
_WORTH = 0.25
# The same on the first day, which may go its own way.
_WORTH_UNKNOWN = {"up": 1.5, "down": 0.6}
_QUIET_NATS = 1.0  # below this level all rows so far are taken for usual ones
_HELD_ROWS = 12  # and these many that wait for it, once more follow
# Exponent of the bet against each row's rarity p: it pays _BET * p ** (_BET - 1), 1 on average.
_BET = 0.25
# Usual shares of failures outside are taken for these.
_RATIO_LEAST, _RATIO_MOST = 0.002, 0.5
# What is looked for: so many times the usual share of failures, or so much more.
_WORSE_FACTOR, _WORSE_LEAST, _WORSE_MOST = 4.0, 0.1, 0.95
# Over which it is averaged how much more than independent failures vary.
_DISPERSION_ROWS = 500
_DISPERSION_CAP = 400.0  # for one row's squared deviation from what was expected
_NEW_USUAL = timedelta(days=3)  # what lasts this long, and so many rows, is the new usual
_NEW_USUAL_ROWS = 48
# An excursion the same way within so many rows goes on with the last one.
_SAME_ROWS = 12.0
_HEIGHT_ROWS = 6  # rows over which the height of an excursion is averaged: one alone may be a slip
_DAYS_90 = timedelta(days=90)
_DAY = timedelta(days=1)
_SHORTEST_STEP = timedelta(seconds=1)


class Direction(StrEnum):
    """Which way a series left the usual."""

    UP = "up"
    DOWN = "down"
    FAILING = "failing"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesRow:
    """One interval of a series: ``count`` things seen, of which ``bad`` failed (None: not known)."""

    at: datetime
    count: float
    bad: float | None = None


@dataclass(slots=True, kw_only=True)
class Excursion:
    """A time at which the series was not as usual; ``usual`` as ``seen`` at the start.

    ``height`` says how far it went: the most that six rows in a row strayed, on average, in units of how
    far quiet rows do (nats where failures are counted). ``told`` says that it was rare enough to be told, by
    the heights of those before it; until then ``detected_at`` is when it was found.
    """

    direction: Direction
    started_at: datetime
    detected_at: datetime
    resolved_at: datetime | None = None
    height: float = 0.0
    told: bool = False
    confirmed_at: datetime | None = None
    usual: float = 0.0
    seen: float = 0.0


@dataclass(slots=True, kw_only=True)
class _Shift:
    """Excursions the same way with less than a day between them: perhaps the usual itself has moved."""

    direction: Direction
    since: datetime
    last: datetime
    rows: int = 0
    seen: float = 0.0
    usual: float = 0.0

    def lasts(self) -> bool:
        return self.last - self.since >= _NEW_USUAL and self.rows >= _NEW_USUAL_ROWS


class SeriesWatch:
    """Watches one series of any scale. Rows must come in order of time.

    A row's rarity is read off the quiet rows before it, so that neither its unit nor its noise matters; the
    logarithm of a bet on rare rows is summed up to each side (a CUSUM). Where failures are counted, the
    likelihood ratio of a raised failure ratio takes the place of rises. What the sums find is told where an
    excursion as high is rare by those before it (:class:`Rarity`): rows in bursts follow no theory.
    """

    def __init__(self, settings: DetectorSettings) -> None:
        self._target = settings.target_false_per_component_90d
        self._row_cap = FILTER.moment_cap_nats
        self._limit = math.inf  # until the pace of the rows is known
        self._usual, self._ratio = SeriesBaseline(), SeriesBaseline()
        self._tails = {Direction.UP: ResidualTail(), Direction.DOWN: ResidualTail()}
        self._dispersion = 1.0  # of failures, against independent ones
        self._levels = dict.fromkeys(Direction, 0.0)
        self._rose: dict[Direction, datetime] = {}
        self._gaps: list[timedelta] = []
        self._first: datetime | None = None
        self._previous: datetime | None = None
        self._held: list[tuple[SeriesRow, tuple[float, float]]] = []
        self._step = _SHORTEST_STEP
        self._calm = self._rows = 0
        # When a working day, and one of a weekend, was first seen.
        self._days: dict[bool, date] = {}
        self._shift: _Shift | None = None
        self._over: Excursion | None = None
        self._rarity = Rarity()
        # How far the last rows strayed.
        self._strays = {direction: deque([0.0], maxlen=_HEIGHT_ROWS) for direction in Direction}
        self.open: Excursion | None = None

    def see(self, row: SeriesRow) -> Excursion | None:
        """Take in a row; returns the excursion that it opened or resolved, if any."""
        self._pace(row)
        self._rows += 1
        residuals = self._usual.residuals(row.at, row.count)
        steps = self._steps(row, residuals) if self._rows > _START_ROWS else {}
        for direction, step in steps.items():
            before = self._levels[direction]
            after = max(0.0, before + max(-self._row_cap, min(self._row_cap, step)))
            if before == 0.0 < after:
                self._rose[direction] = row.at
            self._levels[direction] = after
        changed = self._judge(row, steps)
        self._hold(row, residuals)
        return changed

    def _hold(self, row: SeriesRow, residuals: tuple[float, float]) -> None:
        """Let a row wait until it is clear that it belongs to no excursion, then learn it."""
        if self.open is not None:
            self._held.clear()
            return
        self._held.append((row, residuals))
        if max(self._levels.values()) < _QUIET_NATS or len(self._held) > _HELD_ROWS:
            for known, its_residuals in self._held:
                self._learn(known, its_residuals)
            self._held.clear()

    def _pace(self, row: SeriesRow) -> None:
        """Learn how far rows lie apart, and forget what was of late where many are missing."""
        if self._previous is not None:
            gap = row.at - self._previous
            if self._rows <= _START_ROWS:
                self._gaps.append(gap)
            elif gap > self._step * _GAP_ROWS:
                self._usual.forget_late()
                self._ratio.forget_late()
                if self.open is None:
                    self._levels = dict.fromkeys(Direction, 0.0)
        self._previous = row.at
        self._first = self._first or row.at
        self._days.setdefault(row.at.weekday() >= 5, row.at.date())
        if self._rows == _START_ROWS:
            self._step = max(_SHORTEST_STEP, sorted(self._gaps)[len(self._gaps) // 2])
            self._limit = math.log(max(2.0, 2.0 * (_DAYS_90 / self._step) / self._target))

    def _steps(self, row: SeriesRow, residuals: tuple[float, float]) -> dict[Direction, float]:
        high, low = residuals
        down = self._bet(Direction.DOWN, low, row)
        if row.bad is None:
            return {Direction.UP: self._bet(Direction.UP, high, row), Direction.DOWN: down}
        usual = min(_RATIO_MOST, max(_RATIO_LEAST, self._ratio.around(row.at)[1]))
        worse = min(_WORSE_MOST, max(_WORSE_FACTOR * usual, usual + _WORSE_LEAST))
        good = row.count - row.bad
        nats = row.bad * math.log(worse / usual) + good * math.log((1 - worse) / (1 - usual))
        self._strays[Direction.FAILING].append(nats / self._dispersion)
        return {Direction.FAILING: nats / self._dispersion, Direction.DOWN: down}

    def _bet(self, direction: Direction, residual: float, row: SeriesRow) -> float:
        """What a bet on rare rows wins (nats)."""
        tail = self._tails[direction]
        low, high = self._usual.last_range
        usual, beside = (high, row.count - high) if direction is Direction.UP else (low, low - row.count)
        least_reach = self._usual.least_reach(usual)
        self._strays[direction].append(tail.stretch(residual, least_reach))
        won = math.log(_BET) + (_BET - 1.0) * tail.log_rarity(residual, least_reach)
        if won <= 0.0:
            return won
        worth = _WORTH if self._knows(row.at) else _WORTH_UNKNOWN[direction]
        if beside < worth * usual:
            return math.log(_BET)
        return won

    def _knows(self, at: datetime) -> bool:
        """Whether a whole day of this kind has been seen before."""
        if self._first is None or at - self._first < _DAY:
            return False
        return at.date() > self._days[at.weekday() >= 5]

    def _judge(self, row: SeriesRow, steps: dict[Direction, float]) -> Excursion | None:
        if self.open is None:
            return self._opened(row)
        self.open.height = max(self.open.height, self._height(self.open.direction))
        told = self._tell(self.open, row)
        self._calm = self._calm + 1 if steps.get(self.open.direction, 0.0) < 0.0 else 0
        moved = self._follow_shift(row, self.open.direction)
        if self._calm < _CALM_ROWS and not moved:
            return told
        self._over, self.open = self.open, None
        self._over.resolved_at = row.at
        self._rarity.learn(self._over.height, told=self._over.told)
        self._levels = dict.fromkeys(Direction, 0.0)
        return self._over if self._over.told else None

    def _tell(self, found: Excursion, row: SeriesRow) -> Excursion | None:
        """Give an excursion once it has become rare enough to be told."""
        watched = row.at - (self._first or row.at)
        if found.told or not self._rarity.is_rare(found.height, watched):
            return None
        found.told, found.detected_at, found.confirmed_at = True, row.at, row.at
        return found

    def _height(self, direction: Direction) -> float:
        strays = self._strays[direction]
        return sum(strays) / _HEIGHT_ROWS

    def _follow_shift(self, row: SeriesRow, direction: Direction) -> bool:
        """Whether the series has been away from the usual for so long that this is the usual now."""
        shift = self._shift
        if shift is None or shift.direction is not direction or row.at - shift.last > _DAY:
            shift = self._shift = _Shift(direction=direction, since=row.at, last=row.at)
        low, high = self._usual.last_range
        shift.last, shift.rows = row.at, shift.rows + 1
        shift.seen, shift.usual = shift.seen + row.count, shift.usual + (low + high) / 2
        if not shift.lasts():
            return False
        if direction is Direction.FAILING:
            self._ratio = SeriesBaseline()
        elif min(shift.seen, shift.usual) > 0.0:
            self._usual.rescale(shift.seen / shift.usual)
        else:
            self._usual, self._first = SeriesBaseline(), row.at
        self._shift = None
        return True

    def _opened(self, row: SeriesRow) -> Excursion | None:
        direction = max(self._levels, key=lambda d: self._levels[d])
        if self._levels[direction] < self._limit:
            return None
        self._calm = 0
        last = self._over
        over = last.resolved_at if last is not None and last.direction is direction else None
        if last is not None and over is not None and row.at - over <= self._step * _SAME_ROWS:
            self._rarity.unlearn(last.height, told=last.told)
            last.resolved_at, self.open = None, last
            return last if last.told else None
        failing = direction is Direction.FAILING
        expected = self._ratio.around(row.at) if failing else self._usual.last_range
        self.open = Excursion(
            direction=direction,
            started_at=self._rose[direction],
            detected_at=row.at,
            height=self._height(direction),
            usual=expected[0] if direction is Direction.DOWN else expected[1],
            seen=(row.bad or 0.0) / max(row.count, 1e-12) if failing else row.count,
        )
        return self._tell(self.open, row)

    def _learn(self, row: SeriesRow, residuals: tuple[float, float]) -> None:
        if self._rows > _START_ROWS // 2:
            high, low = residuals
            self._tails[Direction.UP].learn(high)
            self._tails[Direction.DOWN].learn(low)
        self._usual.learn(row.at, row.count)
        if row.bad is None or row.count <= 0:
            return
        if self._rows > _START_ROWS // 2:
            ratio = min(0.98, max(_RATIO_LEAST, sum(self._ratio.around(row.at)) / 2))
            expected = max(0.5, row.count * ratio)
            squared = min(_DISPERSION_CAP, (row.bad - expected) ** 2 / expected)
            pace = 1.0 / min(self._rows, _DISPERSION_ROWS)
            self._dispersion = max(1.0, self._dispersion + (squared - self._dispersion) * pace)
        self._ratio.learn(row.at, row.bad / row.count)

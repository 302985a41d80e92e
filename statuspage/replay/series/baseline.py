"""What is usual of a plain series: its mean by the clock and of late, and how far quiet rows stray."""

import math
from bisect import bisect_left, insort
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

# How many rows that hour of any day is worth against the hour of the week.
_PRIOR_ROWS = 12.0
_LATE_ROWS = 6.0  # rows that make up "of late"
_SCALE_ROWS = 500.0  # over which the overall level is averaged
_TINY = 1e-12
_MOST_RESIDUALS = 1000
# One in so many residuals belongs to the top, beyond which rarity is extrapolated.
_TOP = 20
_LEAST_REACH = 0.02  # of the usual: a series that never moved may move by so much


@dataclass(slots=True)
class SeriesBaseline:
    """A mean by hour of the week, leaning on that hour of any day, and beside it the level of late."""

    week: dict[int, tuple[float, float]] = field(default_factory=dict)  # (mean, rows)
    day: dict[int, tuple[float, float]] = field(default_factory=dict)
    late: float = 0.0
    late_rows: float = 0.0
    overall: float = 0.0
    rows: float = 0.0
    # Only whole numbers so far: one thing more or less is then the least there is.
    whole: bool = True
    last_range: tuple[float, float] = (0.0, 0.0)

    def learn(self, at: datetime, value: float) -> None:
        """Take in a quiet row."""
        self.late_rows = min(self.late_rows + 1.0, _LATE_ROWS)
        self.late += (value - self.late) / self.late_rows
        self.rows = min(self.rows + 1.0, _SCALE_ROWS)
        self.overall += (value - self.overall) / self.rows
        self.whole = self.whole and value == int(value)
        for bins, hour, most in ((self.day, at.hour, 100.0), (self.week, _of_week(at), 60.0)):
            mean, rows = bins.get(hour, (0.0, 0.0))
            rows = min(rows + 1.0, most)
            bins[hour] = (mean + (value - mean) / rows, rows)

    def forget_late(self) -> None:
        self.late_rows = 0.0

    def around(self, at: datetime) -> tuple[float, float]:
        """The lowest and the highest of what may be called usual: by the clock, and of late."""
        mean, rows = self.day.get(at.hour, (self.late, 0.0))
        own, weeks = self.week.get(_of_week(at), (mean, 0.0))
        by_clock = (own * weeks + mean * _PRIOR_ROWS) / (weeks + _PRIOR_ROWS) if rows else self.late
        late = self.late if self.late_rows else by_clock
        return min(by_clock, late), max(by_clock, late)

    def residuals(self, at: datetime, value: float) -> tuple[float, float]:
        """How far ``value`` lies above and below the usual, as shares of a scale between here and overall."""
        low, high = self.last_range = self.around(at)
        return (value - high) / self._scale(high), (low - value) / self._scale(low)

    def least_reach(self, mean: float) -> float:
        """The finest difference to make, as a share of the same scale: half of one thing, or two percent."""
        return max(_LEAST_REACH, 0.5 / self._scale(mean) if self.whole else 0.0)

    def rescale(self, factor: float) -> None:
        """Go on at another level with the same shape of day and week."""
        for bins in (self.week, self.day):
            for hour, (mean, rows) in bins.items():
                bins[hour] = (mean * factor, rows)
        self.late, self.overall = self.late * factor, self.overall * factor

    def _scale(self, mean: float) -> float:
        least = 1.0 if self.whole else _TINY
        return math.sqrt(max(mean, least, _LEAST_REACH * self.overall) * max(self.overall, least))


class ResidualTail:
    """How far quiet rows stray to one side: the last thousand of them, in order of size."""

    def __init__(self) -> None:
        self._recent: deque[float] = deque()
        self._sorted: list[float] = []

    def learn(self, residual: float) -> None:
        """Take in a quiet row's."""
        if len(self._recent) >= _MOST_RESIDUALS:
            del self._sorted[bisect_left(self._sorted, self._recent.popleft())]
        self._recent.append(residual)
        insort(self._sorted, residual)

    def log_rarity(self, residual: float, least_reach: float) -> float:
        """Logarithm of the share of quiet rows that stray as far; beyond their top an exponential goes on.

        It falls off by ``least_reach`` at the quickest, and few rows do not vouch for great rarity.
        """
        count = len(self._sorted)
        if not count:
            return 0.0
        beyond = self.stretch(residual, least_reach)
        if beyond <= 0.0:
            return math.log((count - bisect_left(self._sorted, residual) + 1) / (count + 1))
        return max(math.log((self._top + 1) / (count + 1)) - beyond, -2.0 * math.log(count + 1))

    def stretch(self, residual: float, least_reach: float) -> float:
        """How far a row strays beyond the edge of the top, in units of how far the top itself does.

        0 or less within the edge, and while too few rows are known.
        """
        count, top = len(self._sorted), self._top
        if count <= top:
            return 0.0
        edge = self._sorted[count - top - 1]
        reach = sum(self._sorted[-top:]) / top - edge
        return (residual - edge) / max(reach, least_reach)

    @property
    def _top(self) -> int:
        """How many rows make the top."""
        return max(3, len(self._sorted) // _TOP)


def _of_week(at: datetime) -> int:
    return at.weekday() * 24 + at.hour

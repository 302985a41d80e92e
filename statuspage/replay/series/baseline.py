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
_LEAST_INDEPENDENCE = 0.2


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
        self._was_high = False
        self._highs = 10.0
        # Of the highs, those that came right after another: a tenth by chance.
        self._followed = 1.0

    def learn(self, residual: float) -> None:
        """Take in a quiet row's."""
        if len(self._recent) >= _MOST_RESIDUALS:
            del self._sorted[bisect_left(self._sorted, self._recent.popleft())]
        self._recent.append(residual)
        insort(self._sorted, residual)
        high = residual > self._sorted[-1 - len(self._sorted) // 10]
        if self._was_high:
            self._highs += 1.0
            self._followed += high
        self._was_high = high

    def log_rarity(self, residual: float, least_reach: float) -> float:
        """Logarithm of the share of quiet rows that stray as far; beyond their top an exponential goes on.

        It falls off by ``least_reach`` at the quickest, and few rows do not vouch for great rarity.
        """
        count = len(self._sorted)
        if not count:
            return 0.0
        top = max(3, count // _TOP)
        edge = self._sorted[max(0, count - top - 1)]
        if residual <= edge or count <= top:
            return math.log((count - bisect_left(self._sorted, residual) + 1) / (count + 1))
        reach = sum(self._sorted[-top:]) / top - edge
        beyond = math.log((top + 1) / (count + 1)) - (residual - edge) / max(reach, least_reach)
        return max(beyond, -2.0 * math.log(count + 1))

    def independence(self) -> float:
        """One where highs come as they please, less where quiet rows already bring them in a row."""
        clinging = self._followed / self._highs
        return max(_LEAST_INDEPENDENCE, min(1.0, (1.0 - clinging) / 0.9))


def _of_week(at: datetime) -> int:
    return at.weekday() * 24 + at.hour

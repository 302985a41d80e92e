"""What a plain series is usually watched with, an exponentially weighted mean, and how to score it."""

import math
from collections.abc import Iterable

from statuspage.analysis.model import DetectorSettings
from statuspage.replay.series.watch import SeriesRow, SeriesWatch
from tests.scenarios.series import Series, Window

_CALM_ROWS = 3
WEIGHTS = (0.02, 0.1, 0.3)
THRESHOLDS = (2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 6.0, 7.0, 8.0, 10.0, 12.0, 15.0, 20.0, 30.0)


def watched(rows: Iterable[SeriesRow], settings: DetectorSettings) -> list[Window]:
    """What the watch of ``backtest --counts`` tells of a series."""
    watch, told, last = SeriesWatch(settings), {}, None
    for row in rows:
        last = row.at
        changed = watch.see(row)
        if changed is not None:
            told[id(changed)] = changed
    return [(found.detected_at, found.resolved_at or last or found.detected_at) for found in told.values()]


def ewma(rows: list[SeriesRow], *, weight: float, threshold: float) -> list[Window]:
    """Where a row lies ``threshold`` deviations from the exponentially weighted mean (Roberts 1959)."""
    mean, variance, told, since, calm = _value(rows[0]), 1e-9, [], None, 0
    for number, row in enumerate(rows):
        value = _value(row)
        beyond = number > 30 and abs(value - mean) > threshold * math.sqrt(variance + 1e-12)
        calm = 0 if beyond else calm + 1
        if beyond and since is None:
            since = row.at
        elif since is not None and calm >= _CALM_ROWS:
            told.append((since, row.at))
            since = None
        off = value - mean
        mean += weight * off
        variance = (1 - weight) * (variance + weight * off * off)
    return [*told, (since, rows[-1].at)] if since else told


def _value(row: SeriesRow) -> float:
    return row.count if row.bad is None else row.bad / max(1.0, row.count)


def scored(told: list[Window], series: Series) -> tuple[int, float]:
    """Windows found, and how many a week were told that lie in none."""
    found = sum(any(_overlap(claim, window) for claim in told) for window in series.windows)
    false = sum(not any(_overlap(claim, window) for window in series.windows) for claim in told)
    return found, false / series.weeks


def best_ewma(series: Series, most_false: float) -> int:
    """The most windows that a setting of the EWMA finds at up to ``most_false`` false ones a week."""
    best = 0
    for weight in WEIGHTS:
        for threshold in THRESHOLDS:
            found, false = scored(ewma(series.rows, weight=weight, threshold=threshold), series)
            if false <= most_false:
                best = max(best, found)
    return best


def _overlap(claim: Window, window: Window) -> bool:
    return claim[0] <= window[1] and claim[1] >= window[0]

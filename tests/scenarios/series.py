"""Plain series with known windows of trouble: mentions of a brand, and a card processor's outcomes."""

import math
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from statuspage.replay.series.watch import SeriesRow

Window = tuple[datetime, datetime]
START = datetime(2026, 3, 2, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Series:
    """Rows, and the windows in which something was the matter, with some slack around them."""

    rows: list[SeriesRow]
    windows: list[Window]

    @property
    def weeks(self) -> float:
        return (self.rows[-1].at - self.rows[0].at) / timedelta(days=7)


def mentions(seed: int, days: int = 56) -> Series:
    """Posts per five minutes that name a brand: what is passed on comes in cascades of any size."""
    dice = random.Random(seed)
    usual, spread = dice.choice([1.0, 4.0, 10.0, 20.0, 50.0, 90.0]), dice.uniform(1.5, 6.0)
    rates = _daily(dice, days, usual)
    _add_cascades(dice, rates, usual)
    windows = _add_windows(dice, rates, usual)
    rows = [
        SeriesRow(at=_slot(i), count=float(_poisson(dice, dice.gammavariate(rate / spread, spread))))
        for i, rate in enumerate(rates)
    ]
    return Series(rows=rows, windows=windows)


def _slot(index: int) -> datetime:
    return START + timedelta(minutes=5 * index)


def _daily(dice: random.Random, days: int, usual: float) -> list[float]:
    drift, rates = 0.0, []
    for i in range(288 * days):
        drift = 0.995 * drift + dice.gauss(0, 0.03)
        hour, weekend = (i / 12) % 24, (i // 288) % 7 >= 5
        day = 1 + 0.55 * math.sin((hour - 9) / 12 * math.pi)
        rates.append(usual * day * (0.7 if weekend else 1.0) * math.exp(drift))
    return rates


def _add_cascades(dice: random.Random, rates: list[float], usual: float) -> None:
    per_row, power = dice.uniform(1, 6) / 288, dice.uniform(1.1, 1.8)
    i = 0
    while (i := i + int(dice.expovariate(per_row)) + 1) < len(rates):
        _decay(rates, i, min(20 * usual, 0.8 * usual * dice.paretovariate(power)), dice.uniform(1, 8))


def _add_windows(dice: random.Random, rates: list[float], usual: float) -> list[Window]:
    windows, number = [], dice.randint(2, 5)
    for n in range(number):
        start = int(len(rates) * (0.2 + 0.75 * (n + 0.6 * dice.random()) / number))
        rows = dice.randint(12, 72)
        _decay(rates, start, usual * dice.uniform(15, 120), rows / 2)
        windows.append((_slot(start - 36), _slot(start + rows + 36)))
    return windows


def _decay(rates: list[float], start: int, height: float, rows: float) -> None:
    for i in range(start, min(len(rates), start + int(6 * rows))):
        rates[i] += height * math.exp((start - i) / rows)


def card_outcomes(seed: int, days: int = 14) -> Series:
    """Outcomes per minute of a card processor: noisy ratios, blips of minutes, and six faults."""
    dice = random.Random(seed)
    peak, usual = dice.choice([8.0, 40.0, 200.0, 900.0]), dice.choice([0.01, 0.03, 0.08])
    faults, windows = _faults(dice, 1440 * days)
    rows, pace, noise, blip = [], 0.0, 0.0, 0
    for i in range(1440 * days):
        hour = (i / 60) % 24
        pace, noise = 0.97 * pace + dice.gauss(0, 0.03), 0.95 * noise + dice.gauss(0, 0.08)
        blip = dice.randint(1, 3) if dice.random() < 3 / 1440 else max(0, blip - 1)
        rate = peak * (0.15 + 0.85 * max(0.0, math.sin((hour - 5) / 19 * math.pi))) * math.exp(pace)
        ratio = usual * math.exp(noise) * (dice.uniform(2, 6) if blip else 1.0)
        rate, ratio = faults[i](rate, ratio) if i in faults else (rate, ratio)
        rows.append(_outcomes(dice, START + timedelta(minutes=i), rate, min(0.98, ratio)))
    return Series(rows=rows, windows=windows)


def _faults(dice: random.Random, minutes: int) -> tuple[dict[int, "_Fault"], list[Window]]:
    faults: dict[int, _Fault] = {}
    windows = []
    for n in range(6):
        start, lasts = int(minutes * (0.15 + 0.8 * (n + 0.6 * dice.random()) / 6)), dice.randint(6, 60)
        fault = _Fault(
            kind=dice.choice(["bad", "bad", "fewer", "worse"]), depth=dice.choice([0.1, 0.25, 0.5, 0.95])
        )
        faults |= dict.fromkeys(range(start, start + lasts), fault)
        windows.append((START + timedelta(minutes=start - 5), START + timedelta(minutes=start + lasts + 10)))
    return faults, windows


@dataclass(frozen=True, kw_only=True)
class _Fault:
    kind: str
    depth: float

    def __call__(self, rate: float, ratio: float) -> tuple[float, float]:
        """Rate and ratio of failures under it."""
        if self.kind == "bad":
            return rate, ratio + (1 - ratio) * self.depth
        if self.kind == "fewer":
            return rate * (1 - max(0.5, self.depth)), ratio
        return rate, 4 * ratio + 0.1


def _outcomes(dice: random.Random, at: datetime, rate: float, ratio: float) -> SeriesRow:
    count = _poisson(dice, rate)
    few = count < 60
    bad = sum(dice.random() < ratio for _ in range(count)) if few else _poisson(dice, count * ratio)
    return SeriesRow(at=at, count=float(count), bad=float(min(bad, count)))


def _poisson(dice: random.Random, mean: float) -> int:
    if mean > 50:
        return max(0, round(dice.gauss(mean, math.sqrt(mean))))
    product, count, enough = dice.random(), 0, math.exp(-mean)
    while product > enough:
        product *= dice.random()
        count += 1
    return count

"""What is normal for a component: how often each tier meets which answer, and how long answers take."""

from collections.abc import Mapping, Sequence
from math import sqrt

import msgspec

from statuspage.analysis.kinds import ACCEPTED, KINDS, RISK, TIERS
from statuspage.analysis.model import BASELINE, LATENCY


class TierBaseline(msgspec.Struct):
    """Counts per kind: decayed ones of all hours, and those of each local hour."""

    counts: list[float]
    hours: dict[int, list[float]] = {}
    # The probabilities that the likelihoods rest on.
    in_use: list[float] = []


class BaselineWindow(msgspec.Struct):
    """What was counted in one window: checks per tier and kind, and the latencies of the accepted ones."""

    counts: dict[int, list[int]] = {}
    latency_ms: float = 0.0
    latencies: int = 0


class Baseline(msgspec.Struct):
    """A component's. ``tiers`` by tier index, ``latency_weight`` in checks, ``hour_latency`` by local hour.

    ``current`` is the window being counted; ``waiting`` are those before it, each with its hour, learned only
    once the next, too, was quiet: trouble begins before it shows. As long as something is under suspicion
    they go on waiting, for trouble that grows slowly must not become what is usual.
    """

    tiers: dict[int, TierBaseline] = {}
    latency_sum: float = 0.0
    latency_weight: float = 0.0
    hour_latency: dict[int, tuple[float, float]] = {}
    slow_ms: float = LATENCY.unlimited_ms
    current: BaselineWindow = msgspec.field(default_factory=BaselineWindow)
    waiting: list[tuple[BaselineWindow, int]] = []

    @classmethod
    def learned(cls, usual: Mapping[int, tuple[Sequence[float], float]]) -> "Baseline":
        """As it is after so many checks of each tier in which ``usual`` probabilities came true."""
        tiers = {}
        for tier, (rates, checks) in usual.items():
            known = TierBaseline(counts=[rate * checks for rate in rates])
            known.in_use = _estimate(known, tier, hour=0)
            tiers[tier] = known
        return cls(tiers=tiers)

    def rates(self, tier: int) -> list[float]:
        """The probabilities of each kind that are in use for ``tier``."""
        known = self.tiers.get(tier)
        if known is None:
            known = self.tiers[tier] = TierBaseline(counts=[0.0] * KINDS, in_use=_normalised(_PRIORS[tier]))
        return known.in_use

    def count(self, tier: int, kind: int, latency_ms: float | None) -> None:
        """Take one check into the current window."""
        window = self.current
        counts = window.counts.get(tier)
        if counts is None:
            counts = window.counts[tier] = [0] * KINDS
        counts[kind] += 1
        if kind == ACCEPTED and latency_ms is not None:
            window.latency_ms += latency_ms
            window.latencies += 1

    def close_window(self, hour: int, next_hour: int, *, disturbed: bool, suspicious: bool) -> bool:
        """End the current window, which lay in the local ``hour``; whether the rates in use moved.

        Of a ``disturbed`` one, and of all that wait, nothing is learned; while ``suspicious`` only what has
        waited for so long that it is usual after all.
        """
        if disturbed:
            self.waiting = []
        else:
            most = BASELINE.most_waiting if suspicious else 1
            self.waiting.append((self.current, hour))
            due, self.waiting = self.waiting[:-most], self.waiting[-most:]
            for window, its_hour in due:
                if window.counts:
                    self._learn(window, its_hour)
        self.current = BaselineWindow()
        return self._refresh(next_hour)

    def _learn(self, window: BaselineWindow, hour: int) -> None:
        keep = BASELINE.kept_per_window
        for tier in sorted(window.counts):
            self.rates(tier)
            known = self.tiers[tier]
            bins = known.hours.setdefault(hour, [0.0] * KINDS)
            for kind, count in enumerate(window.counts[tier]):
                known.counts[kind] = known.counts[kind] * keep + count
                bins[kind] = bins[kind] * keep + count
        self.latency_sum = self.latency_sum * keep + window.latency_ms
        self.latency_weight = self.latency_weight * keep + window.latencies
        before, weight = self.hour_latency.get(hour, (0.0, 0.0))
        self.hour_latency[hour] = (before * keep + window.latency_ms, weight * keep + window.latencies)

    def _refresh(self, hour: int) -> bool:
        """Bring the rates in use up to date for the local ``hour``; whether any moved enough to matter."""
        moved = False
        most = BASELINE.refresh_ratio
        for tier in sorted(self.tiers):
            known = self.tiers[tier]
            fresh = _estimate(known, tier, hour)
            if any(not 1 / most < new / old < most for new, old in zip(fresh, known.in_use, strict=True)):
                known.in_use = fresh
                moved = True
        self.slow_ms = self._slow_limit(hour)
        return moved

    def _slow_limit(self, hour: int) -> float:
        if self.latency_weight < BASELINE.least_latencies:
            return LATENCY.unlimited_ms
        mean, prior = self.latency_sum / self.latency_weight, BASELINE.hour_prior_latencies
        total, weight = self.hour_latency.get(hour, (0.0, 0.0))
        usual = (total + mean * prior) / (weight + prior)
        return max(LATENCY.floor_ms, usual * LATENCY.slow_factor)


def _prior(tier: int) -> list[float]:
    """The belief about each kind before anything was seen."""
    rates = [BASELINE.prior.get(kind, 0.0) for kind in range(KINDS)]
    rates[RISK] = BASELINE.prior_risk[tier]
    rates[ACCEPTED] = 1.0 - sum(rates)
    return rates


_PRIORS = tuple(_prior(tier) for tier in range(len(TIERS)))
_FLOORS = tuple(BASELINE.floor.get(kind, BASELINE.other_floor) for kind in range(KINDS))


def _estimate(known: TierBaseline, tier: int, hour: int) -> list[float]:
    """The rates of all hours, leaning on the prior, and of this hour, leaning on those."""
    total = sum(known.counts)
    weight = BASELINE.prior_checks
    # One standard error is added: what is not yet known well must not make a coincidence look like a wave.
    overall = [
        (n + sqrt(n) + weight * p) / (total + weight)
        for n, p in zip(known.counts, _PRIORS[tier], strict=True)
    ]
    bins = known.hours.get(hour)
    if bins is None:
        return _normalised(overall)
    seen, weight = sum(bins), BASELINE.hour_prior_checks
    return _normalised([(bins[k] + weight * overall[k]) / (seen + weight) for k in range(KINDS)])


def _normalised(rates: list[float]) -> list[float]:
    raised = [max(rate, floor) for rate, floor in zip(rates, _FLOORS, strict=True)]
    raised[ACCEPTED] = max(BASELINE.least_accepted, 1.0 - (sum(raised) - raised[ACCEPTED]))
    whole = sum(raised)
    return [rate / whole for rate in raised]

"""What is normal for a component: how often each tier meets which answer, and how long answers take."""

from math import sqrt

import msgspec

from statuspage.analysis.kinds import ACCEPTED, AMBIGUOUS, KINDS, MAINTENANCE, PAYER, POLICY, RISK, SLOW
from statuspage.analysis.settings import DetectorSettings

# The belief about each kind before anything was seen: cautious, so that a noisy newcomer is quiet.
_PRIOR_TECHNICAL = 0.005  # for each of spoken, bare and silent
_PRIOR_RISK = (0.003, 0.02, 0.09)
_FLOORS = [3e-4] * KINDS
_FLOORS[SLOW] = 0.015
_FLOORS[RISK] = 1e-3
_FLOORS[POLICY] = 1e-4
_FLOORS[MAINTENANCE] = 2e-4
_FLOORS[AMBIGUOUS] = 1e-3
_FLOORS[PAYER] = 1e-3
_REFRESH_RATIO = 1.2  # rates in use follow the learned ones only when they moved by this much


def _prior(tier: int) -> list[float]:
    rates = [_PRIOR_TECHNICAL] * KINDS
    rates[SLOW] = 0.02
    rates[RISK] = _PRIOR_RISK[tier]
    rates[POLICY] = 2e-4
    rates[MAINTENANCE] = 3e-4
    rates[AMBIGUOUS] = 0.002
    rates[PAYER] = 0.002
    rates[ACCEPTED] = 1.0 - sum(rates) + rates[ACCEPTED]
    return rates


class TierBaseline(msgspec.Struct):
    """Counts per kind: decayed ones of all hours, and those of each local hour."""

    counts: list[float]
    hours: dict[int, list[float]] = {}
    in_use: list[float] = []  # the rates that the likelihoods rest on


class Baseline(msgspec.Struct):
    """A component's. ``tiers`` by tier index; latency in milliseconds, ``latency_weight`` in checks."""

    tiers: dict[int, TierBaseline] = {}
    latency_sum: float = 0.0
    latency_weight: float = 0.0
    hour_latency: dict[int, tuple[float, float]] = {}
    slow_ms: float = 1e12

    def rates(self, tier: int) -> list[float]:
        """The probabilities of each kind that are in use for ``tier``."""
        kept = self.tiers.get(tier)
        if kept is None:
            kept = self.tiers[tier] = TierBaseline(counts=[0.0] * KINDS, in_use=_normalised(_prior(tier)))
        return kept.in_use

    def learn(
        self, window: dict[int, list[int]], latency: tuple[float, int], hour: int, s: DetectorSettings
    ) -> None:
        """Take in a window in which nothing was wrong: counts per tier and kind, and (sum of ms, checks)."""
        keep = 0.5 ** (s.baseline_window_seconds / (s.baseline_half_life_days * 86400.0))
        for tier in sorted(window):
            self.rates(tier)
            kept = self.tiers[tier]
            bins = kept.hours.setdefault(hour, [0.0] * KINDS)
            for kind, count in enumerate(window[tier]):
                kept.counts[kind] = kept.counts[kind] * keep + count
                bins[kind] = bins[kind] * keep + count
        total, checks = latency
        self.latency_sum = self.latency_sum * keep + total
        self.latency_weight = self.latency_weight * keep + checks
        before, weight = self.hour_latency.get(hour, (0.0, 0.0))
        self.hour_latency[hour] = (before * keep + total, weight * keep + checks)

    def refresh(self, hour: int, s: DetectorSettings) -> bool:
        """Bring the rates in use up to date for the local ``hour``; whether any moved enough to matter."""
        moved = False
        for tier in sorted(self.tiers):
            kept = self.tiers[tier]
            fresh = _estimate(kept, tier, hour, s)
            if any(
                not 1 / _REFRESH_RATIO < new / old < _REFRESH_RATIO
                for new, old in zip(fresh, kept.in_use, strict=True)
            ):
                kept.in_use = fresh
                moved = True
        self.slow_ms = self._slow_limit(hour, s)
        return moved

    def _slow_limit(self, hour: int, s: DetectorSettings) -> float:
        if self.latency_weight < 30:
            return 1e12
        mean = self.latency_sum / self.latency_weight
        total, weight = self.hour_latency.get(hour, (0.0, 0.0))
        usual = (total + mean * 200.0) / (weight + 200.0)
        return max(s.slow_floor_ms, usual * s.slow_factor)


def _estimate(kept: TierBaseline, tier: int, hour: int, s: DetectorSettings) -> list[float]:
    total = sum(kept.counts)
    prior = _prior(tier)
    weight = s.baseline_prior_checks
    # One standard error is added: what is not yet known well must not make a coincidence look like a wave.
    overall = [(n + sqrt(n) + weight * p) / (total + weight) for n, p in zip(kept.counts, prior, strict=True)]
    bins = kept.hours.get(hour)
    if bins is None:
        return _normalised(overall)
    seen, weight = sum(bins), s.hour_prior_checks
    return _normalised([(bins[k] + weight * overall[k]) / (seen + weight) for k in range(KINDS)])


def _normalised(rates: list[float]) -> list[float]:
    raised = [max(rate, floor) for rate, floor in zip(rates, _FLOORS, strict=True)]
    raised[ACCEPTED] = max(0.05, 1.0 - (sum(raised) - raised[ACCEPTED]))
    whole = sum(raised)
    return [rate / whole for rate in raised]

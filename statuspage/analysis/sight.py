"""When somebody last saw how a component fares: an answer that may be our own fault says nothing of it."""

import msgspec

from probes.vocabulary.exclusions import Exclusion
from probes.vocabulary.observations import WatchedCatalog
from statuspage.analysis.instrument import Instrument
from statuspage.analysis.kinds import TROUBLED
from statuspage.analysis.model import TICKS


class SightMemory(msgspec.Struct, array_like=True):
    """By vantage, when a component last answered there and when it last failed, in epoch seconds.

    ``reasons`` counts why the checks since the last sight said nothing.
    """

    answered: dict[str, float] = {}
    failed: dict[str, float] = {}
    reasons: dict[Exclusion, int] = {}

    def note(self, vantage: str, kind: int, at: float) -> None:
        """Take note of a check that says something, as long as its vantage is not cut off."""
        if kind in TROUBLED:
            self.failed[vantage] = at
        else:
            self.answered[vantage] = at
        if self.reasons:
            self.reasons = {}

    def note_nothing(self, reason: Exclusion) -> None:
        """Take note of a check that says nothing."""
        self.reasons[reason] = self.reasons.get(reason, 0) + 1

    def main_reason(self) -> Exclusion | None:
        """Why most of the checks since the last sight said nothing; None where there were none."""
        return max(self.reasons, key=lambda reason: (self.reasons[reason], reason), default=None)


class Sights:
    """Of all components. ``memories``, by component, are part of the detector's state."""

    def __init__(
        self,
        memories: dict[str, SightMemory],
        catalog: WatchedCatalog,
        instrument: Instrument,
        tick_seconds: float,
    ) -> None:
        self.memories, self.instrument = memories, instrument
        self._intervals = _intervals(catalog)
        self._watched = frozenset(probe.component for probe in catalog.probes)
        self._least_patience = TICKS.blind_ticks * tick_seconds
        for slug in self._intervals:
            memories.setdefault(slug, SightMemory())

    def longest_interval(self, slug: str) -> float:
        """Seconds between the checks of a component's least frequent probe."""
        return max(self._intervals[slug])

    def is_fresh(self, slug: str, now: float) -> bool:
        """Whether a component was seen lately.

        It is blind after four rounds without sight; where checks come and say nothing, as soon as each probe
        was asked once and two checks said nothing; and at once where no probe is left.
        """
        if slug not in self._watched:
            return False
        memory, intervals = self.memories[slug], self._intervals[slug]
        unseen = now - _last_sight(memory, self.instrument.lost)
        useless = sum(memory.reasons.values()) >= TICKS.useless_checks
        rounds = TICKS.useless_rounds * max(intervals) if useless else TICKS.blind_rounds * min(intervals)
        patience = min(rounds, TICKS.blind_rounds * min(intervals))
        return unseen <= max(patience, self._least_patience)

    def blind(self, now: float) -> tuple[str, ...]:
        """The components that nobody sees."""
        return tuple(slug for slug in self._intervals if not self.is_fresh(slug, now))

    def reasons(self, now: float) -> dict[str, Exclusion]:
        """Why checks of blind components said nothing, for those that were checked at all."""
        known = {slug: self.memories[slug].main_reason() for slug in self.blind(now)}
        return {slug: reason for slug, reason in known.items() if reason is not None}


def _last_sight(memory: SightMemory, lost: frozenset[str]) -> float:
    """When a component was last seen, in epoch seconds; failures from ``lost`` vantages are no sight."""
    failed = (at for vantage, at in memory.failed.items() if vantage not in lost)
    return max(max(memory.answered.values(), default=0.0), max(failed, default=0.0))


def _intervals(catalog: WatchedCatalog) -> dict[str, list[float]]:
    """Seconds between the checks of each probe, by component, in order of their slugs."""
    intervals: dict[str, list[float]] = {
        slug: [] for slug in sorted(component.slug for component in catalog.components)
    }
    for probe in catalog.probes:
        if probe.component in intervals:
            intervals[probe.component].append(probe.interval_s)
    return {slug: known or [TICKS.default_interval_seconds] for slug, known in intervals.items()}

"""All watched components side by side: what each believes now."""

import math
from collections.abc import Iterable

from probes.vocabulary.causes import Cause
from probes.vocabulary.observations import WatchedCatalog
from statuspage.analysis.announced import Calendar
from statuspage.analysis.filter import Admissible, Belief, ComponentFilter, FilterMemory
from statuspage.analysis.incident import DetectedIncident
from statuspage.analysis.instrument import Instrument
from statuspage.analysis.model import DAY_SECONDS, FILTER, RECOVERY, TICKS, DetectorSettings

_Basis = tuple[int, dict[Cause, float], frozenset[str], frozenset[str]]


class Panel:
    """The filters by component, with what they need to know of windows and of the instrument."""

    def __init__(
        self,
        catalog: WatchedCatalog,
        settings: DetectorSettings,
        memories: dict[str, FilterMemory],
        *,
        calendar: Calendar,
        instrument: Instrument,
    ) -> None:
        self.calendar, self.instrument, self.tick_seconds = calendar, instrument, settings.tick_seconds
        self.filters = {
            component.slug: _filter(component.slug, catalog, settings, memories)
            for component in sorted(catalog.components, key=lambda component: component.slug)
        }
        self.intervals = _shortest_intervals(catalog)
        # The last beliefs, good while what they rest on stays the same.
        self._beliefs: dict[str, tuple[_Basis, Belief]] = {}

    def worth_a_look(self, slug: str) -> bool:
        """Whether evidence and the most that others may lend suffice for a suspicion."""
        component = self.filters[slug]
        return component.top + FILTER.outside_help_nats >= component.thresholds.suspect_nats

    def belief(self, slug: str, help_nats: dict[Cause, float], now: float) -> Belief:
        """What a component makes of its checks, and of what others lend to each cause."""
        component, instrument = self.filters[slug], self.instrument
        # What may be held while a window is announced depends on the time.
        if self.calendar.windows:
            return component.belief(help_nats, self._admissible(slug, now))
        basis = (component.version, help_nats, instrument.suspect_vantages, instrument.suspects_at(slug))
        known = self._beliefs.get(slug)
        if known is None or known[0] != basis:
            belief = component.belief(help_nats, self._admissible(slug, now))
            known = self._beliefs[slug] = (basis, belief)
        return known[1]

    def health(self, incident: DetectedIncident, now: float) -> dict[str, float]:
        """Evidence of recovery of each failing component that is watched, in nats.

        It is how far the component has come down from its worst, what the others lend (what failed together
        mostly recovers together), and what it means that nobody looked for a while.
        """
        declines = {
            slug: incident.decline(
                slug, self.filters[slug].level(incident.cause, self._admissible(slug, now))
            )
            for slug in incident.failing()
            if slug in self.filters
        }
        # Those that are well again lend as much as they may.
        well = sum(c.told_until > 0.0 and not c.failing for c in incident.components.values())
        return {
            slug: nats
            + RECOVERY.others_share
            * (well * nats + sum(min(n, nats) for other, n in declines.items() if other != slug))
            + self._unseen_nats(slug)
            for slug, nats in declines.items()
        }

    def _unseen_nats(self, slug: str) -> float:
        """What the longest time without a look lends to recovery, until something fails again."""
        looks = self.filters[slug].memory.blind_seconds / RECOVERY.look_seconds
        return min(RECOVERY.unseen_nats, math.log(looks)) if looks > 1.0 else 0.0

    def close_window(self, hour: int, next_hour: int, *, disturbed: Iterable[str]) -> None:
        """End a baseline window; nothing is learned of ``disturbed`` components."""
        avoided = set(disturbed)
        for slug, component in self.filters.items():
            component.close_window(hour, next_hour, learn=slug not in avoided)

    def forget_frozen(self) -> None:
        """Forget the trouble of components that best fits an account just found frozen there alone."""
        for slug, persona in self.instrument.newly_frozen:
            if slug in self.filters and self.filters[slug].best_fits_frozen(persona):
                self.filters[slug].reset()

    def _admissible(self, slug: str, now: float) -> Admissible:
        return Admissible(
            calendar=self.calendar,
            suspect_vantages=self.instrument.suspect_vantages,
            suspect_personas=self.instrument.suspects_at(slug),
            now=now,
        )


def _filter(
    slug: str, catalog: WatchedCatalog, settings: DetectorSettings, memories: dict[str, FilterMemory]
) -> ComponentFilter:
    probes = [probe for probe in catalog.probes if probe.component == slug]
    return ComponentFilter(
        slug,
        memories.setdefault(slug, FilterMemory()),
        settings.thresholds(slug, sum(DAY_SECONDS / probe.interval_s for probe in probes)),
        vantages=tuple(sorted({probe.vantage for probe in probes})),
        personas=tuple(sorted({probe.persona or "" for probe in probes})),
    )


def _shortest_intervals(catalog: WatchedCatalog) -> dict[str, float]:
    """Seconds between a component's checks, of its most frequent probe."""
    intervals: dict[str, float] = {}
    for probe in catalog.probes:
        if probe.component is not None:
            known = intervals.get(probe.component, probe.interval_s)
            intervals[probe.component] = min(known, probe.interval_s)
    return {c.slug: intervals.get(c.slug, TICKS.default_interval_seconds) for c in catalog.components}

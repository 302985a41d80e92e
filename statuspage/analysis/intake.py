"""Takes in what was seen since the last tick: puts it in order, reads it and hands it to whom it concerns."""

from probes.vocabulary.observations import WatchedCatalog, WatchedProbe
from statuspage.analysis.announced import Calendar
from statuspage.analysis.filter import ComponentFilter
from statuspage.analysis.instrument import Instrument
from statuspage.analysis.kinds import IGNORED, SELF_MADE, SLOW, TIER_INDEX, TROUBLED, Seen, kind_of
from statuspage.analysis.model import LATENCY
from statuspage.analysis.values import DetectorInput, Heard, Observed
from statuspage.analysis.waves import Waves


class Intake:
    """Holds what waits for its tick. ``pending`` is part of the detector's state."""

    def __init__(
        self,
        pending: list[DetectorInput],
        tick_seconds: float,
        catalog: WatchedCatalog,
        *,
        filters: dict[str, ComponentFilter],
        instrument: Instrument,
        waves: Waves,
        calendar: Calendar,
    ) -> None:
        self.pending, self.tick_seconds = pending, tick_seconds
        self.filters, self.instrument, self.waves, self.calendar = filters, instrument, waves, calendar
        self._probes = {probe.slug: probe for probe in catalog.probes}
        tiers = {persona.slug: TIER_INDEX[persona.risk_tier] for persona in catalog.personas}
        self._tiers = {probe.slug: tiers.get(probe.persona or "", 0) for probe in catalog.probes}

    def tick_of(self, item: DetectorInput) -> int:
        """Index of the tick at or after ``item``."""
        return int(-(-item.at.timestamp() // self.tick_seconds))

    def take(self, tick: int, hour: int) -> set[str]:
        """Take in what is due by ``tick``, in an order that does not depend on how it arrived.

        Gives the components that were checked.
        """
        due = self._due(tick)
        if len(due) > 1:
            due.sort(key=_order)
        checked: set[str] = set()
        for item in due:
            if isinstance(item, Observed):
                component = self._observe(item)
                if component is not None:
                    checked.add(component)
            elif isinstance(item, Heard):
                self.waves.hear(item, item.at.timestamp(), hour)
            else:
                self.calendar.announce(item)
        for slug in checked:
            self.filters[slug].end_moment()
        return checked

    def _due(self, tick: int) -> list[DetectorInput]:
        """Remove what waits for this tick; mostly that is all there is."""
        waiting = self.pending
        if not waiting:
            return []
        if self.tick_of(waiting[-1]) <= tick:
            due = waiting.copy()
        else:
            due = [item for item in waiting if self.tick_of(item) <= tick]
        del waiting[: len(due)]
        return due

    def _observe(self, item: Observed) -> str | None:
        """Take in one check; gives the component that it says something about."""
        probe = self._probes.get(item.check.probe)
        if probe is None:
            return None
        if probe.component is None:
            kind = kind_of(item, LATENCY.unlimited_ms)
            if kind != IGNORED:
                self.instrument.take_control(probe.vantage, kind, item.check.latency_ms)
            return None
        component = self.filters.get(probe.component)
        if component is None:
            return None
        seen = self._read(item, probe, probe.component, component.slow_ms)
        component.note_check(seen.at)
        if self.instrument.misconfigured(probe.slug, seen.kind) or seen.kind == IGNORED:
            return None
        self.instrument.take_component(seen.vantage, seen.persona, seen.kind)
        # A vantage that is cut off says nothing of what it asks.
        if seen.vantage in self.instrument.lost and seen.kind in TROUBLED:
            return None
        component.take(seen, self.instrument.doubt(seen.vantage) if seen.kind in SELF_MADE else 0.0)
        return seen.component

    def _read(self, item: Observed, probe: WatchedProbe, component: str, slow_ms: float) -> Seen:
        kind = kind_of(item, slow_ms)
        # Or only as late as all answers from there.
        if kind == SLOW:
            kind = kind_of(item, slow_ms * self.instrument.slowdown(probe.vantage))
        return Seen(
            component=component,
            persona=probe.persona or "",
            vantage=probe.vantage,
            tier=self._tiers[probe.slug],
            kind=kind,
            at=item.check.at.timestamp(),
            latency_ms=item.check.latency_ms,
            observed=item,
        )


def _order(item: DetectorInput) -> tuple[float, int, str, str, float]:
    at = item.at.timestamp()
    if isinstance(item, Observed):
        return at, 1, item.check.probe, item.outcome, item.check.latency_ms or 0.0
    if isinstance(item, Heard):
        return at, 2, item.report.author, item.report.text, 0.0
    return at, 0, item.slug, str(item.ends_at), 0.0

"""Takes in what was seen since the last tick: puts it in order, reads it and hands it to whom it concerns."""

from probes.vocabulary.observations import WatchedCatalog
from statuspage.analysis.announced import Calendar
from statuspage.analysis.filter import ComponentFilter
from statuspage.analysis.instrument import Instrument
from statuspage.analysis.kinds import IGNORED, SELF_MADE, SLOW, TIER_INDEX, TROUBLED, Seen, Viewpoint, kind_of
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
        self._views = _viewpoints(catalog)

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
        check, instrument = item.check, self.instrument
        view = self._views.get(check.probe)
        if view is None:
            return None
        if view.component is None:
            kind = kind_of(item, LATENCY.unlimited_ms)
            if kind != IGNORED:
                instrument.take_control(view.vantage, kind, check.latency_ms)
            return None
        component = self.filters[view.component]
        kind = kind_of(item, component.slow_ms)
        # Or only as late as all answers from there.
        if kind == SLOW:
            kind = kind_of(item, component.slow_ms * instrument.slowdown(view.vantage))
        at = check.at.timestamp()
        component.note_check(at)
        if instrument.misconfigured(check.probe, kind) or kind == IGNORED:
            return None
        instrument.take_component(view.vantage, view.persona, kind)
        # A vantage that is cut off says nothing of what it asks.
        if view.vantage in instrument.lost and kind in TROUBLED:
            return None
        doubt = instrument.doubt(view.vantage) if kind in SELF_MADE else 0.0
        component.take(Seen(view=view, kind=kind, at=at, observed=item), doubt)
        return view.component


def _viewpoints(catalog: WatchedCatalog) -> dict[str, Viewpoint]:
    """By probe; one of a component that is not in the catalog sees nothing."""
    tiers = {persona.slug: TIER_INDEX[persona.risk_tier] for persona in catalog.personas}
    watched = {None, *(component.slug for component in catalog.components)}
    return {
        probe.slug: Viewpoint(
            component=probe.component,
            persona=probe.persona or "",
            vantage=probe.vantage,
            tier=tiers.get(probe.persona or "", 0),
        )
        for probe in catalog.probes
        if probe.component in watched
    }


def _order(item: DetectorInput) -> tuple[float, int, str, str, float]:
    if isinstance(item, Observed):
        check = item.check
        return check.at.timestamp(), 1, check.probe, item.outcome, check.latency_ms or 0.0
    at = item.at.timestamp()
    if isinstance(item, Heard):
        return at, 2, item.report.author, item.report.text, 0.0
    return at, 0, item.slug, str(item.ends_at), 0.0

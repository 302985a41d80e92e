"""Takes in what was seen since the last tick: puts it in order, reads it and hands it to whom it concerns."""

from dataclasses import dataclass

from probes.vocabulary.exclusions import Exclusion
from probes.vocabulary.observations import OutsideSignal, WatchedCatalog
from statuspage.analysis.announced import Calendar
from statuspage.analysis.filter import ComponentFilter
from statuspage.analysis.instrument import Instrument
from statuspage.analysis.kinds import (
    ACCEPTED,
    AMBIGUOUS,
    BARE,
    IGNORED,
    OF_ACCOUNT,
    SELF_MADE,
    SLOW,
    SPOKEN,
    TIER_INDEX,
    TROUBLED,
    WRONG_REQUEST,
    Seen,
    Viewpoint,
    is_success,
    kind_of,
    technical_kind,
)
from statuspage.analysis.model import LATENCY, REFUSALS
from statuspage.analysis.outside import Outside
from statuspage.analysis.probe_memory import ProbeMemory
from statuspage.analysis.refusals import RefusalMemory, Refusals
from statuspage.analysis.sight import SightMemory, Sights
from statuspage.analysis.values import DetectorInput, Heard, Observed, Unheard
from statuspage.analysis.waves import Waves

_SUCCESSES = frozenset({ACCEPTED, SLOW})


@dataclass(frozen=True, slots=True)
class _Lookout:
    """One probe that looks at a component, with all that its checks move."""

    view: Viewpoint
    slug: str
    component: ComponentFilter
    memory: ProbeMemory
    sight: SightMemory
    refusals: Refusals


class Intake:
    """Holds what waits for its tick. ``pending`` and ``refusals`` are part of the detector's state."""

    def __init__(
        self,
        pending: list[DetectorInput],
        refusals: dict[str, RefusalMemory],
        tick_seconds: float,
        catalog: WatchedCatalog,
        *,
        filters: dict[str, ComponentFilter],
        instrument: Instrument,
        sights: Sights,
        waves: Waves,
        calendar: Calendar,
        outside: Outside,
    ) -> None:
        self.pending, self.tick_seconds = pending, tick_seconds
        self.filters, self.instrument = filters, instrument
        self.waves, self.calendar, self.outside = waves, calendar, outside
        views = _viewpoints(catalog)
        self._controls = {probe: view.vantage for probe, view in views.items() if view.component is None}
        self._refusals = {
            slug: Refusals(
                refusals.setdefault(slug, RefusalMemory()),
                {probe: view for probe, view in views.items() if view.component == slug},
                REFUSALS.window_seconds(sights.longest_interval(slug)),
            )
            for slug in filters
        }
        self._lookouts = {
            probe: _Lookout(
                view=view,
                slug=view.component,
                component=filters[view.component],
                memory=instrument.memory.probes[probe],
                sight=sights.memories[view.component],
                refusals=self._refusals[view.component],
            )
            for probe, view in views.items()
            if view.component is not None
        }

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
            elif isinstance(item, Unheard):
                self.waves.unhear(item.heard, item.at.timestamp(), hour)
            elif isinstance(item, OutsideSignal):
                self.outside.hear(item)
            else:
                self.calendar.announce(item)
        for slug in checked:
            self.filters[slug].end_moment()
        for refusals in self._refusals.values():
            if refusals.memory.held:
                self._let_go(refusals, tick * self.tick_seconds)
        return checked

    def is_waiting(self) -> bool:
        """Whether the next tick has something to take in, or refusals to let go when their time is up."""
        return bool(self.pending) or any(refusals.memory.held for refusals in self._refusals.values())

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
        lookout = self._lookouts.get(check.probe)
        if lookout is None:
            self._observe_control(item)
            return None
        component, memory, view = lookout.component, lookout.memory, lookout.view
        kind = kind_of(item, component.slow_ms)
        at = check.at.timestamp()
        # Almost every check.
        if kind == ACCEPTED and memory.accept(check):
            if not instrument.calm or lookout.slug in instrument.memory.runs:
                instrument.take_component(view, kind, check)
            self._take(item, lookout, kind, at)
            return lookout.slug
        kind = self._looked_at(item, kind, lookout)
        if kind == IGNORED:
            return None
        if kind == WRONG_REQUEST and memory.proven and view.vantage in instrument.lost:
            self._blame_vantage(item, lookout)
            return None
        reason = memory.take(kind, at)
        if reason is None and kind == WRONG_REQUEST:
            return self._refuse(item, lookout, at)
        if reason is None:
            instrument.take_component(view, kind, check)
        else:
            instrument.exclude(check, reason)
        # A vantage that is cut off and an account that is frozen say nothing of what they ask.
        if kind in TROUBLED and view.vantage in instrument.lost:
            reason = Exclusion.VANTAGE_LOST
        elif kind in OF_ACCOUNT and instrument.leaves_out(view):
            reason = Exclusion.PERSONA_FROZEN
        if reason is not None:
            lookout.sight.note_nothing(reason)
            return None
        self._take(item, lookout, kind, at)
        return lookout.slug

    def _observe_control(self, item: Observed) -> None:
        vantage = self._controls.get(item.check.probe)
        kind = kind_of(item, LATENCY.unlimited_ms)
        if vantage is not None and kind >= ACCEPTED:
            self.instrument.take_control(vantage, kind, item.check.latency_ms)

    def _looked_at(self, item: Observed, kind: int, lookout: _Lookout) -> int:
        """The kind of a component's check by what is usual for its probe and its vantage."""
        component, memory = lookout.component, lookout.memory
        # Or only as late as all answers from there.
        if kind == SLOW:
            kind = kind_of(item, component.slow_ms * self.instrument.slowdown(lookout.view.vantage))
        if kind in _SUCCESSES and memory.form.odd(item.check, calm=component.quiet):
            return BARE
        if kind == AMBIGUOUS and is_success(item.check):
            return SPOKEN if memory.unknown_code(item.check, calm=component.quiet) else kind
        return kind

    def _refuse(self, item: Observed, lookout: _Lookout, at: float) -> str | None:
        """Take in a refusal that may be their fault or ours."""
        self.instrument.take_component(lookout.view, BARE, None)
        refusals = lookout.refusals
        refusals.hold(item, at)
        self._let_go(refusals, at)
        if not refusals.hit_everybody(self._working(refusals), self.instrument.lost):
            lookout.sight.note_nothing(Exclusion.MISCONFIGURED)
            return None
        self._believe(refusals.release())
        return lookout.slug

    def _blame_vantage(self, item: Observed, lookout: _Lookout) -> None:
        """Take in a refusal from where everything is refused: it is no fault of its probe."""
        self.instrument.take_component(lookout.view, BARE, item.check)
        lookout.memory.acquit()
        lookout.sight.note_nothing(Exclusion.VANTAGE_LOST)

    def _believe(self, refused: list[Observed]) -> None:
        """Take refusals for technical failures of their component, each in its own moment."""
        moment = -1
        for item in refused:
            lookout, tick = self._lookouts[item.check.probe], self.tick_of(item)
            if tick != moment:
                lookout.component.end_moment()
            moment = tick
            lookout.memory.acquit()
            self.instrument.doubt_check(lookout.view.vantage, item.check)
            self._take(item, lookout, technical_kind(item.check), item.check.at.timestamp())

    def _take(self, item: Observed, lookout: _Lookout, kind: int, at: float) -> None:
        """Hand a check that says something to its component."""
        view, refusals = lookout.view, lookout.refusals
        if refusals.memory.answers and kind not in TROUBLED:
            refusals.note_answer(item.check.probe, at)
            self._let_go(refusals, at)
        doubt = self.instrument.doubt(view.vantage) if kind in SELF_MADE else 0.0
        lookout.sight.note(view.vantage, kind, at)
        lookout.component.take(Seen(view=view, kind=kind, at=at, observed=item), doubt)

    def _let_go(self, refusals: Refusals, at: float) -> None:
        """Exclude refusals of which it never showed that they were theirs."""
        for old in refusals.expired(at):
            lost = refusals.views[old.check.probe].vantage in self.instrument.lost
            self.instrument.exclude(old.check, Exclusion.VANTAGE_LOST if lost else Exclusion.MISCONFIGURED)

    def _working(self, refusals: Refusals) -> list[str]:
        """The probes of a component that were answered for some time."""
        memories = self.instrument.memory.probes
        return [p for p in refusals.views if memories[p].proven and not memories[p].misconfigured]


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
    if isinstance(item, Unheard):
        return at, 3, item.heard.report.author, item.heard.report.text, 0.0
    if isinstance(item, OutsideSignal):
        return at, 4, item.key, str(item.until), float(item.ended)
    return at, 0, item.slug, str(item.ends_at), 0.0

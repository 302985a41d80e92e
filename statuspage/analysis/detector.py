"""The detector: consumes observations in order of time and concludes tick by tick."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from probes.vocabulary.causes import Cause
from probes.vocabulary.observations import WatchedCatalog, WatchedProbe
from statuspage.analysis.announced import Calendar
from statuspage.analysis.baseline import Baseline
from statuspage.analysis.component import Belief, ComponentFilter, ComponentState
from statuspage.analysis.evidence import moment, verdict_of
from statuspage.analysis.hypotheses import Form, Hypothesis
from statuspage.analysis.instrument import Instrument
from statuspage.analysis.kinds import ACCEPTED, IGNORED, KINDS, SELF_MADE, SLOW, TIER_INDEX, TROUBLED, kind_of
from statuspage.analysis.settings import DetectorSettings
from statuspage.analysis.state import StateError as StateError
from statuspage.analysis.state import load, pack, unpack
from statuspage.analysis.stories import Sight, Stories
from statuspage.analysis.story import Story
from statuspage.analysis.suspicions import Suspicions
from statuspage.analysis.values import Conditions, Evidential, Heard, Observed, Step, Verdict
from statuspage.analysis.voices import Voices

_REFRESH_SECONDS = 60.0
_Basis = tuple[int, dict[Cause, float], tuple[frozenset[str], frozenset[str]]]
_TICKS_PER_LISTENING = 3  # posts arrive by the minute; they need no look every few seconds


class Detector:
    """Deterministic: the same observations give the same verdicts, however the calls are cut."""

    def __init__(
        self, catalog: WatchedCatalog, settings: DetectorSettings, state: bytes | None = None
    ) -> None:
        self.catalog, self.settings = catalog, settings
        self._state = load(state)
        self._regrid(settings.tick_seconds)
        self._zone = ZoneInfo(catalog.timezone)
        self._probes = {probe.slug: probe for probe in catalog.probes}
        tiers = {persona.slug: TIER_INDEX[persona.risk_tier] for persona in catalog.personas}
        self._tier_of = {p.slug: tiers.get(p.persona or "", 0) for p in catalog.probes}
        self._pending: list[Evidential] = [unpack(raw) for raw in self._state.pending]
        self._filters = self._make_filters()
        self._slugs = sorted(self._filters)
        self._hours: dict[int, int] = {}
        self._intervals = self._find_intervals()
        self._seen: dict[str, tuple[_Basis, Sight]] = {}  # last sights, good while their basis holds
        watched = [p for p in catalog.probes if p.component is not None]
        controls = [p for p in catalog.probes if p.component is None]
        self._instrument = Instrument(
            self._state.instrument,
            settings,
            vantages={p.vantage for p in catalog.probes},
            with_controls={p.vantage for p in controls},
            personas={p.persona or "" for p in watched},
        )
        self._voices = Voices(self._state.voices, settings)
        self._calendar = Calendar(self._state.windows, settings)
        self._stories = Stories(self._state.stories, settings, self._calendar, len(catalog.components))
        self._suspicions = Suspicions(catalog, settings, self._voices, self._stories, self._calendar)
        self._suspicions.explained_until = self._state.explained_until
        self._suspicions.heard_until = self._state.heard_until

    def advance(self, evidence: Iterable[Evidential], until: datetime) -> Step:
        """Consume what was seen up to ``until`` (aware UTC), ordered by ``at``, and say what changed."""
        verdicts: list[Verdict] = []
        state, seconds = self._state, self.settings.tick_seconds
        for item in evidence:
            before = _index(item.at.timestamp(), seconds) - 1
            if state.tick < 0:
                state.tick = before
            if state.tick < before:
                self._run(before, verdicts)
            self._pending.append(item)
        self._run(int(until.timestamp() // seconds), verdicts)
        return Step(at=until, verdicts=tuple(verdicts), conditions=self._conditions(until))

    def dump(self) -> bytes:
        """The state, from which ``Detector(catalog, settings, state)`` goes on exactly."""
        for component in self._filters.values():
            component.save()
        self._state.pending = [pack(item) for item in self._pending]
        self._state.explained_until = self._suspicions.explained_until
        self._state.heard_until = self._suspicions.heard_until
        return msgspec.msgpack.encode(self._state)

    # ticks

    def _regrid(self, seconds: float) -> None:
        """Go on, from a state of another grid, at the tick that is not after the last one done."""
        state = self._state
        if state.tick >= 0 and state.tick_seconds != seconds:
            state.tick = int(state.tick * state.tick_seconds // seconds)
        state.tick_seconds = seconds

    def _run(self, last: int, verdicts: list[Verdict]) -> None:
        """Do every tick up to index ``last``; those at which nothing can change are skipped."""
        state, s = self._state, self.settings
        if state.tick < 0:
            return
        per_window = max(1, round(s.baseline_window_seconds / s.tick_seconds))
        while state.tick < last:
            due = state.tick + 1
            if not (self._pending or self._busy()):
                due = min(last, (state.tick // per_window + 1) * per_window)
            state.tick = due
            now = due * s.tick_seconds
            self._tick(now)
            if due % per_window == 0:
                self._close_windows(now)
            self._collect(now, verdicts)

    def _busy(self) -> bool:
        return self._stories.any_open() or self._voices.loud()

    def _tick(self, now: float) -> None:
        touched = self._consume(now)
        context = self._busy()
        if not context and all(self._filters[slug].quiet for slug in touched):
            return
        self._instrument.judge()
        listen = self._state.tick % _TICKS_PER_LISTENING == 0
        if listen:
            self._voices.settle_all(now, self._hour(now))
        sights: dict[str, Sight] = {}
        for slug in self._slugs:
            component = self._filters[slug]
            if component.quiet or not (context or slug in touched):
                continue
            reach = component.top + self.settings.outside_help_nats
            if reach >= component.suspect_nats or self._stories.holder(slug) is not None:
                sights[slug] = self._sight(component, now)
        self._move_stories(sights, now)
        if listen:
            self._suspicions.tick(now)
        self._stories.resolve_finished(now)

    def _move_stories(self, sights: dict[str, Sight], now: float) -> None:
        for story in self._stories.open_stories():
            self._stories.change_mind(story, sights, now)
            fallen = self._fallen(story, now)
            for slug in story.active_members():
                if slug not in fallen:  # no longer watched
                    story.members[slug].active = False
                    continue
                component = self._filters[slug]
                sight = sights.get(slug) or self._sight(component, now)
                self._stories.follow(story, sight, now)
                others = min((nats for name, nats in fallen.items() if name != slug), default=0.0)
                health = fallen[slug] + 0.5 * others  # what failed together mostly recovers together
                if self._seen_lately(slug, now) and self._stories.recover(story, sight, health, now):
                    if self._stories.holder(slug) is None:
                        component.reset()
                    sights.pop(slug, None)
        for sight in sights.values():
            if self._stories.free(sight):
                self._stories.consider(sight, now)

    def _fallen(self, story: Story, now: float) -> dict[str, float]:
        """Evidence of recovery: how far each failing component has come down from its worst, in nats."""
        allowed = _Allowed(self, now)
        fallen: dict[str, float] = {}
        for slug in story.active_members():
            if slug in self._filters:
                member, level = story.members[slug], self._filters[slug].level(story.cause, allowed)
                member.peak = max(member.peak, level)
                fallen[slug] = member.peak - level
        return fallen

    def _sight(self, component: ComponentFilter, now: float) -> Sight:
        slug, lent = component.slug, self._help(component.slug, now)
        if self._calendar.windows:  # what may be held then depends on the time
            return self._look(component, component.belief(lent, _Allowed(self, now)))
        judged = (self._instrument.suspect_vantages, self._instrument.suspect_personas)
        basis = (component.version, lent, judged)
        known = self._seen.get(slug)
        if known is None or known[0] != basis:
            sight = self._look(component, component.belief(lent, _Allowed(self, now)))
            known = self._seen[slug] = (basis, sight)
        return known[1]

    def _look(self, component: ComponentFilter, belief: Belief) -> Sight:
        interval = self._intervals.get(component.slug, 60.0)
        return Sight(component=component, belief=belief, interval_seconds=interval)

    def _help(self, slug: str, now: float) -> dict[Cause, float]:
        """Nats that posts and failing neighbours lend to each cause for one component."""
        s = self.settings
        lent = dict(self._suspicions.help_for(slug, now))
        for story in self._stories.open_stories():
            if story.heard or story.confirmed_at is None or slug in story.members:
                continue
            early = now - max(story.detected_at, story.last_joined) <= s.neighbour_early_seconds
            nats = s.neighbour_help_nats if early else s.neighbour_late_help_nats
            lent[story.cause] = lent.get(story.cause, 0.0) + nats
        return {cause: min(nats, s.outside_help_nats) for cause, nats in lent.items()}

    def _collect(self, now: float, verdicts: list[Verdict]) -> None:
        for story in self._state.stories.values():
            due = story.open and now - story.told_at >= _REFRESH_SECONDS
            if story.dirty or due:
                story.dirty = False
                story.told_at = now
                verdicts.append(verdict_of(story, now, self._filters, self._voices, self._hour(now)))

    # observations

    def _consume(self, now: float) -> set[str]:
        """Take in what was seen since the last tick, in an order that does not depend on how it arrived."""
        here = self._due()
        if not here:
            return set()
        if len(here) > 1:
            here.sort(key=_order)
        touched: set[str] = set()
        started: list[ComponentFilter] = []
        for item in here:
            if isinstance(item, Observed):
                component = self._observe(item, started)
                if component is not None:
                    touched.add(component.slug)
            elif isinstance(item, Heard):
                self._voices.hear(item, item.at.timestamp(), self._hour(now))
            else:
                self._calendar.announce(item)
        for component in started:
            component.end_moment()
        return touched

    def _due(self) -> list[Evidential]:
        """What waits for this tick; mostly that is all there is."""
        waiting, seconds, index = self._pending, self.settings.tick_seconds, self._state.tick
        if not waiting:
            return []
        if _index(waiting[-1].at.timestamp(), seconds) <= index:
            self._pending = []
            return waiting
        here = [item for item in waiting if _index(item.at.timestamp(), seconds) <= index]
        self._pending = waiting[len(here) :]
        return here

    def _observe(self, item: Observed, started: list[ComponentFilter]) -> ComponentFilter | None:
        probe = self._probes.get(item.check.probe)
        if probe is None:
            return None
        if probe.component is None:
            kind = kind_of(item, 1e12)
            if kind != IGNORED:
                self._instrument.control(probe.vantage, kind, item.check.latency_ms)
            return None
        component = self._filters.get(probe.component)
        if component is None:
            return None
        state = component.state
        kind = kind_of(item, state.baseline.slow_ms)
        if kind == SLOW:  # or only as late as all answers from there
            kind = kind_of(item, state.baseline.slow_ms * self._instrument.slowdown(probe.vantage))
        at = item.check.at.timestamp()
        state.last_check = at
        if self._instrument.misconfigured(probe.slug, kind) or kind == IGNORED:
            return None
        return self._weigh(item, probe, component, kind, at, started)

    def _weigh(
        self,
        item: Observed,
        probe: WatchedProbe,
        component: ComponentFilter,
        kind: int,
        at: float,
        started: list[ComponentFilter],
    ) -> ComponentFilter | None:
        persona = probe.persona or ""
        self._instrument.component(probe.vantage, persona, kind)
        if probe.vantage in self._instrument.lost and kind in TROUBLED:
            return None
        tier = self._tier_of[probe.slug]
        if kind != ACCEPTED or not component.quiet:
            if component not in started:
                component.begin_moment()
                started.append(component)
            doubt = self._instrument.doubt(probe.vantage) if kind in SELF_MADE else 0.0
            component.absorb(at=at, tier=tier, persona=persona, vantage=probe.vantage, kind=kind, doubt=doubt)
        state = component.state
        counts = state.window.get(tier)
        if counts is None:
            counts = state.window[tier] = [0] * KINDS
        counts[kind] += 1
        latency = item.check.latency_ms
        if kind == ACCEPTED and latency is not None:
            state.latency = (state.latency[0] + latency, state.latency[1] + 1)
        if not component.quiet:
            component.count(
                persona=persona,
                vantage=probe.vantage,
                tier=tier,
                kind=kind,
                outcome=item.outcome.value,
                raw=lambda: _raw(item),
            )
        return component

    # windows and conditions

    def _close_windows(self, now: float) -> None:
        s = self.settings
        hour, before = self._hour(now), self._hour(now - s.baseline_window_seconds)
        busy = {slug for story in self._stories.open_stories() for slug in story.members}
        for slug in self._slugs:
            self._filters[slug].close_window(before, hour, learn=slug not in busy)
        self._voices.close_window(before, learn=not self._stories.open_stories())
        self._calendar.forget(now)

    def _conditions(self, until: datetime) -> Conditions:
        now = until.timestamp()
        blind = [slug for slug in self._slugs if not self._seen_lately(slug, now)]
        return Conditions(
            at=until,
            lost_vantages=tuple(sorted(self._instrument.lost)),
            frozen_personas=tuple(sorted(self._instrument.frozen)),
            misconfigured_probes=self._instrument.misconfigured_probes(),
            blind_components=tuple(blind),
        )

    def _seen_lately(self, slug: str, now: float) -> bool:
        patience = self.settings.blind_rounds * self._intervals.get(slug, 60.0)
        return now - self._filters[slug].state.last_check <= max(patience, 4 * self.settings.tick_seconds)

    def _hour(self, now: float) -> int:
        """The local hour; zones differ by quarters of an hour at the finest."""
        quarter = int(now // 900)
        hour = self._hours.get(quarter)
        if hour is None:
            self._hours = {quarter: moment(now).astimezone(self._zone).hour}
            hour = self._hours[quarter]
        return hour

    def _make_filters(self) -> dict[str, ComponentFilter]:
        filters = {}
        for component in self.catalog.components:
            probes = [p for p in self.catalog.probes if p.component == component.slug]
            kept = self._state.components.get(component.slug)
            if kept is None:
                kept = self._state.components[component.slug] = ComponentState(baseline=Baseline())
            filters[component.slug] = ComponentFilter(
                component.slug,
                kept,
                self.settings,
                tuple(sorted({p.vantage for p in probes})),
                tuple(sorted({p.persona or "" for p in probes})),
            )
        return filters

    def _find_intervals(self) -> dict[str, float]:
        intervals: dict[str, float] = {}
        for probe in self.catalog.probes:
            if probe.component is not None:
                known = intervals.get(probe.component, probe.interval_s)
                intervals[probe.component] = min(known, probe.interval_s)
        return intervals


class _Allowed:
    """Which hypotheses may be held at ``now``."""

    def __init__(self, detector: Detector, now: float) -> None:
        self._calendar, self._instrument, self._now = detector._calendar, detector._instrument, now
        self._filters = detector._filters

    def cause_of(self, component: str, hypothesis: Hypothesis, rose_at: float) -> Cause | None:
        failed = self._filters[component].state.last_trouble  # what has not failed since may well be over
        return self._calendar.cause_of(component, hypothesis, rose_at, min(self._now, failed or self._now))

    def nuisance(self, hypothesis: Hypothesis) -> bool:
        if hypothesis.form is Form.VANTAGE:
            return hypothesis.only in self._instrument.suspect_vantages
        return hypothesis.only in self._instrument.suspect_personas


def _index(at: float, seconds: float) -> int:
    """Index of the tick at or after ``at``."""
    return int(-(-at // seconds))


def _order(item: Evidential) -> tuple[float, int, str, str]:
    at = item.at.timestamp()
    if isinstance(item, Observed):
        return at, 1, item.check.probe, f"{item.outcome}{item.check.latency_ms}"
    if isinstance(item, Heard):
        return at, 2, item.report.author, item.report.text
    return at, 0, item.slug, str(item.ends_at)


def _raw(item: Observed) -> str:
    check = item.check
    parts = [check.error or "", str(check.http_status or ""), check.code, check.message[:120]]
    return " ".join(part for part in parts if part)

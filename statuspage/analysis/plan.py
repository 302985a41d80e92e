"""How soon the detector would see what, and how often it would be wrong: computed before anything is watched.

Nothing here looks at the world. The filter that watches a component is fed drawn answers, once with trouble
and once without, and the incident tracker says when it would have told of it; the seed is fixed, so that one
catalog has one plan. How seldom a well component is suspected falls off as exp(-h) in the threshold h: the
expectation of a likelihood ratio is one (Wald, *Sequential Analysis*, 1947; Siegmund, *Sequential Analysis*,
Springer 1985, chapter 8), so the rate is measured at levels that are reached often, and carried on from
there.
"""

import math
import random
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from heapq import merge
from itertools import accumulate, groupby
from operator import itemgetter

from probes.vocabulary.causes import Cause
from probes.vocabulary.observations import Check, WatchedCatalog
from probes.vocabulary.outcomes import Outcome
from statuspage.analysis.announced import Calendar
from statuspage.analysis.baseline import Baseline
from statuspage.analysis.filter import Admissible, Belief, ComponentFilter, FilterMemory
from statuspage.analysis.kinds import (
    ACCEPTED,
    BARE,
    KINDS,
    RISK,
    SILENT,
    SPOKEN,
    TIER_INDEX,
    Seen,
    Viewpoint,
)
from statuspage.analysis.model import DAY_SECONDS, PLAN, DetectorSettings
from statuspage.analysis.tracker import Tracker
from statuspage.analysis.values import Observed

# Probabilities of each kind of answer.
_Answers = tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One probe of a component: who asks, from where, every how many seconds."""

    persona: str
    tier: int
    vantage: str
    interval_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """Seconds until it is confirmed, in half and in nine tenths of all cases; None: not within hours."""

    median_s: float | None
    p90_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """What to expect of one way to ask: delays by the name of the trouble, false incidents in 90 days."""

    checks_per_day: float
    delays: Mapping[str, Delay]
    false_confirmed_90d: float
    false_suspected_90d: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentPlan:
    """A component's prospect as it is, and with one more vantage or payer."""

    component: str
    now: Prospect
    with_vantage: Prospect
    with_persona: Prospect


TROUBLES = ("outage-100", "outage-50", "outage-25", "risk-wave")


def plan(catalog: WatchedCatalog, settings: DetectorSettings) -> tuple[ComponentPlan, ...]:
    """The plan of every component that has a probe; alike ones are computed once."""
    known: dict[object, Prospect] = {}

    def prospect_of(component: str, asked: tuple[Asking, ...]) -> Prospect:
        caution = settings.caution_by_component.get(component, 1.0)
        alike = caution, tuple(sorted((a.tier, a.persona, a.vantage, a.interval_s) for a in asked))
        if alike not in known:
            known[alike] = prospect(component, asked, settings)
        return known[alike]

    return tuple(
        ComponentPlan(
            component=slug,
            now=prospect_of(slug, asked),
            with_vantage=prospect_of(slug, with_vantage(asked)),
            with_persona=prospect_of(slug, with_persona(asked)),
        )
        for slug, asked in askings(catalog).items()
        if asked
    )


def askings(catalog: WatchedCatalog) -> dict[str, tuple[Asking, ...]]:
    """The probes of every component."""
    tiers = {persona.slug: TIER_INDEX[persona.risk_tier] for persona in catalog.personas}
    found: dict[str, list[Asking]] = {component.slug: [] for component in catalog.components}
    for probe in catalog.probes:
        if probe.component in found:
            found[probe.component].append(
                Asking(
                    persona=probe.persona or "",
                    tier=tiers.get(probe.persona or "", 0),
                    vantage=probe.vantage,
                    interval_s=probe.interval_s,
                )
            )
    return {slug: tuple(asked) for slug, asked in found.items()}


def with_vantage(asked: tuple[Asking, ...]) -> tuple[Asking, ...]:
    """The same payers from one place more: the one that asks most, again."""
    vantages = [one.vantage for one in asked]
    busiest = max(sorted(set(vantages)), key=vantages.count)
    return (*asked, *(replace(one, vantage="+") for one in asked if one.vantage == busiest))


def with_persona(asked: tuple[Asking, ...]) -> tuple[Asking, ...]:
    """One payer more, at every place: of the tier that a risk engine looks at and that asks least."""
    tiers = [one.tier for one in asked]
    tier = min((2, 1), key=tiers.count)
    places = {one.vantage: one.interval_s for one in asked}
    more = (Asking(persona="+", tier=tier, vantage=v, interval_s=s) for v, s in places.items())
    return (*asked, *more)


def prospect(component: str, asked: tuple[Asking, ...], settings: DetectorSettings) -> Prospect:
    """What to expect of a component that is asked so."""
    trial = _Trial(component, asked, settings)
    confirmed, suspected = trial.false_90d()
    return Prospect(
        checks_per_day=trial.checks_per_day,
        delays={trouble: trial.delay(trouble) for trouble in TROUBLES},
        false_confirmed_90d=confirmed,
        false_suspected_90d=suspected,
    )


class _Trial:
    """One component's filter, as it is after a week without trouble, and what is drawn for it."""

    def __init__(self, component: str, asked: tuple[Asking, ...], settings: DetectorSettings) -> None:
        self.asked, self.tick_seconds = asked, settings.tick_seconds
        self.checks_per_day = sum(DAY_SECONDS / one.interval_s for one in asked)
        self.thresholds = settings.thresholds(component, self.checks_per_day)
        rates = {tier: usual_answers(tier) for tier in {one.tier for one in asked}}
        self._usual = {tier: _running(rate) for tier, rate in rates.items()}
        by_tier = {t: DAY_SECONDS * 7 * sum(1 / a.interval_s for a in asked if a.tier == t) for t in rates}
        self.filter = ComponentFilter(
            component,
            FilterMemory(baseline=Baseline.learned({t: (rates[t], by_tier[t]) for t in rates})),
            self.thresholds,
            vantages=tuple(sorted({one.vantage for one in asked})),
            personas=tuple(sorted({one.persona for one in asked})),
        )
        self._views = {
            one: Viewpoint(component=component, persona=one.persona, vantage=one.vantage, tier=one.tier)
            for one in asked
        }

    def delay(self, trouble: str) -> Delay:
        """How long ``trouble`` goes on before it is confirmed."""
        dice = random.Random(trouble)
        times = sorted(self._until_confirmed(trouble, dice) for _ in range(PLAN.trials))
        return Delay(median_s=_finite(times[len(times) // 2]), p90_s=_finite(times[len(times) * 9 // 10]))

    def false_90d(self) -> tuple[float, float]:
        """Confirmed and suspected incidents to expect in 90 days without any trouble."""
        peaks = sorted(self._peaks(random.Random("well")), reverse=True)[: PLAN.tail_peaks]
        if not peaks:
            return 0.0, 0.0
        seen = len(peaks) * 90.0 * self.checks_per_day / PLAN.quiet_checks
        lowest = peaks[-1]
        return (
            seen * math.exp(lowest - self.thresholds.confirm_nats),
            seen * math.exp(lowest - self.thresholds.suspect_nats),
        )

    def _until_confirmed(self, trouble: str, dice: random.Random) -> float:
        """Seconds, infinite where it takes too long."""
        self.filter.reset()
        answers = {tier: _running(_troubled(trouble, tier, dice)) for tier in self._usual}
        calendar = Calendar({})
        tracker = Tracker({}, calendar, total=1)
        cause = Cause.RISK_CONTROL if trouble == "risk-wave" else Cause.OUTAGE
        for now in self._ticks(answers, dice, PLAN.patience_seconds):
            if self.filter.top < self.thresholds.suspect_nats:
                continue
            belief = self._belief(calendar, now)
            for incident in tracker.open_incidents():
                tracker.change_mind(incident, {belief.component: belief}, now)
                tracker.follow(incident, belief, now)
                if incident.confirmed_at is not None and incident.cause is cause:
                    return now
            if tracker.is_unexplained(belief):
                tracker.place(belief, now)
        return math.inf

    def _peaks(self, dice: random.Random) -> Iterator[float]:
        """The height of every excursion of a component that is well, in nats above each cause's handicap."""
        self.filter.reset()
        calendar, peak = Calendar({}), 0.0
        for now in self._ticks(self._usual, dice, PLAN.quiet_checks / self.checks_per_day * DAY_SECONDS):
            if self.filter.quiet:
                if peak:
                    yield peak
                peak = 0.0
            elif self.filter.top > peak + 0.5:
                peak = max(peak, *self._belief(calendar, now).scores.values(), 0.0)
        if peak:
            yield peak

    def _belief(self, calendar: Calendar, now: float) -> Belief:
        nobody: frozenset[str] = frozenset()
        admissible = Admissible(calendar=calendar, suspect_vantages=nobody, suspect_personas=nobody, now=now)
        return self.filter.belief({}, admissible)

    def _ticks(self, answers: Mapping[int, _Answers], dice: random.Random, seconds: float) -> Iterator[float]:
        """Let the filter take drawn answers until so many seconds are over; gives every tick with a check."""
        streams = [_moments(one, dice.uniform(0.0, one.interval_s), seconds) for one in self.asked]
        for tick, due in groupby(
            merge(*streams, key=itemgetter(0)), key=lambda it: math.ceil(it[0] / self.tick_seconds)
        ):
            moved = False
            for at, one in due:
                kind = _drawn(answers[one.tier], dice.random())
                if kind != ACCEPTED or not self.filter.quiet:
                    moved = True
                    self.filter.take(
                        Seen(view=self._views[one], kind=kind, at=at, observed=_observed(kind)), doubt=0.0
                    )
            if moved:
                self.filter.end_moment()
                yield tick * self.tick_seconds


def usual_answers(tier: int) -> _Answers:
    """What a payer of ``tier`` is answered on a usual day."""
    rates = [0.0] * KINDS
    for kind, rate in PLAN.usual.items():
        rates[kind] = rate
    rates[RISK] = PLAN.usual_risk[tier]
    rates[ACCEPTED] = 1.0 - sum(rates)
    return tuple(rates)


def _troubled(trouble: str, tier: int, dice: random.Random) -> _Answers:
    """What a payer of ``tier`` is answered in trouble, which speaks in one way."""
    name, _, depth = trouble.partition("-")
    if name == "outage":
        share, kind = int(depth) / 100.0, dice.choice((SPOKEN, BARE, SILENT))
    else:
        share, kind = PLAN.wave_refused[tier], RISK
    rates = [rate * (1.0 - share) for rate in usual_answers(tier)]
    rates[kind] += share
    return tuple(rates)


def _running(rates: _Answers) -> _Answers:
    """Sums up to each kind, to draw from."""
    return tuple(accumulate(rates))


def _drawn(running: _Answers, at: float) -> int:
    return min(bisect_right(running, at), KINDS - 1)


def _moments(one: Asking, first: float, seconds: float) -> Iterator[tuple[float, Asking]]:
    at = first
    while at < seconds:
        yield at, one
        at += one.interval_s


@cache
def _observed(kind: int) -> Observed:
    """A check of which only the kind matters."""
    outcome = Outcome.ACCEPTED if kind == ACCEPTED else Outcome.BAD_ANSWER
    return Observed(check=Check(at=datetime.fromtimestamp(0, UTC), probe=""), outcome=outcome)


def _finite(seconds: float) -> float | None:
    return None if math.isinf(seconds) else seconds

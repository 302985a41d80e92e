"""The pretended payment world: what becomes of any call at any moment, from a seed and scenarios alone."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from math import inf
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from probes.simulator.announcements import notices_between
from probes.simulator.blips import blips_of_day
from probes.simulator.cast import Part, part_of
from probes.simulator.daily import load
from probes.simulator.dice import draw, key_of, spread, unit
from probes.simulator.effects import ORDER, Decision, Effect, effect_of
from probes.simulator.fates import (
    ACCEPTED_BY,
    PHRASES,
    Fate,
    FatedAnswer,
    FatedFault,
    FaultKind,
    Meaning,
    Spoken,
)
from probes.simulator.ordinary import OrdinaryChances
from probes.simulator.scenario import Occurrence, Scenario, occurrences
from probes.vocabulary.observations import MaintenanceWindow
from probes.vocabulary.tiers import RiskTier

HANG_S = 60.0  # as long as a call without an answer is kept open
_LATENCY = spread(0.33)
_STEP_SHARE = {"order": 1.0, "query": 0.45, "close": 0.35}
_LAST_SEGMENT_S = 3600.0
# What is asked for so long after it was made is asked for by the same check.
_SAME_CHECK = timedelta(seconds=30)


# Component, persona, tier and vantage.
_Called: TypeAlias = tuple[str | None, str, RiskTier, str]


class _Standing(msgspec.Struct, frozen=True, kw_only=True):
    """All that is fixed about the calls of one payer to one part from one vantage while nothing changes."""

    part: Part
    key: bytes
    chances: OrdinaryChances
    accepted: Spoken
    median_s: float
    effects: tuple[Effect, ...] = ()


class _Segment(msgspec.Struct, frozen=True):
    """A stretch of time in which no scenario starts or ends."""

    since_s: float
    until_s: float
    on: tuple[Occurrence, ...]
    standings: dict[_Called, _Standing]


_NEVER = _Segment(inf, -inf, (), {})


def check_began(first_step: datetime, now: datetime) -> datetime:
    """When the check began that asks at ``now`` for what was made then; much later it is another check."""
    return first_step if now - first_step < _SAME_CHECK else now


class World:
    """Deterministic fates of calls under ``seed`` and ``scenarios``; more may be added and ended by hand.

    Small faults of its own befall each component ``blips_per_day`` times, for 20 to 75 seconds. ``mishaps``
    scales how often a single call fails on an ordinary day; with 0 none does.
    """

    def __init__(
        self,
        seed: int,
        scenarios: Iterable[Scenario] = (),
        *,
        blips_per_day: float = 0.0,
        mishaps: float = 1.0,
    ) -> None:
        self.seed, self.blips_per_day, self.mishaps = seed, blips_per_day, mishaps
        self._scenarios: dict[str, Scenario] = {scenario.id: scenario for scenario in scenarios}
        self._cuts: dict[tuple[str, int], float] = {}
        self._segment = _NEVER
        self._unaffected: dict[_Called, _Standing] = {}

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        return tuple(self._scenarios.values())

    def add(self, scenario: Scenario) -> None:
        """Let one more thing happen."""
        self._scenarios[scenario.id] = scenario
        self._segment = _NEVER

    def stop(self, occurrence: Occurrence, at: datetime) -> None:
        """End what is on now; a repeated scenario comes again at its next time."""
        self._cuts[occurrence.scenario.id, occurrence.number] = at.timestamp()
        self._segment = _NEVER

    def occurrences(self, since: datetime, until: datetime) -> list[Occurrence]:
        """All that is on somewhere in [since, until), by start; called-off windows and small faults too."""
        return self._between(since.timestamp(), until.timestamp())

    def on(self, at: datetime) -> tuple[Occurrence, ...]:
        """Everything that touches calls at this moment."""
        return self._segment_at(at.timestamp()).on

    def notices(self, since: datetime, until: datetime) -> list[MaintenanceWindow]:
        """What the operator announced, changed or called off in [since, until), in that order."""
        return notices_between(self.scenarios, since.timestamp(), until.timestamp(), self._cuts)

    def fate(
        self,
        *,
        component: str | None,
        persona: str,
        tier: RiskTier,
        vantage: str,
        at: datetime,
        step: str = "order",
    ) -> Fate:
        """What becomes of one step of a check that began at ``at``.

        ``component`` is None for a control. A check keeps one ``at`` for all its steps, so that a fault which
        touches a share of the checks touches that share, however many steps they have.
        """
        second = at.timestamp()
        segment = self._segment_at(second)
        called = (component, persona, tier, vantage)
        standing = segment.standings.get(called)
        if standing is None:
            standing = segment.standings[called] = self._standing(called, segment.on)
        busy = load(second)
        bits = draw(standing.key, int(second * 1000))
        factor = _STEP_SHARE.get(step, 1.0)
        decision = _decide(standing, second, bits, step, busy)
        if isinstance(decision, float):
            factor *= decision
        elif decision is not None:
            return _fail(standing, decision, bits, factor)
        return FatedAnswer(_latency(standing, bits, step, busy, factor), standing.accepted)

    def _between(self, since_s: float, until_s: float) -> list[Occurrence]:
        found = [
            occurrence
            for scenario in (*self._scenarios.values(), *self._blips(since_s, until_s))
            for occurrence in occurrences(scenario, since_s, until_s, self._cuts)
        ]
        return sorted(found, key=lambda occurrence: (occurrence.starts_s, occurrence.scenario.id))

    def _blips(self, since_s: float, until_s: float) -> list[Scenario]:
        if self.blips_per_day <= 0:
            return []
        days = range(int(since_s // 86400) - 1, int(until_s // 86400) + 1)
        return [blip for day in days for blip in blips_of_day(self.seed, day, self.blips_per_day)]

    def _segment_at(self, second: float) -> _Segment:
        segment = self._segment
        if not segment.since_s <= second < segment.until_s:
            segment = self._segment = self._cut_segment(second)
        return segment

    def _cut_segment(self, second: float) -> _Segment:
        since, until = second - _LAST_SEGMENT_S, second + _LAST_SEGMENT_S
        near = [
            occurrence
            for occurrence in self._between(since, until)
            if occurrence.scenario.happens and occurrence.scenario.kind in ORDER
        ]
        edges = [edge for occurrence in near for edge in (occurrence.starts_s, occurrence.ends_s)]
        on = [occurrence for occurrence in near if occurrence.is_on(second)]
        return _Segment(
            max((edge for edge in edges if since < edge <= second), default=since),
            min((edge for edge in edges if second < edge < until), default=until),
            tuple(sorted(on, key=lambda occurrence: ORDER[occurrence.scenario.kind])),
            {},
        )

    def _standing(self, called: _Called, on: tuple[Occurrence, ...]) -> _Standing:
        component, persona, tier, vantage = called
        if called not in self._unaffected:
            part = part_of(component)
            away = 1.0 + 0.35 * unit(int.from_bytes(key_of(self.seed, "way", vantage)[:8], "big"), 1)
            self._unaffected[called] = _Standing(
                part=part,
                key=key_of(self.seed, "fate", component or "", persona, vantage),
                chances=OrdinaryChances(part, tier, self.mishaps),
                accepted=ACCEPTED_BY[part.dialect],
                median_s=part.median_ms / 1000 * away,
            )
        standing = self._unaffected[called]
        effects = (effect_of(occurrence, standing.part, persona, tier, vantage) for occurrence in on)
        return replace(standing, effects=tuple(effect for effect in effects if effect is not None))


def _decide(standing: _Standing, second: float, bits: int, step: str, busy: float) -> Decision | None:
    first = step == standing.part.steps[0]
    slower = 1.0
    for effect in standing.effects:
        decision = effect(second, bits, first)
        if isinstance(decision, float):
            slower *= decision
        elif decision is not None:
            return decision
    share = unit(bits, 3) / (0.55 + 0.45 * busy)
    if share < standing.chances.total:
        decision = standing.chances.decision_at(share)
        if _step_of(decision, standing.part, bits) == step:
            return decision * slower if isinstance(decision, float) else decision
    return None if slower == 1.0 else slower


def _step_of(decision: Decision, part: Part, bits: int) -> str:
    """At which step of its check an ordinary failure happens: a refusal at the first, a fault anywhere."""
    if len(part.steps) == 1 or decision in _REFUSALS:
        return part.steps[0]
    later = max(0, int(unit(bits, 5) * 10) - 6)  # seven in ten at the first step
    return part.steps[min(later, len(part.steps) - 1)]


_REFUSALS = frozenset(
    (
        Meaning.RISK,
        Meaning.LIMIT,
        Meaning.POLICY,
        Meaning.FUNDS,
        Meaning.ACCOUNT,
        Meaning.UNSAID,
        Meaning.BANK,
    )
)


def _latency(standing: _Standing, bits: int, step: str, busy: float, factor: float) -> float:
    shift = 0 if step == "order" else 17 if step == "query" else 31
    return standing.median_s * factor * _LATENCY[(bits >> shift) & 4095] * (0.85 + 0.15 * busy)


def _fail(standing: _Standing, decision: Meaning | FaultKind, bits: int, factor: float) -> Fate:
    noise = _LATENCY[(bits >> 12) & 4095]
    if isinstance(decision, FaultKind):
        return FatedFault(HANG_S if decision.hangs else 0.4 * standing.median_s * noise, decision)
    phrases = PHRASES[standing.part.dialect][decision]
    said = phrases[int(unit(bits, 7) * len(phrases))]
    slow = 8.0 if decision is Meaning.GATEWAY_TIMEOUT else 0.8
    return FatedAnswer(standing.median_s * factor * noise * slow, said)

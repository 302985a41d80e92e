"""What an event does to a call: each maker returns an effect that replaces some answers."""

import math
import random
from collections.abc import Callable

from probes.vocabulary.tiers import RiskTier
from tests.scenarios.answers import BARE, BROKEN, FROZEN, MAINTENANCE, MASKED, POLICY, RISK, Answer, Wordings
from tests.scenarios.world import ELEVATED, HIGH, LOW, Call, World

Effect = Callable[[World, Call], Answer | None]


def failing(world: World, depth: float, *, bare: bool = False) -> Effect:
    """A share ``depth`` of calls fails, in one or several ways."""
    ways = BARE if bare else BROKEN if world.dice.random() < 0.4 else world.answers.few(BROKEN, 1)
    return lambda w, call: w.answers.of(ways) if w.dice.random() < depth else None


def answering(ways: Wordings, depth: float) -> Effect:
    """A share ``depth`` of calls is answered in one of ``ways``."""
    return lambda w, call: w.answers.of(ways) if w.dice.random() < depth else None


def growing(ways: Wordings, start: float, rise: float, depth: float) -> Effect:
    """The same, of a share that grows to ``depth`` within ``rise`` seconds from ``start`` on."""
    return lambda w, call: (
        w.answers.of(ways) if w.dice.random() < depth * min(1.0, (call.at - start) / rise) else None
    )


def of_payers(personas: tuple[str, ...], effect: Effect) -> Effect:
    """An effect that only some payers meet."""
    return lambda w, call: effect(w, call) if call.persona in personas else None


def crawling(world: World, factor: float) -> Effect:
    """Every answer takes ``factor`` times as long; the slowest time out."""

    def effect(w: World, call: Call) -> Answer | None:
        latency = w.shape.latency * factor * math.exp(w.dice.gauss(0, 0.42))
        if latency > 10_000:
            return Answer(error="timeout", latency=10_000.0)
        return w.answers.fine(latency, "SUCCESS")

    return effect


def maintained(world: World, depth: float = 0.98) -> Effect:
    """The endpoint owns up to being worked on."""
    ways = world.answers.few(MAINTENANCE)
    return lambda w, call: w.answers.of(ways) if w.dice.random() < depth else None


def refusing(world: World, profile: dict[RiskTier, float], *, masked: bool = False) -> Effect:
    """Refusals by tier, said openly or hidden behind a technical answer."""
    ways = world.answers.few(MASKED if masked else RISK, 2)
    return lambda w, call: w.answers.of(ways) if w.dice.random() < profile[call.tier] else None


def withdrawn(world: World, tiers: tuple[RiskTier, ...], start: float, ramp: float, depth: float) -> Effect:
    """Refused for good, for ``tiers``, at a step (``ramp`` 0) or within ``ramp`` seconds."""
    ways = world.answers.few(POLICY, 1)

    def effect(w: World, call: Call) -> Answer | None:
        share = depth * (1.0 if ramp == 0 else min(1.0, (call.at - start) / ramp))
        return w.answers.of(ways) if call.tier in tiers and w.dice.random() < share else None

    return effect


def unreachable(vantage: str, start: float, end: float, *, controls: bool) -> Callable[[Call], Answer | None]:
    """A vantage that is cut off, with its controls or only on its way to the provider."""

    def meddle(call: Call) -> Answer | None:
        if call.vantage != vantage or not start <= call.at < end or not (controls or call.component):
            return None
        return Answer(error="timeout", latency=10_000.0)

    return meddle


def frozen(dice: random.Random, persona: str, start: float, end: float) -> Callable[[Call], Answer | None]:
    """One test account is refused everywhere."""
    error, status, code, message = dice.choice(FROZEN)

    def meddle(call: Call) -> Answer | None:
        if call.persona != persona or not start <= call.at < end:
            return None
        return Answer(error=error, status=status, code=code, message=message, latency=120.0)

    return meddle


def gentle(dice: random.Random) -> dict[RiskTier, float]:
    return {LOW: 0.0, ELEVATED: dice.uniform(0.2, 0.3), HIGH: dice.uniform(0.4, 0.7)}


def plain(dice: random.Random) -> dict[RiskTier, float]:
    return {LOW: dice.uniform(0.0, 0.05), ELEVATED: dice.uniform(0.4, 0.8), HIGH: dice.uniform(0.75, 0.98)}


def wide(dice: random.Random) -> dict[RiskTier, float]:
    return {LOW: dice.uniform(0.1, 0.35), ELEVATED: dice.uniform(0.5, 0.8), HIGH: dice.uniform(0.8, 0.97)}

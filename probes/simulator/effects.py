"""What a scenario does to a single call of a certain payer from a certain place."""

from collections.abc import Callable
from typing import TypeAlias

from probes.simulator.cast import Part
from probes.simulator.dice import key_of, unit
from probes.simulator.fates import Dialect, FaultKind, Meaning
from probes.simulator.scenario import Occurrence, ScenarioKind
from probes.vocabulary.tiers import RiskTier

# What happens to a call: it is answered so, fails so, or (a number) takes that many times as long.
Decision: TypeAlias = Meaning | FaultKind | float
# (second, drawn bits, is it the first step) -> what happens, or None where the scenario spares this call.
Effect: TypeAlias = Callable[[float, int, bool], Decision | None]

# Who gets hold of a call first: the network is in front of the service, the service of the risk engine. What
# is not here only makes people post.
ORDER: dict[ScenarioKind, int] = {
    ScenarioKind.VANTAGE_LOST: 0,
    ScenarioKind.MAINTENANCE: 1,
    ScenarioKind.OUTAGE: 2,
    ScenarioKind.KEY_EXPIRED: 3,
    ScenarioKind.FROZEN_PERSONA: 4,
    ScenarioKind.POLICY: 5,
    ScenarioKind.RISK_WAVE: 6,
    ScenarioKind.FESTIVAL: 7,
}

_OUTAGES: dict[str, tuple[Decision, ...]] = {
    "mixed": (
        FaultKind.HANG, FaultKind.HANG, Meaning.UNAVAILABLE, Meaning.BUSY, Meaning.GATEWAY,
        Meaning.GATEWAY_TIMEOUT, FaultKind.RESET,
    ),
    "timeout": (FaultKind.HANG, FaultKind.HANG, FaultKind.HANG, FaultKind.DRIP),
    "connect": (FaultKind.REFUSE,),
    "tls": (FaultKind.TLS,),
    "protocol": (FaultKind.RESET, FaultKind.GARBAGE),
    "server-error": (Meaning.BUSY, Meaning.UNAVAILABLE, Meaning.GATEWAY, Meaning.GATEWAY_TIMEOUT),
    "bad-gateway": (Meaning.GATEWAY,),
    "unavailable": (Meaning.UNAVAILABLE,),
    "busy": (Meaning.BUSY,),
    "bank": (Meaning.BANK,),
    "empty": (Meaning.EMPTY, Meaning.MALFORMED),
    # A load balancer that lost its routes.
    "no-route": (Meaning.NO_ROUTE,),
    "crawl": (12.0, 16.0, 20.0, 28.0),
}  # fmt: skip

# Share of refused payers by flavour of a risk wave and tier; `intensity` scales it.
_REFUSED: dict[str, dict[RiskTier, float]] = {
    "explicit": {RiskTier.LOW: 0.02, RiskTier.ELEVATED: 0.75, RiskTier.HIGH: 0.95},
    "gentle": {RiskTier.LOW: 0.005, RiskTier.ELEVATED: 0.25, RiskTier.HIGH: 0.5},
    "masked": {RiskTier.LOW: 0.02, RiskTier.ELEVATED: 0.75, RiskTier.HIGH: 0.95},
    "everyone": {RiskTier.LOW: 0.35, RiskTier.ELEVATED: 0.85, RiskTier.HIGH: 1.0},
}

_MAINTENANCE: dict[str, tuple[Decision, ...]] = {
    "told": (Meaning.MAINTENANCE,),
    "bare": (Meaning.GATEWAY,),
    "mixed": (Meaning.MAINTENANCE, Meaning.GATEWAY, Meaning.UNAVAILABLE),
}

_LOST: tuple[Decision, ...] = (FaultKind.HANG, FaultKind.HANG, FaultKind.REFUSE)


def effect_of(
    occurrence: Occurrence, part: Part, persona: str, tier: RiskTier, vantage: str
) -> Effect | None:
    """How what is on touches this payer's calls to this part from this vantage; None: not at all."""
    scenario = occurrence.scenario
    if scenario.vantages and vantage not in scenario.vantages:
        return None
    if part.dialect is Dialect.CONTROL:
        wide = scenario.kind is ScenarioKind.VANTAGE_LOST and scenario.manner == "everything"
        return _at_every_step(occurrence, _LOST) if wide else None
    if scenario.components and part.slug not in scenario.components:
        return None
    if scenario.personas and persona not in scenario.personas:
        return None
    if scenario.tiers and tier not in scenario.tiers:
        return None
    return _of_kind(occurrence, tier)


def _of_kind(occurrence: Occurrence, tier: RiskTier) -> Effect:
    """The effect on whom it concerns; its intensity is the share of calls, of those that it would refuse."""
    scenario = occurrence.scenario
    manner, share = scenario.manner, scenario.intensity
    match scenario.kind:
        case ScenarioKind.VANTAGE_LOST:
            return _at_every_step(occurrence, _LOST)
        case ScenarioKind.MAINTENANCE:
            during = _at_every_step(occurrence, _MAINTENANCE[manner], share)
            after = _at_every_step(occurrence, _OUTAGES["server-error"], share)
            told_end_s = occurrence.window_ends_s
            return lambda second, bits, first: (during if second < told_end_s else after)(second, bits, first)
        case ScenarioKind.OUTAGE:
            return _at_every_step(occurrence, _OUTAGES[manner], share)
        case ScenarioKind.KEY_EXPIRED:
            return _at_every_step(occurrence, (Meaning.KEY_REFUSED,), share)
        case ScenarioKind.FROZEN_PERSONA:
            return _at_first_step(occurrence, Meaning.RISK)
        case ScenarioKind.POLICY:
            return _at_first_step(occurrence, Meaning.POLICY, share)
        case ScenarioKind.RISK_WAVE:
            refusal = Meaning.MASKED if manner == "masked" else Meaning.RISK
            return _at_first_step(occurrence, refusal, _REFUSED[manner][tier] * share)
        case _:
            # A festival: some are throttled, and all are served half as fast.
            throttled = _at_first_step(occurrence, Meaning.THROTTLED, 0.03 * share)
            return lambda second, bits, first: throttled(second, bits, first) or 2.0


def _at_first_step(occurrence: Occurrence, meaning: Meaning, share: float = 1.0) -> Effect:
    """Touches ``share`` of the checks when they begin: what is refused is refused at once."""
    touch = _at_every_step(occurrence, (meaning,), share)
    return lambda second, bits, first: touch(second, bits, first) if first else None


def _at_every_step(occurrence: Occurrence, decisions: tuple[Decision, ...], share: float = 1.0) -> Effect:
    """Touches ``share`` (0 to 1) of the calls, at full depth, with one of ``decisions``."""
    salt = int.from_bytes(key_of(occurrence.number, occurrence.scenario.id)[:4], "big") | 1
    steady = occurrence.scenario.ramp_s <= 0 and occurrence.scenario.on_s <= 0

    def touch(second: float, bits: int, first: bool) -> Decision | None:
        reached = share if steady else share * occurrence.depth(second)
        chance = unit(bits, salt)
        if chance >= reached:
            return None
        return decisions[int(chance / reached * len(decisions))]

    return touch

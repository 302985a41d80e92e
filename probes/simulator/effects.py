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

# Who gets hold of a call first: the network is in front of the service, the service of the risk engine.
ORDER: dict[ScenarioKind, int] = {
    ScenarioKind.VANTAGE_LOST: 0,
    ScenarioKind.MAINTENANCE: 1,
    ScenarioKind.OUTAGE: 2,
    ScenarioKind.FROZEN_PERSONA: 3,
    ScenarioKind.POLICY: 4,
    ScenarioKind.RISK_WAVE: 5,
    ScenarioKind.FESTIVAL: 6,
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
    """How ``occurrence`` touches this payer's calls to this part from this vantage; None: not at all."""
    scenario = occurrence.scenario
    if scenario.kind not in ORDER or not scenario.happens:
        return None
    if scenario.vantages and vantage not in scenario.vantages:
        return None
    if part.dialect is Dialect.CONTROL:
        wide = scenario.kind is ScenarioKind.VANTAGE_LOST and scenario.flavour != "provider"
        return _one_of(occurrence, _LOST, 1.0, every_step=True) if wide else None
    if scenario.components and part.slug not in scenario.components:
        return None
    if scenario.personas and persona not in scenario.personas:
        return None
    if scenario.tiers and tier not in scenario.tiers:
        return None
    return _BUILD[scenario.kind](occurrence, tier)


def _one_of(
    occurrence: Occurrence, decisions: tuple[Decision, ...], share: float, *, every_step: bool
) -> Effect:
    """Touches ``share`` (0 to 1) of the calls, at full depth, with one of ``decisions``."""
    salt = int.from_bytes(key_of(occurrence.number, occurrence.scenario.id)[:4], "big") | 1
    steady = occurrence.scenario.ramp_s <= 0 and occurrence.scenario.on_s <= 0

    def touch(second: float, bits: int, first: bool) -> Decision | None:
        if not (first or every_step):
            return None
        reached = share if steady else share * occurrence.depth(second)
        chance = unit(bits, salt)
        if chance >= reached:
            return None
        return decisions[int(chance / reached * len(decisions))]

    return touch


def _outage(occurrence: Occurrence, tier: RiskTier) -> Effect:
    scenario = occurrence.scenario
    share = 1.0 if scenario.intensity is None else scenario.intensity
    if scenario.flavour == "crawl":
        return _one_of(occurrence, (12.0, 16.0, 20.0, 28.0), share, every_step=True)
    return _one_of(occurrence, _OUTAGES[scenario.flavour or "mixed"], share, every_step=True)


def _risk_wave(occurrence: Occurrence, tier: RiskTier) -> Effect:
    scenario = occurrence.scenario
    flavour = scenario.flavour or "explicit"
    scale = 1.0 if scenario.intensity is None else scenario.intensity
    meaning = Meaning.MASKED if flavour == "masked" else Meaning.RISK
    return _one_of(occurrence, (meaning,), _REFUSED[flavour][tier] * scale, every_step=False)


def _policy(occurrence: Occurrence, tier: RiskTier) -> Effect:
    share = 1.0 if occurrence.scenario.intensity is None else occurrence.scenario.intensity
    return _one_of(occurrence, (Meaning.POLICY,), share, every_step=False)


def _maintenance(occurrence: Occurrence, tier: RiskTier) -> Effect:
    scenario = occurrence.scenario
    share = 1.0 if scenario.intensity is None else scenario.intensity
    during = _one_of(occurrence, _MAINTENANCE[scenario.flavour or "told"], share, every_step=True)
    after = _one_of(occurrence, _OUTAGES["server-error"], share, every_step=True)

    def touch(second: float, bits: int, first: bool) -> Decision | None:
        return (during if second < occurrence.window_ends_s else after)(second, bits, first)

    return touch


def _vantage_lost(occurrence: Occurrence, tier: RiskTier) -> Effect:
    return _one_of(occurrence, _LOST, 1.0, every_step=True)


def _frozen_persona(occurrence: Occurrence, tier: RiskTier) -> Effect:
    return _one_of(occurrence, (Meaning.RISK,), 1.0, every_step=False)


def _festival(occurrence: Occurrence, tier: RiskTier) -> Effect:
    share = 0.03 if occurrence.scenario.intensity is None else 0.03 * occurrence.scenario.intensity
    throttled = _one_of(occurrence, (Meaning.THROTTLED,), share, every_step=False)

    def touch(second: float, bits: int, first: bool) -> Decision | None:
        return throttled(second, bits, first) or 2.0

    return touch


_BUILD: dict[ScenarioKind, Callable[[Occurrence, RiskTier], Effect]] = {
    ScenarioKind.OUTAGE: _outage,
    ScenarioKind.RISK_WAVE: _risk_wave,
    ScenarioKind.POLICY: _policy,
    ScenarioKind.MAINTENANCE: _maintenance,
    ScenarioKind.VANTAGE_LOST: _vantage_lost,
    ScenarioKind.FROZEN_PERSONA: _frozen_persona,
    ScenarioKind.FESTIVAL: _festival,
}

"""What becomes of a connection before anything is asked on it: the network between a vantage and a host."""

from datetime import datetime

from probes.simulator.cast import ALL_PARTS, CONTROL, CONTROL_HOSTS, Part
from probes.simulator.dice import draw, key_of, unit
from probes.simulator.effects import effect_of
from probes.simulator.fates import FaultKind
from probes.simulator.scenario import ScenarioKind
from probes.simulator.world import World
from probes.vocabulary.tiers import RiskTier

_BEFORE_ANY_REQUEST = {"connect", "tls"}
# Chance that a connection fails on an ordinary day.
_REFUSED, _BROKEN_TLS = 0.0003, 0.0001


def parts_at(host: str) -> tuple[Part, ...]:
    """The parts that are played at a host; none for a name that nobody has."""
    if host in CONTROL_HOSTS:
        return (CONTROL,)
    return tuple(part for part in ALL_PARTS.values() if part.host == host)


def fault_of_line(world: World, vantage: str, host: str, at: datetime) -> FaultKind | None:
    """How a new connection from ``vantage`` to ``host`` fails, or None.

    A lost vantage fails here, and so does an outage of all parts of a host that refuses connections or TLS.
    Faults of one component or payer cannot: nobody knows yet who is asking for what. The port itself stays
    open, so a refused connection is one that is reset at its first byte, and a client may call that a failure
    of TLS.
    """
    parts = parts_at(host)
    second = at.timestamp()
    bits = draw(key_of(world.seed, "line", vantage, host), int(second * 1000))
    for occurrence in world.on(at):
        scenario = occurrence.scenario
        wide = set(scenario.components) >= {part.slug for part in parts} or not scenario.components
        early = scenario.kind is ScenarioKind.OUTAGE and scenario.flavour in _BEFORE_ANY_REQUEST
        whole = wide and early and not (scenario.tiers or scenario.personas)
        if parts and (scenario.kind is ScenarioKind.VANTAGE_LOST or whole):
            effect = effect_of(occurrence, parts[0], "", RiskTier.LOW, vantage)
            decision = effect(second, bits, True) if effect is not None else None
            if isinstance(decision, FaultKind):
                return decision
    share = unit(bits, 9)
    if share < _REFUSED * world.mishaps:
        return FaultKind.REFUSE
    return FaultKind.TLS if share < (_REFUSED + _BROKEN_TLS) * world.mishaps else None

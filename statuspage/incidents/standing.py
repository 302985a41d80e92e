"""How components and the page stand, from what is open now: pure rules, the same for the page and its API."""

from collections.abc import Iterable
from dataclasses import dataclass

from probes.outcomes import Cause, Impact
from statuspage.analysis.values import Certainty
from statuspage.incidents.states import ComponentState

# From best to worst. Maintenance never masks a fault, and "unknown" never masks anything that is known.
SEVERITY: tuple[ComponentState, ...] = (
    ComponentState.OPERATIONAL,
    ComponentState.UNKNOWN,
    ComponentState.MAINTENANCE,
    ComponentState.DEGRADED,
    ComponentState.PARTIAL,
    ComponentState.MAJOR,
)
_OUTAGE_STATE = {
    Impact.NONE: ComponentState.OPERATIONAL,
    Impact.MINOR: ComponentState.DEGRADED,
    Impact.MAJOR: ComponentState.PARTIAL,
    Impact.CRITICAL: ComponentState.MAJOR,
}
# Refusals are no outage: the service runs, but not for everyone.
_REFUSAL_STATE = {
    Impact.NONE: ComponentState.OPERATIONAL,
    Impact.MINOR: ComponentState.DEGRADED,
    Impact.MAJOR: ComponentState.DEGRADED,
    Impact.CRITICAL: ComponentState.PARTIAL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """An open incident, as far as the components that it affects now are concerned."""

    cause: Cause
    impact: Impact
    certainty: Certainty


@dataclass(frozen=True, slots=True, kw_only=True)
class PageStanding:
    """The page's indicator and sentence, in the words of the Statuspage API."""

    indicator: str
    description: str


def state_in(trouble: Trouble) -> ComponentState:
    """What one open incident makes of a component; a suspicion makes it degraded at most."""
    if trouble.cause is Cause.MAINTENANCE:
        return ComponentState.MAINTENANCE
    by_impact = _OUTAGE_STATE if trouble.cause is Cause.OUTAGE else _REFUSAL_STATE
    state = by_impact[trouble.impact]
    return (
        min(state, ComponentState.DEGRADED, key=_rank) if trouble.certainty is Certainty.SUSPECTED else state
    )


def state_of(*, troubles: Iterable[Trouble], under_maintenance: bool, blind: bool) -> ComponentState:
    """The worst of what is open; unknown where nothing is open and nothing can be seen."""
    states = [state_in(trouble) for trouble in troubles]
    if under_maintenance:
        states.append(ComponentState.MAINTENANCE)
    if blind:
        states.append(ComponentState.UNKNOWN)
    return max(states, key=_rank, default=ComponentState.OPERATIONAL)


def page_standing(states: Iterable[ComponentState]) -> PageStanding:
    """How the page stands; it follows the components alone.

    An unknown component counts as operational here, because clients of the Statuspage API know no such state;
    the page itself and the ``x_`` fields tell the truth.
    """
    every = list(states)
    worst = max(every, key=_rank, default=ComponentState.OPERATIONAL)
    if worst is ComponentState.MAJOR:
        if all(state is ComponentState.MAJOR for state in every):
            return PageStanding(indicator="critical", description="Major Service Outage")
        return PageStanding(indicator="major", description="Partial System Outage")
    if worst is ComponentState.PARTIAL:
        return PageStanding(indicator="minor", description="Minor Service Outage")
    if worst is ComponentState.DEGRADED:
        return PageStanding(indicator="minor", description="Partially Degraded Service")
    if worst is ComponentState.MAINTENANCE:
        return PageStanding(indicator="maintenance", description="Service Under Maintenance")
    return PageStanding(indicator="none", description="All Systems Operational")


def _rank(state: ComponentState) -> int:
    return SEVERITY.index(state)

"""How a component stands, from what is open now: pure rules."""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.states import ComponentState
from statuspage.analysis.values import Certainty

by_rank = attrgetter("rank")
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


def state_in(trouble: Trouble) -> ComponentState:
    """What one open incident makes of a component; a suspicion makes it degraded at most."""
    if trouble.cause is Cause.MAINTENANCE:
        return ComponentState.MAINTENANCE
    by_impact = _OUTAGE_STATE if trouble.cause is Cause.OUTAGE else _REFUSAL_STATE
    state = by_impact[trouble.impact]
    if trouble.certainty is Certainty.SUSPECTED:
        return min(state, ComponentState.DEGRADED, key=by_rank)
    return state


def worst_state(*, troubles: Iterable[Trouble], under_maintenance: bool, blind: bool) -> ComponentState:
    """The worst of what is open; unknown where nothing is open and nothing can be seen."""
    states = [state_in(trouble) for trouble in troubles]
    if under_maintenance:
        states.append(ComponentState.MAINTENANCE)
    if blind:
        states.append(ComponentState.UNKNOWN)
    return max(states, key=by_rank, default=ComponentState.OPERATIONAL)

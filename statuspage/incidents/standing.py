"""How a component stands, from what is open now: pure rules."""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause, Extent, Impact
from probes.vocabulary.states import ComponentState
from statuspage.analysis.model import INCIDENTS
from statuspage.analysis.values import Certainty
from statuspage.wording.about import STATES

by_rank = attrgetter("rank")
_BY_EXTENT = {
    Extent.SLOW: ComponentState.DEGRADED,
    Extent.SOME: ComponentState.PARTIAL,
    Extent.ALL: ComponentState.MAJOR,
}
# Where nobody measured how much of it fails, as in a person's incident: by the rule that Statuspage goes by
# from states to impacts, read backwards.
_BY_IMPACT = {
    Impact.NONE: ComponentState.OPERATIONAL,
    Impact.MINOR: ComponentState.DEGRADED,
    Impact.MAJOR: ComponentState.MAJOR,
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
    """An open incident as one component meets it; ``extent`` is how much of that fails, where measured."""

    cause: Cause
    impact: Impact
    certainty: Certainty
    extent: Extent | None = None
    told_only: bool = False  # users alone speak of it


def state_in(trouble: Trouble) -> ComponentState:
    """What one open incident makes of a component; a suspicion makes it degraded at most.

    How much of a component fails is its own affair, whatever becomes of the others.
    """
    if trouble.cause is Cause.MAINTENANCE:
        return ComponentState.MAINTENANCE
    if trouble.cause is not Cause.OUTAGE:
        state = _REFUSAL_STATE[trouble.impact]
    elif trouble.extent is not None:
        state = _BY_EXTENT[trouble.extent]
    else:
        state = _BY_IMPACT[trouble.impact]
    if trouble.certainty is Certainty.SUSPECTED:
        return min(state, ComponentState.DEGRADED, key=by_rank)
    return state


def thresholds() -> Bilingual:
    """How bad which state is, in a reader's words."""
    return STATES.say(share=f"{INCIDENTS.deep_share:.0%}")


def worst_state(*, troubles: Iterable[Trouble], under_maintenance: bool, blind: bool) -> ComponentState:
    """The worst of what is open; unknown where nothing is seen and nothing is open but what users tell."""
    states = [state_in(trouble) for trouble in troubles if not (blind and trouble.told_only)]
    if under_maintenance:
        states.append(ComponentState.MAINTENANCE)
    if blind:
        states.append(ComponentState.UNKNOWN)
    return max(states, key=by_rank, default=ComponentState.OPERATIONAL)

"""Which decisions a person can take about an incident as it stands: pure rules."""

from dataclasses import dataclass
from enum import StrEnum

from probes.vocabulary.publishing import Confirmation, Publication
from statuspage.analysis.values import Certainty


class IncidentDecision(StrEnum):
    """What a person may decide of an incident, in the order in which it is offered."""

    CONFIRM = "confirm"
    PUBLISH = "publish"
    HOLD_BACK = "hold_back"
    DROP = "drop"
    SAY = "say"
    CORRECT = "correct"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    TAKE_OVER = "take_over"
    GIVE_BACK = "give_back"
    WITHDRAW = "withdraw"
    MERGE = "merge"
    SPLIT = "split"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentStanding:
    """An incident as far as decisions depend on it."""

    publication: Publication = Publication.PUBLISHED
    certainty: Certainty = Certainty.CONFIRMED
    confirmation: Confirmation = Confirmation.BY_POLICY
    by_machine: bool = True  # a machine found it
    taken_over: bool = False
    over: bool = False
    withdrawn: bool = False
    merged: bool = False
    components: int = 1


def decisions_for(standing: IncidentStanding) -> tuple[IncidentDecision, ...]:
    """What can be decided now; nothing of what was merged into another."""
    return tuple(
        decision for decision in IncidentDecision if not standing.merged and _may(decision, standing)
    )


def _may(decision: IncidentDecision, now: IncidentStanding) -> bool:
    told = now.publication is Publication.PUBLISHED
    unsure = now.certainty is Certainty.SUSPECTED
    match decision:
        case IncidentDecision.CONFIRM:
            return unsure and told and not now.over
        case IncidentDecision.HOLD_BACK:
            # Only what would be told by itself can be stopped, once.
            by_itself = now.by_machine and not now.taken_over and now.confirmation is Confirmation.BY_POLICY
            waits = now.publication is Publication.WAITING
            return waits or (told and unsure and not now.over and by_itself)
        case IncidentDecision.PUBLISH:
            return not told
        case IncidentDecision.DROP:
            return not told and now.publication is not Publication.DROPPED
        case IncidentDecision.SAY | IncidentDecision.CORRECT:
            return told and not now.withdrawn
        case IncidentDecision.RESOLVE | IncidentDecision.SPLIT if now.over:
            return False
        case IncidentDecision.SPLIT:
            return now.components > 1
        case IncidentDecision.REOPEN:
            return now.over and told
        case IncidentDecision.TAKE_OVER:
            return now.by_machine and not now.taken_over and not now.over
        case IncidentDecision.GIVE_BACK:
            return now.by_machine and now.taken_over and not now.withdrawn
        case IncidentDecision.WITHDRAW:
            return told and not now.withdrawn
        case IncidentDecision.MERGE:
            return not now.withdrawn
        case _:
            return True

"""What may be decided of an incident, by how it stands: a table, and how to read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from probes.vocabulary.publishing import Confirmation, Publication
from probes.vocabulary.states import IncidentStatus
from statuspage.analysis.values import Certainty


class Act(StrEnum):
    """What whoever is on duty does to an incident."""

    CONFIRM = "confirm"
    PUBLISH = "publish"
    HOLD_BACK = "hold_back"
    DROP = "drop"
    SAY = "say"
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    RESOLVE = "resolve"
    TAKE_OVER = "take_over"
    GIVE_BACK = "give_back"


class ToldStanding(StrEnum):
    """How far the public is told of an open incident; the first waits most for a decision."""

    WAITING = "waiting"
    HELD = "held"
    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    RECOVERING = "recovering"
    DROPPED = "dropped"


class Leader(StrEnum):
    """Who moves an incident."""

    MACHINE = "machine"
    PERSON = "person"  # took it over, and can give it back
    OWNER = "owner"  # a person who opened it: the machine knows nothing of it


_BY_STANDING: Mapping[ToldStanding, tuple[Act, ...]] = {
    ToldStanding.WAITING: (Act.PUBLISH, Act.HOLD_BACK, Act.DROP),
    ToldStanding.HELD: (Act.PUBLISH, Act.DROP),
    ToldStanding.SUSPECTED: (
        Act.CONFIRM,
        Act.HOLD_BACK,
        Act.WITHDRAW,
        Act.SAY,
        Act.CORRECT,
        Act.RESOLVE,
    ),
    ToldStanding.CONFIRMED: (Act.SAY, Act.CORRECT, Act.RESOLVE, Act.WITHDRAW),
    ToldStanding.RECOVERING: (Act.SAY, Act.RESOLVE, Act.WITHDRAW),
    ToldStanding.DROPPED: (Act.PUBLISH,),
}
_BY_LEADER: Mapping[Leader, tuple[Act, ...]] = {
    Leader.MACHINE: (Act.TAKE_OVER,),
    Leader.PERSON: (Act.GIVE_BACK,),
    Leader.OWNER: (),
}
# A word on an incident is less than a decision.
PERMISSIONS: Mapping[Act, str] = {
    act: "incidents.add_incidentupdate" if act is Act.SAY else "incidents.change_incident" for act in Act
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """All that a decision about an open incident rests on."""

    cause: str
    status: IncidentStatus
    certainty: Certainty
    publication: Publication
    confirmation: Confirmation
    leader: Leader

    @property
    def mark(self) -> str:
        """Another one where anything of it is: whoever decided by that decided about something else."""
        told = (self.cause, self.status, self.certainty, self.publication, self.confirmation, self.leader)
        return ".".join(told)


def leader_of(*, key: str | None, taken_over: bool) -> Leader:
    """Who moves an incident with this key of the detector."""
    if key is None:
        return Leader.OWNER
    return Leader.PERSON if taken_over else Leader.MACHINE


def standing_of(position: Position) -> ToldStanding:
    """How far the public is told."""
    if position.publication is not Publication.PUBLISHED:
        return ToldStanding(position.publication.value)
    if position.status is IncidentStatus.MONITORING:
        return ToldStanding.RECOVERING
    return ToldStanding.SUSPECTED if position.certainty is Certainty.SUSPECTED else ToldStanding.CONFIRMED


def acts_on(position: Position) -> tuple[Act, ...]:
    """What may be done, in the order of the buttons."""
    acts = _BY_STANDING[standing_of(position)] + _BY_LEADER[position.leader]
    # Only what would be told by itself can be stopped, once.
    stopped = position.leader is not Leader.MACHINE or position.confirmation is not Confirmation.BY_POLICY
    return tuple(act for act in acts if not (act is Act.HOLD_BACK and stopped))


def order_of(standing: ToldStanding, started_at: datetime) -> tuple[int, float]:
    """Sorts stories: what waits for a decision first, then the newest."""
    return list(ToldStanding).index(standing), -started_at.timestamp()

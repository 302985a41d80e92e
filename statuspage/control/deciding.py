"""What the control room offers of what may be decided of an incident, and how far the public is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from probes.vocabulary.publishing import Confirmation, Publication
from probes.vocabulary.states import IncidentStatus
from statuspage.analysis.values import Certainty
from statuspage.incidents.decisions import IncidentDecision, IncidentStanding, decisions_for


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


# What needs more than a tap has its place on the incident's own page.
ON_ITS_PAGE = frozenset({IncidentDecision.REOPEN, IncidentDecision.MERGE, IncidentDecision.SPLIT})
# A word on an incident is less than a decision.
PERMISSIONS: Mapping[IncidentDecision, str] = {
    act: f"incidents.{'add_incidentupdate' if act is IncidentDecision.SAY else 'change_incident'}"
    for act in IncidentDecision
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


def acts_on(position: Position) -> tuple[IncidentDecision, ...]:
    """What may be done here to an open incident, in the order of the buttons."""
    told = position.publication is Publication.PUBLISHED
    return tuple(
        act
        for act in decisions_for(_standing(position))
        # Of what nobody was told nobody is told that it is over: its page ends it.
        if act not in ON_ITS_PAGE and (told or act is not IncidentDecision.RESOLVE)
    )


def _standing(position: Position) -> IncidentStanding:
    return IncidentStanding(
        publication=position.publication,
        certainty=position.certainty,
        confirmation=position.confirmation,
        by_machine=position.leader is not Leader.OWNER,
        taken_over=position.leader is Leader.PERSON,
    )


def order_of(standing: ToldStanding, started_at: datetime) -> tuple[int, float]:
    """Sorts stories: what waits for a decision first, then the newest."""
    return list(ToldStanding).index(standing), -started_at.timestamp()

"""What may be decided of an incident, by how it stands: a table, and how to read it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from probes.vocabulary.states import IncidentStatus
from statuspage.analysis.values import Certainty


class Act(StrEnum):
    """What whoever is on duty does to an incident."""

    SAY = "say"
    RESOLVE = "resolve"
    TAKE_OVER = "take_over"
    GIVE_BACK = "give_back"


class Standing(StrEnum):
    """How far the public is told of an incident; the first waits most for a decision."""

    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    RECOVERING = "recovering"


class Leader(StrEnum):
    """Who moves an incident."""

    MACHINE = "machine"
    PERSON = "person"  # took it over, and can give it back
    OWNER = "owner"  # a person who opened it: the machine knows nothing of it


_OF_LEADER: Mapping[Leader, tuple[Act, ...]] = {
    Leader.MACHINE: (Act.SAY, Act.RESOLVE, Act.TAKE_OVER),
    Leader.PERSON: (Act.SAY, Act.RESOLVE, Act.GIVE_BACK),
    Leader.OWNER: (Act.SAY, Act.RESOLVE),
}
URGENCY = (Standing.SUSPECTED, Standing.CONFIRMED, Standing.RECOVERING)


def standing_of(*, status: IncidentStatus, certainty: Certainty) -> Standing:
    """How far the public is told of an open incident."""
    if status is IncidentStatus.MONITORING:
        return Standing.RECOVERING
    return Standing.SUSPECTED if certainty is Certainty.SUSPECTED else Standing.CONFIRMED


def leader_of(*, key: str | None, taken_over: bool) -> Leader:
    """Who moves an incident with this key of the detector."""
    if key is None:
        return Leader.OWNER
    return Leader.PERSON if taken_over else Leader.MACHINE


def acts_on(standing: Standing, leader: Leader) -> tuple[Act, ...]:
    """What may be done to an open incident, in the order of its buttons."""
    return _OF_LEADER[leader]


def mark_of(*, cause: str, certainty: str, status: str, leader: Leader) -> str:
    """What a decision rests on: whoever decided by another mark decided about something else."""
    return ".".join((cause, certainty, status, leader.value))


def order_of(standing: Standing, started_at: datetime) -> tuple[int, float]:
    """Sorts stories: what waits for a decision first, then the newest."""
    return URGENCY.index(standing), -started_at.timestamp()

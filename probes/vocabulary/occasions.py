"""The occasions on which something is said again and again, for which there are templates of words."""

from enum import StrEnum

from probes.vocabulary.states import IncidentStatus, PlannedStep


class Occasion(StrEnum):
    """When such words are needed."""

    INVESTIGATING = "incident_investigating"
    IDENTIFIED = "incident_identified"
    MONITORING = "incident_monitoring"
    RESOLVED = "incident_resolved"
    POSTMORTEM = "incident_postmortem"
    PLANNED = "planned_scheduled"
    REMINDED = "planned_reminded"
    RESCHEDULED = "planned_rescheduled"
    STARTED = "planned_started"
    EXTENDED = "planned_extended"
    VERIFYING = "planned_verifying"
    COMPLETED = "planned_completed"
    CANCELLED = "planned_cancelled"
    ANNOUNCEMENT = "announcement"

    @property
    def is_planned(self) -> bool:
        """Whether it is a step of planned work, which the machine tells by itself."""
        return self.value.startswith("planned_")

    @property
    def is_incident(self) -> bool:
        """Whether it is an update of an incident."""
        return self.value.startswith("incident_")


def occasion_of(moved: PlannedStep | IncidentStatus) -> Occasion:
    """The occasion of a step of planned work, or of an update with this status."""
    kind = "planned" if isinstance(moved, PlannedStep) else "incident"
    return Occasion(f"{kind}_{moved.value}")

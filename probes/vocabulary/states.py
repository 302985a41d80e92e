"""How an incident, a maintenance and a component stand, and what the next update of either tells."""

from enum import StrEnum


class IncidentStatus(StrEnum):
    """How far an incident has come; the words of the Statuspage API."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"
    POSTMORTEM = "postmortem"

    @property
    def is_over(self) -> bool:
        """Whether nothing goes on any more."""
        return self in (IncidentStatus.RESOLVED, IncidentStatus.POSTMORTEM)


class MaintenanceStatus(StrEnum):
    """How far planned work has come; the words of the Statuspage API, and ``cancelled``."""

    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    VERIFYING = "verifying"
    COMPLETED = "completed"
    CANCELLED = "cancelled"

    @property
    def moves_by_time(self) -> bool:
        """Whether its times alone move it on, for nobody holds it open or withdrew it."""
        return self in (MaintenanceStatus.SCHEDULED, MaintenanceStatus.IN_PROGRESS)

    @property
    def is_under_way(self) -> bool:
        """Whether somebody works on it now."""
        return self in (MaintenanceStatus.IN_PROGRESS, MaintenanceStatus.VERIFYING)

    @property
    def is_over(self) -> bool:
        """Whether nothing will come of it any more."""
        return self in (MaintenanceStatus.COMPLETED, MaintenanceStatus.CANCELLED)


class PlannedStep(StrEnum):
    """How planned work differs from what the public was told of it last."""

    SCHEDULED = "scheduled"
    REMINDED = "reminded"  # it begins soon, as was told before
    RESCHEDULED = "rescheduled"
    STARTED = "started"
    EXTENDED = "extended"  # it ends later than was told while it was under way
    VERIFYING = "verifying"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class ComponentState(StrEnum):
    """The words of the Statuspage API, and ``unknown`` for where the monitor is blind."""

    OPERATIONAL = "operational"
    DEGRADED = "degraded_performance"
    PARTIAL = "partial_outage"
    MAJOR = "major_outage"
    MAINTENANCE = "under_maintenance"
    UNKNOWN = "unknown"

    @property
    def rank(self) -> int:
        """From best to worst: maintenance never masks a fault, and unknown masks nothing that is known."""
        return _RANKS[self]


_RANKS = {
    ComponentState.OPERATIONAL: 0,
    ComponentState.UNKNOWN: 1,
    ComponentState.MAINTENANCE: 2,
    ComponentState.DEGRADED: 3,
    ComponentState.PARTIAL: 4,
    ComponentState.MAJOR: 5,
}


class UpdateKind(StrEnum):
    """How a verdict differs from what the public was told last."""

    SUSPECTED = "suspected"  # something new, not yet sure
    OPENED = "opened"  # something new, and sure
    CONFIRMED = "confirmed"  # a suspicion became sure
    LEANED = "leaned"  # a suspicion leans to another cause
    CAUSE_CHANGED = "cause_changed"
    WORSENED = "worsened"
    SPREAD = "spread"  # more components
    EASED = "eased"  # fewer components
    # Nothing fails any more, but it is too early to call it over.
    RECOVERING = "recovering"
    RELAPSED = "relapsed"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"  # a suspicion that nothing bore out
    REOPENED = "reopened"

"""The words for how an incident, a maintenance and a component stand."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class IncidentStatus(models.TextChoices):
    INVESTIGATING = "investigating", _("investigating")
    IDENTIFIED = "identified", _("identified")
    MONITORING = "monitoring", _("monitoring")
    RESOLVED = "resolved", _("resolved")
    POSTMORTEM = "postmortem", _("post-mortem")

    @property
    def is_over(self) -> bool:
        """Whether nothing goes on any more."""
        return self in (IncidentStatus.RESOLVED, IncidentStatus.POSTMORTEM)


class MaintenanceStatus(models.TextChoices):
    SCHEDULED = "scheduled", _("scheduled")
    IN_PROGRESS = "in_progress", _("in progress")
    VERIFYING = "verifying", _("verifying")
    COMPLETED = "completed", _("completed")
    CANCELLED = "cancelled", _("cancelled")


class ComponentState(models.TextChoices):
    """The words of the Statuspage API, and ``unknown`` for where the monitor is blind."""

    OPERATIONAL = "operational", _("operational")
    DEGRADED = "degraded_performance", _("degraded performance")
    PARTIAL = "partial_outage", _("partial outage")
    MAJOR = "major_outage", _("major outage")
    MAINTENANCE = "under_maintenance", _("under maintenance")
    UNKNOWN = "unknown", _("unknown")

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

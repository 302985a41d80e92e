"""The words for how an incident, a maintenance and a component stand."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class IncidentStatus(models.TextChoices):
    INVESTIGATING = "investigating", _("investigating")
    IDENTIFIED = "identified", _("identified")
    MONITORING = "monitoring", _("monitoring")
    RESOLVED = "resolved", _("resolved")
    POSTMORTEM = "postmortem", _("post-mortem")


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

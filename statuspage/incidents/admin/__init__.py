"""The admin of what is told to the public."""

from statuspage.incidents.admin.incidents import IncidentAdmin
from statuspage.incidents.admin.planned import AnnouncementAdmin, MaintenanceAdmin
from statuspage.incidents.admin.standing import ComponentStatusAdmin, ProgressAdmin

__all__ = ["AnnouncementAdmin", "ComponentStatusAdmin", "IncidentAdmin", "MaintenanceAdmin", "ProgressAdmin"]

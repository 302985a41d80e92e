"""The admin of what is told to the public."""

from django.contrib import admin

from statuspage.incidents.admin.incidents import IncidentAdmin
from statuspage.incidents.admin.planned import AnnouncementAdmin, MaintenanceAdmin
from statuspage.incidents.admin.policies import PublishingPolicyAdmin
from statuspage.incidents.admin.series import MaintenanceSeriesAdmin
from statuspage.incidents.admin.standing import ComponentStatusAdmin, ProgressAdmin

admin.site.site_header = admin.site.site_title = "Fogbreak"

__all__ = [
    "AnnouncementAdmin",
    "ComponentStatusAdmin",
    "IncidentAdmin",
    "MaintenanceAdmin",
    "MaintenanceSeriesAdmin",
    "ProgressAdmin",
    "PublishingPolicyAdmin",
]

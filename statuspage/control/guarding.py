"""Django's admin as an application, whose first page is the control room."""

from django.contrib.admin.apps import AdminConfig


class GuardedAdminConfig(AdminConfig):
    default_site = "statuspage.control.site.ControlledAdmin"

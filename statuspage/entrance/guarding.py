"""Django's admin as an application, with this entrance."""

from django.contrib.admin.apps import AdminConfig


class GuardedAdminConfig(AdminConfig):
    default_site = "statuspage.entrance.site.GuardedAdmin"

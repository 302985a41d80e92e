"""The entrance as a Django application."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class EntranceConfig(AppConfig):
    name = "statuspage.entrance"
    label = "entrance"
    verbose_name = _("Entrance")

    def ready(self) -> None:
        # Models are there only now.
        from statuspage.entrance.groups import keep_roles
        from statuspage.entrance.sessions import remember_begin

        post_migrate.connect(keep_roles, dispatch_uid="statuspage.entrance.groups")
        user_logged_in.connect(remember_begin, dispatch_uid="statuspage.entrance.sessions")

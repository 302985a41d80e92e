"""The entrance as a Django application."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class EntranceConfig(AppConfig):
    name = "statuspage.entrance"
    label = "entrance"
    verbose_name = _("Entrance")

    def ready(self) -> None:
        # Models are there only now.
        from statuspage.entrance.groups import keep_roles

        post_migrate.connect(keep_roles, dispatch_uid="statuspage.entrance.groups")

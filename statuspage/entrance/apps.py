"""The entrance as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EntranceConfig(AppConfig):
    name = "statuspage.entrance"
    label = "entrance"
    verbose_name = _("Entrance")

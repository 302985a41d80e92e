"""The control room as a Django application: it has static files and no tables."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ControlConfig(AppConfig):
    name = "statuspage.control"
    label = "control"
    verbose_name = _("Control room")

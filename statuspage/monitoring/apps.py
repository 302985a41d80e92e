"""What was measured."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MonitoringConfig(AppConfig):
    name = "statuspage.monitoring"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Measuring")

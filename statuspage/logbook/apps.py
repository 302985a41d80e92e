"""The log of deeds as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LogbookConfig(AppConfig):
    name = "statuspage.logbook"
    label = "logbook"
    verbose_name = _("Log")

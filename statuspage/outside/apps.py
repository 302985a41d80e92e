"""Other monitors that tell us what they see, the rules by which it is read, and what they said."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutsideConfig(AppConfig):
    name = "statuspage.outside"
    label = "outside"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Other monitors")

"""What everyone sees."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublicConfig(AppConfig):
    name = "statuspage.public"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Public page")

"""The templates of words as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DraftingConfig(AppConfig):
    name = "statuspage.drafting"
    label = "drafting"
    verbose_name = _("Words")

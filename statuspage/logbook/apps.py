"""The log of deeds as a Django application."""

import sys

from django.apps import AppConfig
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _


class LogbookConfig(AppConfig):
    name = "statuspage.logbook"
    label = "logbook"
    verbose_name = _("Log")

    def ready(self) -> None:
        # Django's own commands, which cannot be told to note what they do.
        if sys.argv[1:2] in (["createsuperuser"], ["changepassword"]):
            from statuspage.logbook.accounts import note_account

            post_save.connect(note_account, sender="auth.User", dispatch_uid="statuspage.logbook.accounts")

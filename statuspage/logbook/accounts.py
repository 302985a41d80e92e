"""Notes accounts that are made, and passwords that are set, by Django's own commands."""

from typing import Any

from django.contrib.auth.models import User

from statuspage import clock
from statuspage.logbook.deeds import note_deed
from statuspage.logbook.models import DeedKind
from statuspage.logbook.values import HIDDEN, Change


def note_account(instance: User, created: bool, **kwargs: Any) -> None:
    """An account was saved from the command line; of its password only that there is a new one."""
    password = Change(field="password", before=None if created else HIDDEN, after=HIDDEN)
    note_deed(DeedKind.ADDED if created else DeedKind.CHANGED, instance, now=clock.now(), changes=[password])

"""manage.py lift_login_limits: lets everybody try to log in again, at once."""

from typing import Any

from django.core.management.base import BaseCommand

from statuspage import clock
from statuspage.entrance import limits
from statuspage.entrance.noting import Happening
from statuspage.logbook.deeds import note_deed
from statuspage.logbook.models import DeedKind


class Command(BaseCommand):
    help = "Forget all attempts to log in, so that nobody is refused for their number."

    def handle(self, *args: Any, **options: Any) -> None:
        note_deed(DeedKind.ENTRANCE, now=clock.now(), what=Happening.LIMITS)
        self.stdout.write(f"{limits.lift_all()} limits were counting; all begin anew")

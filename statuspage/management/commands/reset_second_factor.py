"""manage.py reset_second_factor NAME: lets a user who has lost his second factor set it up anew."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from statuspage import clock
from statuspage.entrance import second_factor
from statuspage.entrance.noting import Happening
from statuspage.logbook.deeds import note_deed
from statuspage.logbook.models import DeedKind


class Command(BaseCommand):
    help = "Remove the second factor and the recovery codes of a user, who can then set it up anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the user's name")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        user = User.objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"there is no user {name!r}")
        if not second_factor.remove(user):
            raise CommandError(f"{name} has no second factor")
        note_deed(DeedKind.ENTRANCE, user, now=clock.now(), what=Happening.FACTOR_GONE)
        self.stdout.write(f"{name} gets in with the password alone until a second factor is set up again")

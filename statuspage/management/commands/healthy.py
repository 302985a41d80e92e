"""`manage.py healthy [NAME ...]`: what /readyz answers, for a container or a unit that asks by a command."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from statuspage.health.readiness import Readiness
from statuspage.health.requirements import REQUIREMENTS


class Command(BaseCommand):
    help = "Says whether database, migrations, broker, engine and snapshot are well; exit status 1 if not."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        names = [each.name for each in REQUIREMENTS]
        parser.add_argument(
            "names", nargs="*", metavar="NAME", help=f"these alone, of {', '.join(names)}; default: all"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        known = {each.name: each for each in REQUIREMENTS}
        unknown = [name for name in options["names"] if name not in known]
        if unknown:
            self.stderr.write(f"{', '.join(unknown)}: expected some of {', '.join(known)}")
            sys.exit(2)
        found = Readiness([known[name] for name in options["names"] or known]).wrong()
        for name, reason in found.items():
            self.stdout.write(f"{name}: {reason or 'ok'}")
        if any(found.values()):
            sys.exit(1)

"""`manage.py why INCIDENT`: leads from what the page says of an incident to the checks behind it."""

from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError, CommandParser

from statuspage import clock
from statuspage.why.finding import UnknownIncidentError, find_incident
from statuspage.why.reading import MOST_OF_EACH, why
from statuspage.why.telling import lines_of


class Command(BaseCommand):
    help = "Print why the page says what it says of an incident, down to single checks and reports."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("incident", help="its number, its id or an update's, or the address of its page")
        parser.add_argument("--json", action="store_true", help="one JSON object, times in UTC")
        parser.add_argument(
            "--most",
            type=int,
            default=MOST_OF_EACH,
            help="single checks of each probe, and reports of each kind",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["most"] < 0:
            raise CommandError(f"--most={options['most']}: expected 0 or more")
        try:
            incident = find_incident(options["incident"])
        except UnknownIncidentError as error:
            raise CommandError(str(error)) from error
        chain = why(incident, now=clock.now(), most=options["most"])
        if options["json"]:
            self.stdout.write(msgspec.json.encode(chain).decode())
            return
        for line in lines_of(chain):
            self.stdout.write(line)

"""`manage.py demo`: a pretend payment world, the engine that watches it and the page, from one command."""

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from statuspage.demo.places import InTheWayError
from statuspage.demo.show import PartEndedError, ShownPlace, say
from statuspage.demo.story import Wishes, run


class Command(BaseCommand):
    help = "Shows the whole on this machine: simulator, engine and web server, with ninety days of history."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="of the page (default: 8000)")
        parser.add_argument("--host", default="127.0.0.1", help="to listen on (default: 127.0.0.1)")
        parser.add_argument("--days", type=int, default=90, help="of history (default: 90)")
        parser.add_argument("--seed", type=int, default=1, help="of the pretend world (default: 1)")
        parser.add_argument("--scenario", type=Path, help="what happens in it (default: the demo's day)")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("set FOGBREAK_DEMO=1, or start it by `make demo`")
        wishes = Wishes(
            place=ShownPlace(host=options["host"], port=options["port"]),
            days=options["days"],
            seed=options["seed"],
            scenario=options["scenario"],
        )
        try:
            run(wishes, say)
        except InTheWayError as error:
            sys.exit(f"fogbreak: {error}")
        except PartEndedError as error:
            sys.exit(f"fogbreak: {error}; everything else was ended too")

"""`manage.py fill_history`: the demo's past, made by the pretend world and concluded by the real detector."""

import gc
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from statuspage import clock
from statuspage.demo.history import fill

# What a first, long filling leaves open behind itself is filled in turn, so that live checks can follow on.
SMALL_ENOUGH = timedelta(seconds=5)


class Command(BaseCommand):
    help = "Fills the demo's history up to now: all of it the first time, later the time it was off."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=90, help="of history at the first time (default: 90)")
        parser.add_argument("--seed", type=int, default=1, help="of the pretend world (default: 1)")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "set FOGBREAK_DEMO=1: what this makes is pretended, and belongs in no real site"
            )
        # Nothing here is left in cycles, and looking for some costs a tenth of the time.
        gc.disable()
        started = clock.now()
        self._fill(started, options)
        if clock.now() - started > SMALL_ENOUGH:
            fill(now=clock.now(), days=options["days"], seed=options["seed"])

    def _fill(self, now: datetime, options: dict[str, Any]) -> None:
        with tqdm(
            total=options["days"],
            desc="history",
            unit="day",
            bar_format="{desc} {bar:40} {n:.0f}/{total} days",
            disable=None,
        ) as bar:
            first = now - timedelta(days=options["days"])

            def show(at: datetime) -> None:
                bar.update((at - first).total_seconds() / 86400 - bar.n)

            fill(now=now, days=options["days"], seed=options["seed"], on_progress=show)

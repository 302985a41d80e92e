"""`manage.py engine`: probes, concludes and publishes, in processes of its own and without a broker."""

import logging
import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from statuspage.engine import Engine
from statuspage.lanes import lanes_now
from statuspage.management.parents import add_exit_with_parent, call_at_end_of_input


class Command(BaseCommand):
    help = "Runs the schedule and all workers on this machine; for BROKER_URL=memory://."

    def add_arguments(self, parser: CommandParser) -> None:
        add_exit_with_parent(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.BROKER_URL.startswith("memory:"):
            raise CommandError(
                "BROKER_URL names a broker: run `celery -A statuspage worker` and "
                "`celery -A statuspage beat`, as README.md tells under “For real”."
            )
        logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
        logging.getLogger("statuspage").setLevel(logging.INFO)
        # A broker in memory has no host name.
        logging.getLogger("kombu.connection").setLevel(logging.ERROR)
        stopped = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopped.set())
        if options["exit_with_parent"]:
            call_at_end_of_input(stopped.set)
        engine = Engine(lanes_now)
        try:
            engine.run(stopped)
        finally:
            engine.stop()

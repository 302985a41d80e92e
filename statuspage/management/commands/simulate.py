"""``manage.py simulate``: a pretended payment world on local ports, until Ctrl-C."""

import asyncio
import shlex
import signal
from argparse import ArgumentParser
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from probes.simulator.run import DEFAULT_PORTS, Plan, environment_of, read_ports, run
from probes.simulator.scenario_file import parse
from probes.simulator.world import World
from statuspage.management.parents import add_exit_with_parent, call_at_end_of_input


class Command(BaseCommand):
    help = "Run a pretended payment world: endpoints, payers, a forum, and things that go wrong by scenario."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--seed", type=int, default=1, help="the same seed gives the same world (default 1)"
        )
        parser.add_argument(
            "--scenario",
            type=Path,
            action="append",
            default=[],
            metavar="FILE",
            help="what goes wrong (TOML)",
        )
        parser.add_argument(
            "--ports", default="", help="such as control=9100,proxy=9103,sites=9104,east=9101,south=9102"
        )
        parser.add_argument(
            "--var", type=Path, default=Path("var/simulator"), metavar="DIR", help="keys, truth.jsonl"
        )
        parser.add_argument(
            "--blips",
            type=float,
            default=0.0,
            help="small faults of its own per component and day (default 0)",
        )
        parser.add_argument(
            "--environment",
            action="store_true",
            help="only print the variables by which its catalog finds it, for a shell or systemd",
        )
        add_exit_with_parent(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            plan = self._plan(options)
        except ValueError as error:
            raise CommandError(str(error)) from error
        try:
            if options["environment"]:
                for name, value in environment_of(plan.ports, plan.folder).items():
                    self._say(f"{name}={shlex.quote(value)}")
                return
            asyncio.run(_run(plan, with_parent=options["exit_with_parent"]))
        except OSError as error:
            raise CommandError(f"{error.filename or options['var']}: {error.strerror or error}") from error

    def _plan(self, options: dict[str, Any]) -> Plan:
        started_at = datetime.now(UTC)
        scenarios = chain.from_iterable(parse(path, started_at) for path in options["scenario"])
        return Plan(
            world=World(options["seed"], scenarios, blips_per_day=options["blips"]),
            ports=read_ports(options["ports"]) if options["ports"] else DEFAULT_PORTS,
            folder=options["var"].absolute(),
            clock=lambda: datetime.now(UTC),
            say=self._say,
        )

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


async def _run(plan: Plan, *, with_parent: bool) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    if with_parent:
        call_at_end_of_input(lambda: loop.call_soon_threadsafe(stopped.set))
    await run(plan, stopped)

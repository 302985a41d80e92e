"""Runs a simulator until it is told to stop, and tells what it simulates."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from probes.simulator.chronicle import Chronicle
from probes.simulator.server import Ports, Simulator
from probes.simulator.wire.keys import ensure_keys
from probes.simulator.world import World

_TELL_EVERY_S = 0.5
VANTAGES = ("east", "south")
DEFAULT_PORTS = Ports(vantages={"east": 9101, "south": 9102}, control=9100, proxy=9103, sites=9104)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to run: ``folder`` takes keys and ``truth.jsonl``."""

    world: World
    ports: Ports
    folder: Path
    clock: Callable[[], datetime]
    say: Callable[[str], None]


def read_ports(text: str) -> Ports:
    """Ports from ``control=9100,proxy=9103,sites=9104,east=9101``; every other name is a vantage.

    Raises ``ValueError`` that names the part it does not understand.
    """
    given: dict[str, int] = {}
    for part in filter(None, text.split(",")):
        name, _, number = part.strip().partition("=")
        if not name or not number.isdecimal() or int(number) > 65535:
            raise ValueError(f"{part!r} is no name=port such as east=9101")
        given[name] = int(number)
    named = {name: given.pop(name, 0) for name in ("control", "proxy", "sites")}
    return Ports(vantages=given or dict.fromkeys(VANTAGES, 0), **named)


def environment_of(ports: Ports, folder: Path) -> dict[str, str]:
    """The environment variables by which the demo catalog and the commands find a simulator with these ports.

    Makes the keys in ``folder`` if there are none yet.
    """
    return {
        **ensure_keys(folder).environment(),
        "SIMULATOR_URL": f"http://127.0.0.1:{ports.control}",
        "SCRAPE_PRIVATE_HOSTS": "127.0.0.1",
        "NOTICES_URL": f"http://127.0.0.1:{ports.control}/announcements",
        "SIMULATOR_SITES_PORT": str(ports.sites),
        "SIMULATOR_PROXY_PORT": str(ports.proxy),
        **{
            f"SIMULATOR_{name.upper().replace('-', '_')}_PORT": str(port)
            for name, port in ports.vantages.items()
        },
    }


async def run(plan: Plan, stopped: asyncio.Event) -> None:
    """Simulate until ``stopped`` is set. Raises ``OSError``: a port is taken, the folder not writable."""
    keys = ensure_keys(plan.folder)
    simulator = Simulator(plan.world, keys, plan.clock)
    ports = await simulator.start(plan.ports)
    plan.say(f"simulator ready at {environment_of(ports, plan.folder)['SIMULATOR_URL']}")
    chronicle = Chronicle(plan.world, plan.clock(), plan.say, plan.folder / "truth.jsonl")
    try:
        while not stopped.is_set():
            chronicle.tell(plan.clock())
            with suppress(TimeoutError):
                await asyncio.wait_for(stopped.wait(), _TELL_EVERY_S)
    finally:
        chronicle.close(plan.clock())
        await simulator.stop()

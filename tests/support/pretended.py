"""A pretended payment world on free local ports, in a thread of its own, for tests that speak HTTP to it."""

import asyncio
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from probes.simulator.run import environment_of
from probes.simulator.scenario import Scenario
from probes.simulator.server import Ports, Simulator
from probes.simulator.wechat.wechat_pay import WechatPay
from probes.simulator.wire.keys import KeyRing, ensure_keys
from probes.simulator.world import World


def utc_now() -> datetime:
    return datetime.now(UTC)


class CalmWorld(World):
    """A world in which nothing fails by chance, so that tests see only what they asked for."""

    def __init__(self, scenarios: Iterable[Scenario] = ()) -> None:
        super().__init__(1, scenarios, mishaps=0.0)


@dataclass
class Pretended:
    """A running simulator; ``environment`` is what the demo catalog needs to find it."""

    world: World
    keys: KeyRing
    ports: Ports
    wechat: WechatPay
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports.control}"

    @property
    def sites_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.sites}"

    @property
    def proxy_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.proxy}"


@contextmanager
def pretended_world(folder: Path, *scenarios: Scenario, world: World | None = None) -> Iterator[Pretended]:
    """Run a simulator whose keys are in ``folder``; it ends with the block."""
    world = world or CalmWorld(scenarios)
    keys = ensure_keys(folder)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    simulator = Simulator(world, keys, utc_now)
    asked = Ports(vantages={"east": 0, "south": 0})
    try:
        ports = asyncio.run_coroutine_threadsafe(simulator.start(asked), loop).result(10)
        yield Pretended(world, keys, ports, simulator.wechat, environment_of(ports, folder))
    finally:
        asyncio.run_coroutine_threadsafe(simulator.stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()

"""Our checks as the runner makes them: what they cost, how many a second, and how they are timed."""

import asyncio
import socket
import statistics
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from probes.instrument.codebook import default_code_book
from probes.instrument.gateways.registry import make_gateway
from probes.instrument.gateways.vault import Vault
from probes.instrument.runner import run_check
from probes.instrument.runs import CheckOrder, CheckRun
from probes.instrument.specs import EndpointAccess
from probes.instrument.starvation import StarvationWatch
from probes.instrument.stride import Stride
from probes.instrument.turns import Turns
from probes.network import loops
from probes.network.exchange import tls_context
from probes.vocabulary.outcomes import Outcome
from tests.bench.probing.cost import AT_ONCE, Cost, cpu_seconds

TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long checks took as they measured it, in milliseconds, and how many were not accepted."""

    p50_ms: float
    p99_ms: float
    failed: int


def orders_of(url: str, many: int, *, timeout_s: float = TIMEOUT_S) -> list[CheckOrder]:
    """Checks of a page with a text to expect, each of a probe of its own."""
    gateway = make_gateway(EndpointAccess(slug="e", gateway="generic_http", base_url=url), Vault())
    tick = datetime.now(UTC)
    return [
        CheckOrder(
            probe=f"probe-{number}",
            tick=tick,
            gateway=gateway,
            operation="get",
            options={"expect_text": "ok"},
            timeout_s=timeout_s,
        )
        for number in range(many)
    ]


def checks_cost(url: str, checks: int, ca_bundle: str = "", *, at_once: int = AT_ONCE) -> Cost:
    """What ``checks`` checks cost, of which so many wait at the same time."""
    orders = orders_of(url, checks)
    began, before = time.monotonic(), cpu_seconds()
    runs = loops.run(_made(orders, at_once, ca_bundle))
    return Cost(
        checks=checks,
        accepted=sum(run.outcome is Outcome.ACCEPTED for run in runs),
        cpu_s=cpu_seconds() - before,
        wall_s=time.monotonic() - began,
    )


def timing_at(url: str, per_second: float, seconds: float, beside: Iterable[CheckOrder] = ()) -> Timing:
    """How checks of ``url`` are timed that come at this rate while those ``beside`` them run."""
    return _timing(loops.run(_paced(orders_of(url, int(per_second * seconds)), per_second, list(beside))))


def timing_at_once(url: str, checks: int) -> Timing:
    """How they are timed where all of them are due at once."""
    return _timing(loops.run(_made(orders_of(url, checks), checks)))


@contextmanager
def hanging_resolver(seconds: float) -> Iterator[None]:
    """Have this machine's resolver hang for names that end in ``.hangs.test``."""
    real = socket.getaddrinfo

    def look_up(host: Any, *args: Any, **more: Any) -> Any:
        if str(host).endswith(".hangs.test"):
            time.sleep(seconds)
            raise socket.gaierror("hung")
        return real(host, *args, **more)

    socket.getaddrinfo = look_up
    try:
        yield
    finally:
        socket.getaddrinfo = real


async def _made(orders: list[CheckOrder], at_once: int, ca_bundle: str = "") -> list[CheckRun]:
    """All of them as soon as may be."""
    gate, stride, crowd = asyncio.Semaphore(at_once), Stride(), Crowd(ca_bundle)
    for order in orders:
        await gate.acquire()
        crowd.begin(order).add_done_callback(lambda task: gate.release())
        await stride.step()
    return await crowd.ended()


async def _paced(orders: list[CheckOrder], per_second: float, beside: list[CheckOrder]) -> list[CheckRun]:
    """One after the other at this rate; those ``beside`` them run already."""
    others, stride, crowd = Crowd(), Stride(), Crowd()
    for order in beside:
        others.begin(order)
        await stride.step()
    loop = asyncio.get_running_loop()
    began = loop.time()
    for number, order in enumerate(orders):
        await asyncio.sleep(max(0.0, began + number / per_second - loop.time()))
        crowd.begin(order)
    return await crowd.ended()


class Crowd:
    """Checks of one worker, side by side."""

    def __init__(self, ca_bundle: str = "") -> None:
        self._context, self._book = tls_context(ca_bundle), default_code_book()
        self._watch, self._turns = StarvationWatch(), Turns()
        self._watching = asyncio.create_task(self._watch.run())
        self._tasks: list[asyncio.Task[CheckRun]] = []

    def begin(self, order: CheckOrder) -> asyncio.Task[CheckRun]:
        check = run_check(
            order, book=self._book, context=self._context, clock=_now, watch=self._watch, turns=self._turns
        )
        self._tasks.append(asyncio.create_task(check))
        return self._tasks[-1]

    async def ended(self) -> list[CheckRun]:
        return await asyncio.gather(*self._tasks)


def _timing(runs: list[CheckRun]) -> Timing:
    took = [run.latency_ms for run in runs if run.outcome is Outcome.ACCEPTED] or [float("nan")] * 2
    return Timing(
        p50_ms=statistics.median(took),
        p99_ms=statistics.quantiles(took, n=100)[98],
        failed=sum(run.outcome is not Outcome.ACCEPTED for run in runs),
    )


def _now() -> datetime:
    return datetime.now(UTC)

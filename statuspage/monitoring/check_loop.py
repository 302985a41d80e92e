"""One event loop, in a thread of its own while its process lives, that begins each check at its tick."""

import asyncio
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from probes.instrument import runner
from probes.instrument.codebook import CodeBook
from probes.instrument.runner import run_check
from probes.instrument.runs import CheckOrder, CheckRun
from probes.instrument.starvation import StarvationWatch
from probes.instrument.turns import Turns
from probes.network.exchange import tls_context
from statuspage.clock import Clock
from statuspage.monitoring.models import Probe


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenCheck:
    """A check to be made at its order's tick, and not if it cannot begin until ``latest``."""

    probe: Probe
    order: CheckOrder
    latest: datetime
    book: CodeBook


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedCheck:
    """What came of it: no ``run`` where it could not begin in time."""

    given: GivenCheck
    run: CheckRun | None


class CheckLoop:
    """Makes checks side by side; ``on_end`` is told of each as it ends, in the loop's thread."""

    def __init__(self, on_end: Callable[[EndedCheck], None]) -> None:
        self._on_end = on_end
        self._gate = asyncio.Semaphore(runner.AT_ONCE)
        self._watch, self._turns = StarvationWatch(), Turns()
        self._running: set[asyncio.Task[None]] = set()
        self._stopping, self._patience_s = asyncio.Event(), 0.0
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="checks", daemon=True)
        self._thread.start()
        self._ready.wait()

    def give(self, checks: Iterable[GivenCheck], clock: Clock) -> None:
        """Begin each at its tick by ``clock``; from any thread."""
        self._loop.call_soon_threadsafe(self._take, list(checks), clock)

    def stop(self, seconds: float) -> None:
        """Begin no more, and let those that run end within so many seconds; what does not is given up."""
        self._patience_s = seconds
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    def _run(self) -> None:
        asyncio.run(self._main())

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._context = tls_context(settings.PROBE_CA_BUNDLE)
        watching = self._loop.create_task(self._watch.run())
        self._ready.set()
        await self._stopping.wait()
        if self._running:
            await asyncio.wait(self._running, timeout=self._patience_s)
        watching.cancel()

    def _take(self, checks: list[GivenCheck], clock: Clock) -> None:
        if self._stopping.is_set():
            return
        now = clock()
        for check in checks:
            # Not a task yet: of those that wait there may be thousands.
            delay_s = (check.order.tick - now).total_seconds()
            self._loop.call_later(delay_s, self._begin, check, clock)

    def _begin(self, check: GivenCheck, clock: Clock) -> None:
        if self._stopping.is_set():
            return
        task = self._loop.create_task(self._make(check, clock))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _make(self, check: GivenCheck, clock: Clock) -> None:
        async with self._gate:
            run: CheckRun | None = None
            if clock() <= check.latest:
                run = await run_check(
                    check.order,
                    book=check.book,
                    context=self._context,
                    clock=clock,
                    watch=self._watch,
                    turns=self._turns,
                )
        self._on_end(EndedCheck(given=check, run=run))

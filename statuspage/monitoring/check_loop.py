"""One event loop, in a thread of its own while its process lives, that begins each check at its tick."""

import asyncio
import math
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from probes.instrument.codebook import CodeBook
from probes.instrument.runner import new_gate, run_check
from probes.instrument.runs import CheckOrder, CheckRun
from probes.instrument.starvation import StarvationWatch
from probes.instrument.stride import Stride
from probes.instrument.turns import Turns
from probes.network import loops
from probes.network.exchange import tls_context
from statuspage.clock import Clock
from statuspage.monitoring.models import Probe

# Ticks within so long begin together: to wake for each event of each check alone costs half as much again.
TOGETHER_S = 0.04
# How often it is looked whether all has ended.
STOP_LOOK_S = 0.02


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
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
        self._gate = new_gate()
        self._watch, self._turns = StarvationWatch(), Turns()
        self._waiting: dict[GivenCheck, asyncio.TimerHandle] = {}
        self._due: asyncio.Queue[tuple[GivenCheck, Clock]] = asyncio.Queue()
        self._running: set[asyncio.Task[None]] = set()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="checks", daemon=True)
        self._thread.start()
        self._ready.wait()

    def give(self, checks: Iterable[GivenCheck], clock: Clock) -> None:
        """Begin each at its tick by ``clock``; from any thread."""
        self._loop.call_soon_threadsafe(self._take, list(checks), clock)

    def hold_back(self) -> Sequence[GivenCheck]:
        """Begin none of those whose ticks are still to come; which."""
        return asyncio.run_coroutine_threadsafe(self._hold_back(), self._loop).result()

    def stop(self, seconds: float) -> None:
        """Let what was given end within so many seconds; what does not is given up."""
        self._loop.call_soon_threadsafe(self._stopping.set_result, seconds)
        self._thread.join()

    def _run(self) -> None:
        loops.run(self._main())

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping: asyncio.Future[float] = self._loop.create_future()
        self._context = tls_context(settings.PROBE_CA_BUNDLE)
        beside = [self._loop.create_task(self._watch.run()), self._loop.create_task(self._begin_due())]
        self._ready.set()
        deadline = await self._stopping + self._loop.time()
        while (self._waiting or self._running) and self._loop.time() < deadline:
            await asyncio.sleep(STOP_LOOK_S)
        for task in beside:
            task.cancel()

    async def _hold_back(self) -> Sequence[GivenCheck]:
        held = list(self._waiting)
        for timer in self._waiting.values():
            timer.cancel()
        self._waiting.clear()
        return held

    def _take(self, checks: list[GivenCheck], clock: Clock) -> None:
        now = clock()
        for check in checks:
            # Not a task yet: of those that wait there may be thousands.
            tick = self._loop.time() + (check.order.tick - now).total_seconds()
            together = math.ceil(tick / TOGETHER_S) * TOGETHER_S
            self._waiting[check] = self._loop.call_at(together, self._due.put_nowait, (check, clock))

    async def _begin_due(self) -> None:
        stride = Stride()
        while True:
            check, clock = await self._due.get()
            await self._gate.acquire()
            if self._waiting.pop(check, None) is None:
                self._gate.release()
                continue
            task = self._loop.create_task(self._make(check, clock))
            self._running.add(task)
            task.add_done_callback(self._end)
            await stride.step()

    def _end(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._gate.release()

    async def _make(self, check: GivenCheck, clock: Clock) -> None:
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

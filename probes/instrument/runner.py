"""Runs checks: one attempt each, timed by phase, limited in total, and never an exception."""

import asyncio
import logging
import ssl
import traceback
from collections.abc import AsyncGenerator, Callable, Iterable
from datetime import datetime
from typing import Any

from probes.instrument.attempt import Attempt
from probes.instrument.codebook import CodeBook
from probes.instrument.gateways.protocol import CredentialsError
from probes.instrument.runs import CheckOrder, CheckRun, Witness
from probes.instrument.starvation import StarvationWatch
from probes.instrument.stride import Stride
from probes.instrument.turns import Turns
from probes.network.loops import room_for

# Checks that wait at the same time: a thousand a second, or hundreds that hang beside others that do not.
AT_ONCE = 1_000
# Of a check's time, and at least: waiting so long for the processor is our own trouble.
STARVED_SHARE, STARVED_S = 0.15, 0.5

logger = logging.getLogger(__name__)


async def run_checks(
    orders: Iterable[CheckOrder],
    *,
    book: CodeBook,
    context: ssl.SSLContext,
    clock: Callable[[], datetime],
    witness: Witness = lambda witnessed: None,
) -> AsyncGenerator[CheckRun, None]:
    """Run checks side by side and yield each as it ends, however it ended; ``witness`` is shown each step."""
    wanted = list(orders)
    gate, stride, watch, turns = new_gate(), Stride(), StarvationWatch(), Turns()
    ended: asyncio.Queue[asyncio.Task[CheckRun]] = asyncio.Queue()
    running: set[asyncio.Task[Any]] = {asyncio.create_task(watch.run())}

    def end(task: asyncio.Task[CheckRun]) -> None:
        gate.release()
        running.discard(task)
        ended.put_nowait(task)

    async def begin() -> None:
        for order in wanted:
            await gate.acquire()
            check = run_check(
                order, book=book, context=context, clock=clock, watch=watch, turns=turns, witness=witness
            )
            task = asyncio.create_task(check)
            running.add(task)
            task.add_done_callback(end)
            await stride.step()

    running.add(asyncio.create_task(begin()))
    try:
        for _ in wanted:
            yield (await ended.get()).result()
    finally:
        for task in running:
            task.cancel()


def new_gate() -> asyncio.Semaphore:
    """Lets :data:`AT_ONCE` checks run at the same time, or as many as this process may have connections."""
    return asyncio.Semaphore(room_for(AT_ONCE))


async def run_check(
    order: CheckOrder,
    *,
    book: CodeBook,
    context: ssl.SSLContext,
    clock: Callable[[], datetime],
    watch: StarvationWatch,
    turns: Turns | None = None,
    witness: Witness = lambda witnessed: None,
) -> CheckRun:
    """Run one check, step by step until one does not pass; whatever happens becomes part of the result.

    A failure during which this process itself got too little of the processor, as ``watch`` saw it, says
    nothing about the endpoint, whose patience may have ended meanwhile: the check is missed, not failed.
    """
    # 1. One limit for all steps together, not one for each read: a server that drips its answer would stay
    #    within every single one and hold its place among the :data:`AT_ONCE` for minutes.
    attempt = Attempt(order, book, context, turns or Turns(), witness, clock())
    waited_before = watch.waited_s
    try:
        async with asyncio.timeout(order.timeout_s):
            await attempt.converse()
    except TimeoutError:
        # 2. Say in which phase it hung.
        attempt.hang()
    except CredentialsError as error:
        attempt.blame_ourselves("BAD_CREDENTIALS", str(error))
    except Exception as error:  # noqa: BLE001  (it is logged, scrubbed)
        # 3. The last line of defence: a fault of ours is none of theirs, and must not take the batch with it.
        #    What it was given when it failed may stand in the trace.
        logger.error(
            "check of %s failed in our own code:\n%s", order.probe, attempt.scrub(traceback.format_exc())
        )
        attempt.blame_ourselves("MONITOR_FAULT", f"{type(error).__name__}: {error}")
    # 4. Ask whether a failure was ours: an event loop that did not get the processor sees time-outs and
    #    connections that were closed everywhere.
    if watch.waited_s - waited_before > max(STARVED_S, STARVED_SHARE * order.timeout_s):
        attempt.excuse()
    return attempt.conclude(clock())

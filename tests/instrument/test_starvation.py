"""A monitor that starves knows it: its time-outs are missed checks, not failures of the endpoint."""

import asyncio
import time

import pytest

from probes.instrument.codebook import default_code_book
from probes.instrument.runner import run_checks
from probes.instrument.starvation import StarvationWatch
from probes.network.exchange import tls_context
from probes.vocabulary.outcomes import Outcome
from tests.instrument.faults import Behaviour, answering, hanging, reply, serving
from tests.instrument.test_runner import TICK, order_to

failing_slowly = answering(reply("500 Broken"), pause=0.5)
garbled = answering(reply("200 OK", b"no gzip", "Content-Encoding: gzip"), pause=0.5)


async def closing_soon(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Waits for no more than half a second."""
    await asyncio.sleep(0.5)
    writer.transport.abort()


async def breaking_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Sends half of an answer, and waits for no more than half a second for it to be taken."""
    await asyncio.sleep(0.1)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    await writer.drain()
    await asyncio.sleep(0.4)
    writer.transport.abort()


async def _outcome_of_a_check(behaviour: Behaviour, *, blocked_s: float) -> Outcome:
    async def block() -> None:
        await asyncio.sleep(0.2)
        time.sleep(blocked_s)

    async with serving(behaviour) as port:
        blocking = asyncio.create_task(block())
        order = order_to("http://api.test:80", port, timeout_s=1.5)
        runs = run_checks([order], book=default_code_book(), context=tls_context(""), clock=lambda: TICK)
        outcome = await anext(run.outcome async for run in runs)
        await blocking
        return outcome


@pytest.mark.parametrize(
    ("behaviour", "blocked_s", "outcome"),
    [
        pytest.param(hanging, 0.0, Outcome.TIMEOUT, id="a hang met by a healthy monitor is a time-out"),
        pytest.param(hanging, 1.0, Outcome.MISSED, id="a hang met by a starving monitor says nothing"),
        pytest.param(closing_soon, 0.0, Outcome.PROTOCOL, id="the end of its patience met by a healthy one"),
        pytest.param(closing_soon, 1.0, Outcome.MISSED, id="the end of its patience met by a starving one"),
        pytest.param(breaking_off, 0.0, Outcome.BAD_ANSWER, id="half an answer met by a healthy one"),
        pytest.param(breaking_off, 1.0, Outcome.MISSED, id="half an answer met by a starving one"),
        pytest.param(
            garbled, 1.0, Outcome.BAD_ANSWER, id="a whole answer that is none met by a starving one"
        ),
        pytest.param(failing_slowly, 1.0, Outcome.SERVER_ERROR, id="an answer met by a starving one"),
    ],
)
def test_runner_blames_itself_when_it_got_no_processor(
    behaviour: Behaviour, blocked_s: float, outcome: Outcome
) -> None:
    assert asyncio.run(_outcome_of_a_check(behaviour, blocked_s=blocked_s)) is outcome


def test_starvation_watch_counts_the_time_for_which_its_loop_was_blocked() -> None:
    async def scene() -> float:
        watch = StarvationWatch()
        watching = asyncio.create_task(watch.run())
        await asyncio.sleep(0)
        time.sleep(0.3)
        await asyncio.sleep(0.1)
        watching.cancel()
        return watch.waited_s

    assert asyncio.run(scene()) == pytest.approx(0.25, abs=0.2)

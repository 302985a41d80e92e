"""Runs checks: one attempt each, timed by phase, limited in total, and never an exception."""

import asyncio
import logging
import re
import ssl
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from probes.instrument.codebook import CodeBook
from probes.instrument.gateways.page_shapes import PageShape
from probes.instrument.gateways.protocol import (
    AnswerReading,
    Ask,
    ConversationStep,
    CredentialsError,
    Gateway,
    reading_of,
)
from probes.instrument.schedule import run_id
from probes.instrument.starvation import StarvationWatch
from probes.instrument.turns import Turns
from probes.network.connection import Stopwatch
from probes.network.dialling import Dialling
from probes.network.exchange import Failure, Obstacle, Reply, Request, exchange
from probes.network.proxies import Proxy
from probes.vocabulary.outcomes import Outcome

# Checks of one batch that wait at the same time.
AT_ONCE = 50
# Of a check's time, and at least: waiting so long for the processor is our own trouble.
STARVED_SHARE, STARVED_S = 0.15, 0.5
# What is fetched aside may take this share of a check's time, so that the check itself can end.
ASIDE_SHARE = 0.3
# Characters of the raw answer that are kept.
CODE_CAP, MESSAGE_CAP = 64, 500
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOrder:
    """One run of a probe and all that is needed to make it; ``timeout_s`` limits all steps together.

    ``usual`` are the shapes that its good answers have, where they are known.
    """

    probe: str
    tick: datetime
    gateway: Gateway
    operation: str
    payer: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    usual: tuple[PageShape, ...] = ()
    connect_to: Mapping[str, str] = field(default_factory=dict)
    proxy: Proxy | None = None
    timeout_s: float
    slow_after_ms: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRun:
    """The verdict on one step, with its raw answer; ``detail`` says more about a failure.

    What was fetched ``aside`` of the conversation, such as a key, decides nothing.
    """

    name: str
    outcome: Outcome
    error: str | None
    http_status: int | None
    code: str
    message: str
    latency_ms: float
    detail: str = ""
    aside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRun:
    """What came of one run.

    The raw three (``http_status``, ``code``, ``message``) and ``error`` are those of the first step that did
    not pass, or of the first step where all did; durations in milliseconds are sums over the steps. What was
    fetched aside counts among neither. ``shape`` is that of an answer whose shape decides whether it is good.
    ``hung_phase`` names the phase (dns, connect, tls, first_byte, body) in which a timeout hung. One that is
    ``starved`` was missed because this machine was too busy.
    """

    probe: str
    tick: datetime
    started_at: datetime
    ended_at: datetime
    outcome: Outcome
    error: str | None
    http_status: int | None
    code: str
    message: str
    latency_ms: float
    phases_ms: Mapping[str, float]
    hung_phase: str
    steps: tuple[StepRun, ...]
    certificate_expires_at: datetime | None
    starved: bool = False
    shape: PageShape | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnessed:
    """One step as it went over the wire, for whoever watches: nothing of it is kept.

    There is no ``request`` where we could not ask, and no ``answer`` where none came in time.
    """

    run: StepRun
    request: Request | None
    answer: Reply | Failure | None
    phases_ms: Mapping[str, float]


Witness: TypeAlias = Callable[[Witnessed], None]


async def run_checks(
    orders: Iterable[CheckOrder],
    *,
    book: CodeBook,
    context: ssl.SSLContext,
    clock: Callable[[], datetime],
    witness: Witness = lambda witnessed: None,
) -> AsyncGenerator[CheckRun, None]:
    """Run checks side by side and yield each as it ends, however it ended; ``witness`` is shown each step."""
    gate = asyncio.Semaphore(AT_ONCE)
    watch, turns = StarvationWatch(), Turns()

    async def run(order: CheckOrder) -> CheckRun:
        async with gate:
            return await run_check(
                order,
                book=book,
                context=context,
                clock=clock,
                watch=watch,
                turns=turns,
                witness=witness,
            )

    watching = asyncio.create_task(watch.run())
    tasks = [asyncio.create_task(run(order)) for order in orders]
    try:
        for done in asyncio.as_completed(tasks):
            yield await done
    finally:
        for task in (*tasks, watching):
            task.cancel()


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

    A time-out during which this process itself got too little of the processor, as ``watch`` saw it, says
    nothing about the endpoint: the check is missed, not failed.
    """
    # 1. One limit for all steps together, not one for each read: a server that drips its answer would stay
    #    within every single one and hold its place among the :data:`AT_ONCE` for minutes.
    attempt = _Attempt(order, book, context, turns or Turns(), witness, clock())
    waited_before = watch.waited_s
    try:
        async with asyncio.timeout(order.timeout_s):
            await attempt.converse()
    except TimeoutError:
        # 2. Say in which phase it hung, then ask whether the hanging was ours: an event loop that did not get
        #    the processor sees time-outs everywhere.
        patience = max(STARVED_S, STARVED_SHARE * order.timeout_s)
        attempt.hang(starved=watch.waited_s - waited_before > patience)
    except CredentialsError as error:
        attempt.blame_ourselves("BAD_CREDENTIALS", str(error))
    except Exception as error:
        # 3. The last line of defence: a fault of ours is none of theirs, and must not take the batch with it.
        logger.exception("check of %s failed in our own code", order.probe)
        attempt.blame_ourselves("MONITOR_FAULT", f"{type(error).__name__}: {error}")
    return attempt.conclude(clock())


@dataclass(slots=True)
class _OpenStep:
    """One request while it lasts; none in the time before the first."""

    name: str = ""
    request: Request | None = None
    stopwatch: Stopwatch = field(default_factory=Stopwatch)
    answer: Reply | Failure | None = None


class _Attempt:
    """One run while it lasts."""

    def __init__(
        self,
        order: CheckOrder,
        book: CodeBook,
        context: ssl.SSLContext,
        turns: Turns,
        witness: Witness,
        started_at: datetime,
    ) -> None:
        self._order, self._book, self._context, self._turns = order, book, context, turns
        self._witness, self._started_at = witness, started_at
        self._steps: list[StepRun] = []
        self._phases: dict[str, float] = {}
        self._expires_at: datetime | None = None
        self._hung_phase = ""
        self._starved = False
        self._shape: PageShape | None = None
        self._current = _OpenStep()

    async def converse(self) -> None:
        """Ask the gateway for one step after the other until one does not pass."""
        order = self._order
        ask = Ask(
            operation=order.operation,
            run_id=run_id(order.probe, order.tick),
            now=self._started_at,
            payer=order.payer,
            options=order.options,
            usual=order.usual,
        )
        # The dialect leads: it yields a step, is sent the reply and yields the next one, until it returns. A
        # step that did not pass ends the conversation, for the next would only repeat its failure.
        conversation = order.gateway.converse(ask)
        try:
            step: ConversationStep = next(conversation)
            while (reply := await self._take(step)) is not None:
                step = conversation.send(reply)
        except StopIteration:
            return
        finally:
            conversation.close()

    async def _take(self, step: ConversationStep) -> Reply | None:
        """One step; its reply if it passed."""
        asked = self._current = _OpenStep(step.name, step.request)
        answer = await self._exchange(step.request, asked)
        self._account(asked.stopwatch)
        if isinstance(answer, Failure):
            if answer.obstacle:
                self.blame_ourselves(answer.obstacle, answer.detail)
                return None
            self._note(asked, error=answer.error, detail=f"{answer.phase}: {answer.detail}")
            return None
        if step.aside is not None and not answer.fault:
            async with self._turns.of(self._order.gateway):
                await self._ask_aside(step.aside(answer))
        reading = _read(step, answer, self._book)
        self._shape = reading.shape
        passed = self._note(asked, reading=reading).outcome is Outcome.ACCEPTED
        return answer if passed else None

    async def _exchange(self, request: Request, asked: _OpenStep) -> Reply | Failure:
        asked.answer = await exchange(
            request,
            stopwatch=asked.stopwatch,
            context=self._context,
            dialling=Dialling(connect_to=self._order.connect_to),
            proxy=self._order.proxy,
        )
        return asked.answer

    async def _ask_aside(self, step: ConversationStep | None) -> None:
        """Fetch what a reply needs to be read, within a share of the time; what comes of it only informs."""
        if step is None:
            return
        asked = _OpenStep(step.name, step.request)
        try:
            async with asyncio.timeout(ASIDE_SHARE * self._order.timeout_s):
                answer = await self._exchange(step.request, asked)
        except TimeoutError:
            hung = asked.stopwatch.last_phase or ""
            answer = Failure(error="timeout", phase=hung, detail="no answer in time")
        if isinstance(answer, Failure):
            self._note(asked, error=answer.error, detail=f"{answer.phase}: {answer.detail}", aside=True)
        else:
            self._note(asked, reading=_read(step, answer, self._book), aside=True)

    def hang(self, *, starved: bool) -> None:
        """The total time is over: say where it went; ``starved`` says more of this machine than of theirs."""
        asked, stopwatch = self._current, self._current.stopwatch
        stopwatch.enter(None)
        self._account(stopwatch)
        if stopwatch.at_proxy:
            self.blame_ourselves(Obstacle.PROXY, f"{stopwatch.at_proxy}: hung in {self._hung_phase}")
            return
        self._note(asked, error="timeout", detail=f"hung in {self._hung_phase}{_came(stopwatch)}")
        self._starved = starved

    def blame_ourselves(self, code: str, message: str) -> None:
        """We could not ask, or not understand: nothing of the provider's."""
        reading = AnswerReading(http_status=None, code=code, message=message)
        self._note(self._current, reading=reading)

    def conclude(self, ended_at: datetime) -> CheckRun:
        """The result of all steps together."""
        steps = [step for step in self._steps if not step.aside]
        telling = next((step for step in steps if step.outcome is not Outcome.ACCEPTED), steps[0])
        latency_ms = round(sum(step.latency_ms for step in steps), 3)
        limit = self._order.slow_after_ms
        slow = telling.outcome is Outcome.ACCEPTED and limit is not None and latency_ms > limit
        return CheckRun(
            probe=self._order.probe,
            tick=self._order.tick,
            started_at=self._started_at,
            ended_at=ended_at,
            outcome=Outcome.MISSED if self._starved else Outcome.SLOW if slow else telling.outcome,
            error=telling.error,
            http_status=telling.http_status,
            code=telling.code,
            message=telling.message,
            latency_ms=latency_ms,
            phases_ms={phase: round(spent, 3) for phase, spent in self._phases.items()},
            hung_phase=self._hung_phase if telling.error == "timeout" else "",
            steps=tuple(self._steps),
            certificate_expires_at=self._expires_at,
            starved=self._starved,
            shape=self._shape,
        )

    def _account(self, stopwatch: Stopwatch) -> None:
        for phase, spent in stopwatch.spent_ms.items():
            self._phases[phase] = self._phases.get(phase, 0.0) + spent
        self._hung_phase = stopwatch.last_phase or ""
        self._expires_at = self._expires_at or stopwatch.certificate_expires_at

    def _note(
        self,
        asked: _OpenStep,
        *,
        error: str | None = None,
        reading: AnswerReading | None = None,
        detail: str = "",
        aside: bool = False,
    ) -> StepRun:
        reading = reading or AnswerReading(http_status=None, code="")
        code = clean(reading.code, CODE_CAP)
        message = clean(reading.message, MESSAGE_CAP)
        outcome = self._book.read(error=error, http_status=reading.http_status, code=code, message=message)
        run = StepRun(
            name=asked.name,
            outcome=outcome,
            error=error,
            http_status=reading.http_status,
            code=code,
            message=message,
            latency_ms=round(asked.stopwatch.total_ms, 3),
            detail=clean(detail, MESSAGE_CAP),
            aside=aside,
        )
        self._steps.append(run)
        phases_ms = asked.stopwatch.spent_ms
        self._witness(Witnessed(run=run, request=asked.request, answer=asked.answer, phases_ms=phases_ms))
        return run


def _read(step: ConversationStep, reply: Reply, book: CodeBook) -> AnswerReading:
    """How a reply is read; none is a success whose body did not come as it was sent."""
    reading = step.read(reply)
    if not reply.fault or not (200 <= reply.status < 300 or _accepts(book, reading)):
        return reading
    return reading_of(reply, reply.fault, reply.fault_detail)


def _accepts(book: CodeBook, reading: AnswerReading) -> bool:
    code, message = clean(reading.code, CODE_CAP), clean(reading.message, MESSAGE_CAP)
    outcome = book.read(error=None, http_status=reading.http_status, code=code, message=message)
    return outcome is Outcome.ACCEPTED


def _came(stopwatch: Stopwatch) -> str:
    """What was there already when an answer hung in its body."""
    if stopwatch.status is None:
        return ""
    return f", after status {stopwatch.status} and {stopwatch.body_bytes:,} bytes"


def clean(text: str, most: int) -> str:
    """A text from outside, fit to be stored: no control characters, no more than ``most`` characters."""
    return _CONTROL.sub(" ", text[: 4 * most]).strip()[:most]

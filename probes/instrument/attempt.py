"""One check while it lasts: a conversation, step by step, and what becomes of each answer."""

import asyncio
import re
import ssl
from dataclasses import dataclass, field
from datetime import datetime

from probes.instrument.codebook import CodeBook
from probes.instrument.gateways.page_shapes import PageShape
from probes.instrument.gateways.protocol import AnswerReading, Aside, Ask, ConversationStep, reading_of
from probes.instrument.runs import CheckOrder, CheckRun, StepRun, Witness, Witnessed
from probes.instrument.schedule import run_id
from probes.instrument.secrecy.scrubbing import NOTHING, Scrubber
from probes.instrument.turns import Turns
from probes.network.bodies import BodyFault
from probes.network.dialling import Dialling
from probes.network.exchange import Failure, Obstacle, Reply, Request, exchange
from probes.network.stopwatch import Stopwatch
from probes.vocabulary.outcomes import Outcome

# What is fetched aside may take this share of a check's time, and of what is left of it: the check has its
# answer, and is to end.
ASIDE_SHARE, ASIDE_SHARE_LEFT = 0.3, 0.8
# Characters of the raw answer that are kept.
CODE_CAP, MESSAGE_CAP = 64, 500
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(slots=True)
class _OpenStep:
    """One request while it lasts; none in the time before the first."""

    name: str = ""
    request: Request | None = None
    stopwatch: Stopwatch = field(default_factory=Stopwatch)
    answer: Reply | Failure | None = None


class Attempt:
    """One run while it lasts: the conversation, what each step took, and what came of it."""

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
        self._starved = self._broke_off = False
        self._shape: PageShape | None = None
        self._current = _OpenStep()
        self._ends_at = float("inf")  # by the loop's clock
        self.scrub = Scrubber(
            order.gateway.guarded, payer=order.payer, headers=order.options.get("headers") or NOTHING
        )

    async def converse(self) -> None:
        """Ask the gateway for one step after the other until one does not pass."""
        order = self._order
        self._ends_at = asyncio.get_running_loop().time() + order.timeout_s
        ask = Ask(
            operation=order.operation,
            run_id=run_id(order.probe, order.tick),
            now=self._started_at,
            payer=order.payer,
            options=order.options,
            usual=order.usual,
            scrub=self.scrub,
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
        self._broke_off = answer.fault is BodyFault.TRUNCATED
        if step.aside is not None and not answer.fault:
            await self._ask_aside(step.aside, answer)
        reading = self._read(step, answer)
        self._shape = reading.shape
        passed = self._note(asked, reading=reading).outcome is Outcome.ACCEPTED
        return answer if passed else None

    async def _exchange(self, request: Request, asked: _OpenStep) -> Reply | Failure:
        self.scrub.note(request.headers)
        asked.answer = await exchange(
            request,
            stopwatch=asked.stopwatch,
            context=self._context,
            dialling=Dialling(connect_to=self._order.connect_to),
            proxy=self._order.proxy,
        )
        return asked.answer

    async def _ask_aside(self, find: Aside, reply: Reply) -> None:
        """Fetch what ``reply`` needs to be read, in turn and not for long; what comes of it only informs."""
        left_s = self._ends_at - asyncio.get_running_loop().time()
        step, asked = None, _OpenStep()
        try:
            async with (
                asyncio.timeout(min(ASIDE_SHARE * self._order.timeout_s, ASIDE_SHARE_LEFT * left_s)),
                self._turns.of(self._order.gateway),
            ):
                step = find(reply)
                if step is None:
                    return
                asked = _OpenStep(step.name, step.request)
                answer = await self._exchange(step.request, asked)
        except TimeoutError:
            hung = asked.stopwatch.last_phase or ""
            answer = Failure(error="timeout", phase=hung, detail="no answer in time")
        if step is None:
            return  # the turn did not come
        if isinstance(answer, Failure):
            self._note(asked, error=answer.error, detail=f"{answer.phase}: {answer.detail}", aside=True)
        else:
            self._note(asked, reading=self._read(step, answer), aside=True)

    def hang(self) -> None:
        """The total time is over: say where it went."""
        asked, stopwatch = self._current, self._current.stopwatch
        stopwatch.enter(None)
        self._account(stopwatch)
        if stopwatch.at_proxy:
            self.blame_ourselves(Obstacle.PROXY, f"{stopwatch.at_proxy}: hung in {self._hung_phase}")
            return
        self._note(asked, error="timeout", detail=f"hung in {self._hung_phase}{_came(stopwatch)}")

    def excuse(self) -> None:
        """This process was too busy: where no whole answer came, that tells of this machine alone."""
        failed = any(step.error is not None and not step.aside for step in self._steps)
        self._starved = failed or self._broke_off

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
        code, message = self._kept(reading)
        outcome = self._book.read(error=error, http_status=reading.http_status, code=code, message=message)
        run = StepRun(
            name=asked.name,
            outcome=outcome,
            error=error,
            http_status=reading.http_status,
            code=code,
            message=message,
            latency_ms=round(asked.stopwatch.total_ms, 3),
            detail=self._clean(detail, MESSAGE_CAP),
            aside=aside,
        )
        self._steps.append(run)
        phases_ms = asked.stopwatch.spent_ms
        self._witness(Witnessed(run=run, request=asked.request, answer=asked.answer, phases_ms=phases_ms))
        return run

    def _read(self, step: ConversationStep, reply: Reply) -> AnswerReading:
        """How a reply is read; none is a success whose body did not come as it was sent."""
        reading = step.read(reply)
        if not reply.fault or not (200 <= reply.status < 300 or self._accepts(reading)):
            return reading
        return reading_of(reply, reply.fault, reply.fault_detail)

    def _accepts(self, reading: AnswerReading) -> bool:
        code, message = self._kept(reading)
        outcome = self._book.read(error=None, http_status=reading.http_status, code=code, message=message)
        return outcome is Outcome.ACCEPTED

    def _kept(self, reading: AnswerReading) -> tuple[str, str]:
        """Code and message as they are kept. What is decided is decided by these: a replay sees no others."""
        return self._clean(reading.code, CODE_CAP), self._clean(reading.message, MESSAGE_CAP)

    def _clean(self, text: str, most: int) -> str:
        """A text from outside, fit to be stored: no secrets, no controls, no longer than ``most``."""
        return _CONTROL.sub(" ", self.scrub(text[: 4 * most])).strip()[:most] if text else ""


def _came(stopwatch: Stopwatch) -> str:
    """What was there already when an answer hung in its body."""
    if stopwatch.status is None:
        return ""
    return f", after status {stopwatch.status} and {stopwatch.body_bytes:,} bytes"

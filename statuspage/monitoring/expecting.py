"""What a probe expects of an answer, and which of it a check that was tried met."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from probes.instrument.gateways.generic_http import GenericHttp
from probes.instrument.runs import CheckOrder, CheckRun, Witnessed
from probes.network.exchange import Reply
from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.outcomes import Outcome
from statuspage.wording import trials

ANY_GOOD = "2xx"


@dataclass(frozen=True, slots=True, kw_only=True)
class MetExpectation:
    """``met`` is None where nothing came that could have met it, or nothing is known to compare with."""

    what: Bilingual
    met: bool | None

    @property
    def mark(self) -> str:
        return {True: "✓", False: "✗", None: "–"}[self.met]


def expectations(
    order: CheckOrder, run: CheckRun, witnessed: Sequence[Witnessed]
) -> tuple[MetExpectation, ...]:
    """All that was expected: that steps pass, a page has its status and text, and an answer is quick."""
    of_page = _of_page(order, witnessed) if isinstance(order.gateway, GenericHttp) else _of_steps(witnessed)
    return (*of_page, *_of_speed(order, run))


def _of_page(order: CheckOrder, witnessed: Sequence[Witnessed]) -> Iterator[MetExpectation]:
    reply = next((seen.answer for seen in witnessed if isinstance(seen.answer, Reply)), None)
    codes = {seen.run.code for seen in witnessed}
    wanted, text = order.options.get("expect_status"), str(order.options.get("expect_text", ""))
    got = str(reply.status) if reply else "–"
    good = None if reply is None else reply.status in wanted if wanted else 200 <= reply.status < 300
    said = ", ".join(map(str, wanted)) if wanted else ANY_GOOD
    yield MetExpectation(what=trials.status_expected(said, got), met=good)
    if text:
        there = reply is not None and text in reply.text
        yield MetExpectation(what=trials.text_expected(text), met=None if reply is None else there)
    elif order.usual and reply is not None:
        yield MetExpectation(what=trials.USUAL_EXPECTED.say(), met="CHANGED_PAGE" not in codes)
    else:
        yield MetExpectation(what=trials.NOTHING_USUAL.say(), met=None)


def _of_steps(witnessed: Sequence[Witnessed]) -> Iterator[MetExpectation]:
    for seen in witnessed:
        if not seen.run.aside:
            what = trials.step_expected(seen.run.name or "–")
            yield MetExpectation(what=what, met=seen.run.outcome is Outcome.ACCEPTED)


def _of_speed(order: CheckOrder, run: CheckRun) -> Iterator[MetExpectation]:
    if order.slow_after_ms is not None:
        took = run.latency_ms if run.error is None else None
        what = trials.speed_expected(took_ms=took, limit_ms=order.slow_after_ms)
        yield MetExpectation(what=what, met=None if took is None else took <= order.slow_after_ms)

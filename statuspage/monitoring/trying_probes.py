"""Makes one check of a probe without storing anything: each step, what came of it, and why."""

from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from probes.instrument.codebook import AnswerRule, CodeBook
from probes.instrument.runner import run_checks
from probes.instrument.runs import CheckOrder, CheckRun, StepRun, Witnessed
from probes.instrument.secrecy.echoes import Guarded
from probes.instrument.secrecy.scrubbing import scrubbed
from probes.network import loops
from probes.network.bodies import is_text
from probes.network.exchange import Failure, Reply, tls_context
from probes.network.names import without_user
from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.outcomes import Outcome
from statuspage.monitoring.codes import site_code_book
from statuspage.monitoring.expecting import MetExpectation, expectations
from statuspage.monitoring.models import Probe, Vantage
from statuspage.monitoring.orders import order_of
from statuspage.monitoring.raw_answers import secrets_of, shown
from statuspage.wording import labels, trials
from statuspage.wording.problems import problem

# Of an answer's headers what says who answered, how, when, and what it wants, and how much of it is shown.
# The beginning of a signature tells a test of clients from a real one, and no more.
HEADERS = dict.fromkeys(
    (
        "content-type",
        "content-length",
        "content-encoding",
        "transfer-encoding",
        "date",
        "server",
        "via",
        "location",
        "retry-after",
        "www-authenticate",
        "proxy-authenticate",
        "proxy-status",
        "request-id",
        "wechatpay-serial",
        "wechatpay-timestamp",
        "cf-ray",
    ),
    200,
) | {"wechatpay-signature": 24}
MOST_PATTERN = 60  # characters
MOST_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedStep:
    """One step of the conversation as it is shown; texts from outside are redacted and capped."""

    name: str
    aside: bool
    request: str
    phases: tuple[tuple[Bilingual, float], ...]
    status: int | None
    failure: str
    headers: tuple[tuple[str, str], ...]
    body: str
    code: str
    message: str
    outcome: Bilingual
    decided_by: Bilingual

    @property
    def total_ms(self) -> float:
        return sum(spent for _, spent in self.phases)


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedProbe:
    """What a check made now shows: its steps, and in words the outcome, whose trouble, and what to do."""

    probe: str
    made_from: Bilingual
    proxy: str
    steps: tuple[TriedStep, ...]
    expected: tuple[MetExpectation, ...]
    outcome: Outcome
    outcome_word: Bilingual
    whose: Bilingual
    why: Bilingual
    to_do: Bilingual

    @property
    def accepted(self) -> bool:
        return self.outcome is Outcome.ACCEPTED


def try_probe(probe: Probe, *, vantage: Vantage | None = None, clock: Callable[[], datetime]) -> TriedProbe:
    """One check of ``probe``, from this machine, with the settings of ``vantage`` or else of its own.

    Nothing is stored or counted, but for what the endpoint itself keeps of it.
    """
    place = vantage or probe.vantage
    order, book = order_of(probe, clock(), place), site_code_book()
    witnessed: list[Witnessed] = []

    async def ask() -> CheckRun:
        context = tls_context(settings.PROBE_CA_BUNDLE)
        made = run_checks([order], book=book, context=context, clock=clock, witness=witnessed.append)
        async with aclosing(made):
            return await anext(made)

    run = loops.run(ask())
    secrets = secrets_of(order)
    made_from = trials.made_from(place.slug, own=probe.vantage.slug)
    return told(order, run, witnessed, book=book, secrets=secrets, made_from=made_from)


def told(
    order: CheckOrder,
    run: CheckRun,
    witnessed: Sequence[Witnessed],
    *,
    book: CodeBook,
    secrets: frozenset[Guarded],
    made_from: Bilingual,
) -> TriedProbe:
    """A check and what was seen of it on the way as it is told to whoever tries it."""
    limit_ms = order.slow_after_ms
    slow = run.outcome is Outcome.SLOW and limit_ms is not None
    return TriedProbe(
        probe=order.probe,
        made_from=made_from,
        proxy=f"{order.proxy.host}:{order.proxy.port}" if order.proxy else "",
        steps=tuple(_step(seen, book, secrets) for seen in witnessed),
        expected=expectations(order, run, witnessed),
        outcome=run.outcome,
        outcome_word=labels.outcome(run.outcome),
        whose=trials.whose(run.outcome),
        why=trials.slow(took_ms=run.latency_ms, limit_ms=limit_ms or 0.0) if slow else _why(run, secrets),
        to_do=trials.to_do(run.outcome, run.code),
    )


def _why(run: CheckRun, secrets: frozenset[Guarded]) -> Bilingual:
    """The answer, or the failure, of the step that decided, in its own words."""
    deciding = [step for step in run.steps if not step.aside and step.outcome is not Outcome.ACCEPTED]
    if not deciding:
        return trials.all_passed(len(run.steps))
    step = deciding[0]
    parts = (str(step.http_status or ""), _cut(step, step.code, secrets), _cut(step, step.message, secrets))
    said = " ".join(part for part in parts if part) or scrubbed(step.detail, secrets)
    told = said or step.error or "–"
    # What somebody else answered stays as it is; keys of ours are told of in both languages.
    return trials.stopped_at(step.name or "–", problem(told) if step.http_status is None else told)


def _cut(step: StepRun, text: str, secrets: frozenset[Guarded]) -> str:
    """A text of a step as it may be shown; where there was no answer, it is our own."""
    return scrubbed(text, secrets) if step.http_status is None else shown(text, secrets)


def _step(seen: Witnessed, book: CodeBook, secrets: frozenset[Guarded]) -> TriedStep:
    run, answer = seen.run, seen.answer
    outcome, rule = book.explain(
        error=run.error, http_status=run.http_status, code=run.code, message=run.message
    )
    reply = answer if isinstance(answer, Reply) else None
    return TriedStep(
        name=run.name,
        aside=run.aside,
        request=_request(seen, secrets),
        phases=tuple((trials.PHASES[phase].say(), spent) for phase, spent in seen.phases_ms.items()),
        status=reply.status if reply else None,
        failure="" if reply else scrubbed(_failure(seen), secrets),
        headers=_headers(reply, secrets) if reply else (),
        body=_body(reply, secrets) if reply else "",
        code=_cut(run, run.code, secrets),
        message=_cut(run, run.message, secrets),
        outcome=labels.outcome(outcome),
        decided_by=trials.decided_by(described(rule) if rule else "", answered=run.error is None),
    )


def _body(reply: Reply, secrets: frozenset[Guarded]) -> str:
    """A text as such; of anything else the bytes that tell what it is."""
    if is_text(reply.body):
        return shown(reply.text, secrets)
    return f"{reply.body[:MOST_BYTES].hex(' ')} … ({len(reply.body):,} B)"


def _request(seen: Witnessed, secrets: frozenset[Guarded]) -> str:
    if seen.request is None:
        return ""
    return scrubbed(f"{seen.request.method} {without_user(seen.request.url)}", secrets)


def _failure(seen: Witnessed) -> str:
    if isinstance(seen.answer, Failure):
        return f"{seen.answer.error}: {seen.answer.detail}"
    return f"{seen.run.error}: {seen.run.detail}" if seen.run.error else ""


def _headers(reply: Reply, secrets: frozenset[Guarded]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, scrubbed(reply.headers[name][:200], secrets)) for name in HEADERS if name in reply.headers
    )


def described(rule: AnswerRule) -> str:
    """What a rule of the code book names and where it is from, on one line."""
    status = "" if rule.status is None else f"HTTP {rule.status}{'xx' if rule.status < 10 else ''}"
    code = {"": "", "-": "no code"}.get(rule.code, rule.code)
    pattern = f"/{rule.pattern[:MOST_PATTERN]}/" if rule.pattern else ""
    names = " ".join(part for part in (status, code, pattern) if part)
    return f"{names} ({rule.source})" if rule.source else names

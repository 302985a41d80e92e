"""Reads a pasted message as one of the answers that could be picked, so that its text can be dropped."""

from dataclasses import dataclass
from functools import cache

from probes.codebook import CodeBook, default_code_book
from probes.outcomes import Outcome, Symptom
from probes.reports.symptoms import read_text
from statuspage.public.asking.choices import Said

LONGEST = 500
BY_THE_BOOK = 0.95  # the code book's patterns were made on messages, not on what people write of them
LEAST = 0.4
REFUSED = 403  # what the app shows is as a rule the text of a refusal; the status itself is never seen

_SAID_BY_OUTCOME = {
    Outcome.DECLINED_RISK: Said.RISK,
    Outcome.DECLINED_LIMIT: Said.LIMIT,
    Outcome.DECLINED_POLICY: Said.STOPPED,
    Outcome.DECLINED_FUNDS: Said.FUNDS,
    Outcome.DECLINED_ACCOUNT: Said.ACCOUNT,
    Outcome.MAINTENANCE: Said.WORK,
    Outcome.SERVER_ERROR: Said.BUSY,
    Outcome.TIMEOUT: Said.BUSY,
    Outcome.CONNECT: Said.BUSY,
    Outcome.THROTTLED: Said.BUSY,
}
_SAID_BY_SYMPTOM = {
    Symptom.PAYMENT_FAILURE: Said.BUSY,
    Symptom.RISK_DECLINE: Said.RISK,
    Symptom.MAINTENANCE: Said.WORK,
    Symptom.POLICY_CLOSURE: Said.STOPPED,
    Symptom.ACCOUNT_SECURITY: Said.ACCOUNT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """What a message was read as; ``sure`` is 0 to 1."""

    said: Said
    sure: float


@cache
def _book() -> CodeBook:
    return default_code_book()


def read_pasted(text: str) -> Pasted:
    """The answer that a pasted message amounts to: by the code book if it knows it, else as a post is read.

    Whatever neither understands is :attr:`Said.OTHER`; never fails, whatever the text.
    """
    text = text[:LONGEST].strip()
    if not text:
        return Pasted(said=Said.NOTHING, sure=1.0)
    outcome, rule = _book().explain(error=None, http_status=REFUSED, code="", message=text)
    if rule is not None and outcome in _SAID_BY_OUTCOME:
        return Pasted(said=_SAID_BY_OUTCOME[outcome], sure=BY_THE_BOOK)
    reading = read_text(text)
    said = _SAID_BY_SYMPTOM.get(reading.symptom)
    if said is None or reading.probability < LEAST:
        return Pasted(said=Said.OTHER, sure=1.0)
    return Pasted(said=said, sure=reading.probability)

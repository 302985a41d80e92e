"""Reads a pasted message as one of the answers that could be picked, so that its text can be dropped."""

from dataclasses import dataclass

from probes.instrument.codebook import default_code_book
from probes.listening.reading.symptoms import read_text
from probes.vocabulary.choices import Told
from probes.vocabulary.outcomes import Outcome
from probes.vocabulary.symptoms import Symptom

LONGEST = 500
# The code book's patterns were made on messages, not on what people write of them.
BY_THE_BOOK = 0.95
LEAST = 0.4
# What the app shows is as a rule the text of a refusal; the status itself is never seen.
REFUSED = 403

_SAID_BY_OUTCOME = {
    Outcome.DECLINED_RISK: Told.RISK,
    Outcome.DECLINED_LIMIT: Told.LIMIT,
    Outcome.DECLINED_POLICY: Told.STOPPED,
    Outcome.DECLINED_FUNDS: Told.FUNDS,
    Outcome.DECLINED_ACCOUNT: Told.ACCOUNT,
    Outcome.MAINTENANCE: Told.WORK,
    Outcome.SERVER_ERROR: Told.BUSY,
    Outcome.TIMEOUT: Told.BUSY,
    Outcome.CONNECT: Told.BUSY,
    Outcome.THROTTLED: Told.BUSY,
}
_SAID_BY_SYMPTOM = {
    Symptom.PAYMENT_FAILURE: Told.BUSY,
    Symptom.RISK_DECLINE: Told.RISK,
    Symptom.MAINTENANCE: Told.WORK,
    Symptom.POLICY_CLOSURE: Told.STOPPED,
    Symptom.ACCOUNT_SECURITY: Told.ACCOUNT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """What a message was read as; ``sure`` is 0 to 1."""

    said: Told
    sure: float


def read_pasted(text: str) -> Pasted:
    """The answer that a pasted message amounts to: by the code book if it knows it, else as a post is read.

    Whatever neither understands is :attr:`Told.OTHER`; never fails, whatever the text.
    """
    text = text[:LONGEST].strip()
    if not text:
        return Pasted(said=Told.NOTHING, sure=1.0)
    outcome, rule = default_code_book().explain(error=None, http_status=REFUSED, code="", message=text)
    if rule is not None and outcome in _SAID_BY_OUTCOME:
        return Pasted(said=_SAID_BY_OUTCOME[outcome], sure=BY_THE_BOOK)
    reading = read_text(text)
    said = _SAID_BY_SYMPTOM.get(reading.symptom)
    if said is None or reading.probability < LEAST:
        return Pasted(said=Told.OTHER, sure=1.0)
    return Pasted(said=said, sure=reading.probability)

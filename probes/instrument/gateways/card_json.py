"""A card processor with plain JSON: charge -> retrieve -> refund, declines as codes and ISO 8583 numbers."""

from collections.abc import Collection
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import quote

from probes.instrument.gateways.credentials import Credentials
from probes.instrument.gateways.good_answers import GoodAnswer, Wanted, named
from probes.instrument.gateways.protocol import (
    AnswerReading,
    Ask,
    Conversation,
    ConversationStep,
    DialectTerms,
    json_object,
    json_request,
    reading_of,
    text_of,
    unread,
    with_retry_after,
)
from probes.instrument.gateways.vault import Vault
from probes.instrument.secrecy.echoes import Guarded
from probes.instrument.specs import EndpointAccess
from probes.network.exchange import Reply

# Some processors call what they made Created, and what they are still at Accepted.
_DONE = (200, 201, 202)
_ID = Wanted(kinds=(str, int))
_STATE = Wanted(optional=True)
_VAGUE = frozenset({"", "card_declined", "generic_decline"})


class CardJson:
    """One account. Operation charge; options ``amount`` (in minor units), ``currency`` and ``path``."""

    def __init__(self, endpoint: EndpointAccess, vault: Vault) -> None:
        self._base_url = endpoint.base_url
        self._credentials = Credentials(endpoint.slug, endpoint.credentials, vault)

    def converse(self, ask: Ask) -> Conversation:
        """Charge the payer's card, look the charge up and give the money back."""
        path = str(ask.options.get("path", "/v1/charges"))
        amount, currency = int(ask.options.get("amount", 100)), str(ask.options.get("currency", "cny"))
        body = {
            "amount": amount,
            "currency": currency,
            "source": dict(ask.payer.get("card_source", {})) or {"number": str(ask.payer.get("card", ""))},
            "description": str(ask.options.get("description", "status check")),
        }
        sum_of = {"amount": named(amount), "currency": _currency(currency), "status": _STATE}
        charged = GoodAnswer(statuses=_DONE, fields={"id": _ID, **sum_of})
        reply = yield self._step(ask, "charge", "POST", path, body, charged)
        number = (json_object(reply) or {}).get("id", "")
        place = f"{path}/{quote(text_of(number), safe='', errors='replace')}"
        found = GoodAnswer(fields={"id": replace(named(number), optional=False), **sum_of})
        yield self._step(ask, "retrieve", "GET", place, None, found)
        refunded = GoodAnswer(statuses=_DONE, fields={"id": _ID, "charge": named(number), "status": _STATE})
        reason = {"reason": "requested_by_customer"}
        yield self._step(ask, "refund", "POST", f"{place}/refund", reason, refunded)

    def guarded(self) -> Collection[Guarded]:
        return self._credentials.guarded()

    def _step(
        self, ask: Ask, name: str, method: str, target: str, body: dict[str, Any] | None, good: GoodAnswer
    ) -> ConversationStep:
        headers = {"Authorization": f"Bearer {self._credentials.text('api_key')}"}
        if body is not None:
            headers["Idempotency-Key"] = f"{ask.run_id}-{name}"
        request = json_request(method, self._base_url + target, body, headers)
        return ConversationStep(name=name, request=request, read=partial(_read, good))


def _currency(code: str) -> Wanted:
    """A currency is written in either case."""
    return Wanted(values=(code.lower(), code.upper()), optional=True, names=True)


def _read(good: GoodAnswer, reply: Reply) -> AnswerReading:
    """A charge's or refund's state, or the error's finest code."""
    if not 200 <= reply.status < 300:
        return _read_error(reply)
    content, failed = good.read(reply)
    if content.get("error"):
        return _read_error(reply)
    return failed or reading_of(reply, text_of(content.get("status")) or "succeeded")


def _read_error(reply: Reply) -> AnswerReading:
    content = json_object(reply)
    error = content.get("error") if content else None
    if not isinstance(error, dict):
        return unread(reply)
    code = text_of(error.get("decline_code")) or text_of(error.get("code"))
    issuer_says = text_of(error.get("network_decline_code"))
    if issuer_says and code in _VAGUE:
        # The issuer's own number says more than a word that covers everything.
        code = issuer_says
    code = code or text_of(error.get("type"))
    return reading_of(reply, code, with_retry_after(text_of(error.get("message")), reply))


DIALECT = DialectTerms(
    name="card_json",
    operations=("charge",),
    required=("api_key",),
    options=("amount", "currency", "description", "path"),
    make=CardJson,
)

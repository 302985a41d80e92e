"""The pretended card gateway: plain JSON with declines in the manner of Stripe and ISO 8583.

``POST /v1/charges`` with ``amount``, ``currency`` and ``card`` (a number, or ``{"number": ...}``) charges,
``GET /v1/charges/{id}`` shows the charge, ``POST /v1/charges/{id}/refund`` or ``POST /v1/refunds`` pays it
back. Requests carry ``Authorization: Bearer sk_test_...``; a declined card is a 402 with ``error.code``,
``decline_code`` and ``network_decline_code``.
"""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from probes.simulator.cast import PAYER_OF_CARD, PAYERS
from probes.simulator.fates import AnswerForm, Fate, FatedAnswer, FatedFault, Spoken
from probes.simulator.wire.http import ServerReply, ServerRequest, json_reply, no_reply, raw_reply
from probes.simulator.wire.keys import CARD_API_KEY
from probes.simulator.world import World, check_began
from probes.vocabulary.tiers import RiskTier

COMPONENT = "card-checkout"
_CHARGE = re.compile(r"/v1/charges/(?P<id>ch_[0-9a-f]+)(?P<refund>/refund)?")
_MOST = 20_000
# What the card network said, for declines that have a word of the gateway's own.
_NETWORK_CODES = {
    "fraudulent": "59",
    "security_violation": "63",
    "card_velocity_exceeded": "65",
    "service_not_allowed": "57",
    "insufficient_funds": "51",
    "expired_card": "54",
    "issuer_not_available": "91",
    "try_again_later": "05",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """One charge; ``amount`` in the currency's smallest unit."""

    id: str
    amount: int
    currency: str
    persona: str
    made_at: datetime
    refunded: bool = False

    def shown(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "object": "charge",
            "amount": self.amount,
            "currency": self.currency,
            "status": "succeeded",
            "captured": True,
            "refunded": self.refunded,
            "created": int(self.made_at.timestamp()),
        }


class CardGateway:
    """Answers charges as the world wants it at ``clock()``."""

    def __init__(self, world: World, clock: Callable[[], datetime]) -> None:
        self._world, self._clock = world, clock
        self._charges: dict[str, Charge] = {}

    async def handle(self, request: ServerRequest) -> ServerReply:
        """The reply to one request."""
        now = self._clock()
        content = _read(request)
        known = self._charge_of(request, content)
        at, persona = now, _persona_of(content)
        if known is not None:
            at, persona = check_began(known.made_at, now), known.persona
        fate = self._fate(persona, request.vantage, at, _step_of(request))
        if isinstance(fate, FatedFault):
            return no_reply(fate)
        if not fate.accepted and fate.said.form is not AnswerForm.JSON:
            return raw_reply(fate)
        if fate.said.status >= 429:
            return _declined(fate)
        problem = _problem(request, content)
        if problem is not None:
            return json_reply(problem[0], {"error": problem[1]}, delay_s=fate.latency_s)
        if not fate.accepted:
            return _declined(fate)
        return self._do(request, content, known, persona, now, fate.latency_s)

    def _fate(self, persona: str, vantage: str, at: datetime, step: str) -> Fate:
        tier = PAYERS[persona].tier if persona in PAYERS else RiskTier.LOW
        return self._world.fate(
            component=COMPONENT, persona=persona, tier=tier, vantage=vantage, at=at, step=step
        )

    def _charge_of(self, request: ServerRequest, content: Mapping[str, Any]) -> Charge | None:
        match = _CHARGE.fullmatch(request.path)
        if match is not None:
            return self._charges.get(match["id"])
        named = content.get("charge")
        return self._charges.get(named) if isinstance(named, str) else None

    def _do(
        self,
        request: ServerRequest,
        content: Mapping[str, Any],
        known: Charge | None,
        persona: str,
        now: datetime,
        delay_s: float,
    ) -> ServerReply:
        if request.path == "/v1/charges":
            charge = Charge(
                id=f"ch_{secrets.token_hex(12)}",
                amount=int(content["amount"]),
                currency=str(content.get("currency", "cny")),
                persona=persona,
                made_at=now,
            )
            if len(self._charges) >= _MOST:
                del self._charges[next(iter(self._charges))]
            self._charges[charge.id] = charge
            return json_reply(200, charge.shown(), delay_s=delay_s)
        if known is None:
            return json_reply(404, {"error": _error("resource_missing", "No such charge.")}, delay_s=delay_s)
        if request.method == "GET":
            return json_reply(200, known.shown(), delay_s=delay_s)
        self._charges[known.id] = replace(known, refunded=True)
        refund = {"id": f"re_{known.id[3:]}", "object": "refund", "charge": known.id, "status": "succeeded"}
        return json_reply(200, refund, delay_s=delay_s)


def _step_of(request: ServerRequest) -> str:
    if request.path == "/v1/charges":
        return "order"
    return "query" if request.method == "GET" else "close"


def _read(request: ServerRequest) -> Mapping[str, Any]:
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(request.body.decode("utf-8", "replace")))
    return request.content


def _persona_of(content: Mapping[str, Any]) -> str:
    card = content.get("card", content.get("source", ""))
    if isinstance(card, Mapping):
        card = card.get("number", "")
    payer = PAYER_OF_CARD.get(str(card).replace(" ", ""))
    return payer.slug if payer is not None else ""


def _problem(request: ServerRequest, content: Mapping[str, Any]) -> tuple[int, dict[str, str]] | None:
    """What is wrong with the request itself."""
    if request.headers.get("authorization", "") != f"Bearer {CARD_API_KEY}":
        return 401, _error("api_key_invalid", "Invalid API Key.")
    known = request.path in {"/v1/charges", "/v1/refunds"} or _CHARGE.fullmatch(request.path) is not None
    if not known or request.method not in {"GET", "POST"}:
        return 404, _error("url_invalid", "Unrecognized request URL.")
    if request.path != "/v1/charges":
        return None
    if not str(content.get("amount", "")).isdecimal() or int(content["amount"]) < 1:
        wrong = "amount must be a positive whole number of the currency's smallest unit."
        return 400, _error("parameter_invalid_integer", wrong)
    if not _persona_of(content):
        return 402, _error("incorrect_number", "Your card number is incorrect.", kind="card_error")
    return None


def _declined(fate: FatedAnswer) -> ServerReply:
    said = fate.said
    return json_reply(said.status, {"error": _error_of(said)}, delay_s=fate.latency_s, headers=said.headers)


def _error(code: str, message: str, *, kind: str = "invalid_request_error") -> dict[str, str]:
    return {"type": kind, "code": code, "message": message}


def _error_of(said: Spoken) -> dict[str, str]:
    if said.status != 402:
        return _error(said.code, said.message, kind="api_error")
    error = _error("card_declined", said.message, kind="card_error")
    if said.code.isdigit():
        return error | {"network_decline_code": said.code}
    network = {"network_decline_code": _NETWORK_CODES[said.code]} if said.code in _NETWORK_CODES else {}
    return error | {"decline_code": said.code} | network

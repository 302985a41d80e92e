"""The pretended card switch: ``POST /iso8583`` with ISO 8583 messages as JSON, both ways with a MAC.

Types are 0100, 0200, 0400 (the reversal) and 0800; the card tells who pays. The MAC is as
``probes/instrument/gateways/iso8583_json.py`` writes it down.
"""

import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from probes.simulator.cast import PAYER_OF_CARD, Payer
from probes.simulator.fates import AnswerForm, FatedFault
from probes.simulator.wire.http import ServerReply, ServerRequest, json_reply, no_reply, raw_reply
from probes.simulator.wire.keys import KeyRing
from probes.simulator.world import World, check_began
from probes.vocabulary.tiers import RiskTier

COMPONENT = "union-till"
MERCHANT, TERMINAL = "898440000000001", "10000001"
_ANSWERS = {"0100": "0110", "0200": "0210", "0400": "0410", "0800": "0810"}
_REPEATED = ("2", "3", "4", "7", "11", "12", "13", "32", "37", "41", "42", "49", "70")
_MOST = 20_000


@dataclass(frozen=True, slots=True)
class _CardCharge:
    """Who was charged, how much and when."""

    payer: Payer
    amount: str
    made_at: datetime


class Iso8583Host:
    """Answers messages as the world wants it at ``clock()``."""

    def __init__(self, world: World, keys: KeyRing, clock: Callable[[], datetime]) -> None:
        self._world, self._key, self._clock = world, keys.mac_key, clock
        self._charges: dict[str, _CardCharge] = {}

    async def handle(self, request: ServerRequest) -> ServerReply:
        """The reply to one request."""
        now, asked = self._clock(), _message(request)
        kind = asked.get("0", "")
        if request.path != "/iso8583" or kind not in _ANSWERS:
            return json_reply(404, {"error": "no such message"})
        original = self._charges.get(asked.get("37", "")) if kind == "0400" else None
        payer = original.payer if original else PAYER_OF_CARD.get(asked.get("2", ""))
        fate = self._world.fate(
            component=COMPONENT,
            persona=payer.slug if payer else "",
            tier=payer.tier if payer else RiskTier.LOW,
            vantage=request.vantage,
            at=check_began(original.made_at, now) if original else now,
            step="close" if kind == "0400" else "order",
        )
        if isinstance(fate, FatedFault):
            return no_reply(fate)
        if not fate.accepted and fate.said.form is not AnswerForm.JSON:
            return raw_reply(fate)
        code, words = self._problem(asked), ""
        if not code and not fate.accepted:
            code, words = fate.said.code, fate.said.message
        code = code or self._do(asked, payer, original, now)
        return json_reply(200, self._answer(asked, code, words), delay_s=fate.latency_s)

    def _problem(self, asked: Mapping[str, str]) -> str:
        """The response code for what is wrong with the message itself; "" for nothing."""
        given = asked.get(_mac_field(asked), "")
        if not hmac.compare_digest(given.encode(), self._mac(asked).encode()):
            return "A0"
        if asked.get("42") != MERCHANT:
            return "03"
        return "" if asked.get("41") == TERMINAL else "97"

    def _do(
        self, asked: Mapping[str, str], payer: Payer | None, original: _CardCharge | None, now: datetime
    ) -> str:
        """The response code of what is done."""
        if asked["0"] == "0800":
            return "00"
        if asked["0"] == "0400":
            if original is None or not asked.get("90"):
                return "25"
            return "00" if original.amount == asked.get("4") else "64"
        if payer is None:
            return "14"
        if not asked.get("4", "").isdecimal() or len(asked["4"]) != 12:
            return "13"
        if asked.get("3") != "310000":
            self._keep(asked.get("37", ""), _CardCharge(payer, asked["4"], now))
        return "00"

    def _keep(self, number: str, charge: _CardCharge) -> None:
        if len(self._charges) >= _MOST:
            del self._charges[next(iter(self._charges))]
        self._charges[number] = charge

    def _answer(self, asked: Mapping[str, str], code: str, words: str) -> dict[str, str]:
        answer = {"0": _ANSWERS[asked["0"]], **{name: asked[name] for name in _REPEATED if name in asked}}
        answer["39"] = code
        if words:
            answer["44"] = words
        if code == "00" and asked["0"] in ("0100", "0200"):
            answer["38"] = asked["37"][-6:]
        # Whose MAC does not hold has no key by which it could check ours.
        return answer if code == "A0" else {**answer, _mac_field(answer): self._mac(answer)}

    def _mac(self, message: Mapping[str, str]) -> str:
        fields = sorted((int(name), text) for name, text in message.items() if name not in ("64", "128"))
        signed = "|".join(f"{name}={text}" for name, text in fields)
        return hmac.new(self._key, signed.encode(), sha256).hexdigest()[:16].upper()


def _message(request: ServerRequest) -> dict[str, str]:
    """The fields of a message; none where it is no message."""
    try:
        content: Any = json.loads(request.body)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(content, dict):
        return {}
    sound = all(name.isdecimal() and isinstance(text, str) for name, text in content.items())
    return content if sound else {}


def _mac_field(message: Mapping[str, str]) -> str:
    return "128" if any(int(name) > 64 for name in message) else "64"

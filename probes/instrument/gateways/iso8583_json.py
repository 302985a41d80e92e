"""ISO 8583 as JSON, in the manner of UnionPay: purchases and authorisations that are reversed, and echoes.

A message is an object of texts by field number: "0" is its type (0200 asks, 0210 answers), "2" the card, "39"
the response code. It ends with a MAC in field 64, or in 128 where there is a field above 64: the first eight
bytes, in upper-case hexadecimal digits, of HMAC-SHA256 over all other fields as ``number=value`` in order of
number, joined by ``|``.
"""

import hmac
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC
from functools import partial
from hashlib import sha256
from typing import Any, TypeAlias

from probes.instrument.gateways.clocks import CHINA
from probes.instrument.gateways.credentials import Credentials
from probes.instrument.gateways.good_answers import GoodAnswer, Wanted, named
from probes.instrument.gateways.protocol import (
    AnswerReading,
    Ask,
    Conversation,
    ConversationStep,
    CredentialsError,
    DialectTerms,
    Fault,
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

Message: TypeAlias = Mapping[str, str]

# Type and processing code of what takes money.
_CHARGES = {"purchase": ("0200", "000000"), "authorise": ("0100", "030000")}
_BALANCE = ("0200", "310000")
_NETWORK = {"sign_on": "001", "echo": "301"}  # field 70
# Answers that a host with which we share no key, or no session, cannot sign for us.
_KEYLESS = frozenset({"77", "97", "99", "A0", "A7"})
# What an answer may repeat of its question, beside the number in field 11.
_REPEATED = ("3", "4", "37", "41", "42", "70")


class Iso8583Json:
    """One terminal of one merchant; operations purchase, authorise, balance, echo and sign_on."""

    def __init__(self, endpoint: EndpointAccess, vault: Vault) -> None:
        self._base_url = endpoint.base_url
        self._credentials = Credentials(endpoint.slug, endpoint.credentials, vault)

    def converse(self, ask: Ask) -> Conversation:
        """The steps of one check; CredentialsError where our key or numbers cannot be used."""
        key = _mac_key(self._credentials)
        url = self._base_url + str(ask.options.get("path", "/iso8583"))
        step = partial(_step, url, key)
        who = _who(self._credentials, ask)
        if ask.operation in _NETWORK:
            yield step(ask.operation, {"0": "0800", **who, "70": _NETWORK[ask.operation]})
        elif ask.operation == "balance":
            yield step("balance", _of_payer(_BALANCE, who, ask))
        else:
            charge = _of_payer(_CHARGES[ask.operation], who, ask)
            yield step(ask.operation, charge)
            yield step("reversal", _reversal(charge))

    def guarded(self) -> Collection[Guarded]:
        return self._credentials.guarded()


def mac_of(message: Message, key: bytes) -> str:
    """The MAC of a message, whether it has one already or not: 16 hexadecimal digits."""
    fields = sorted((int(number), value) for number, value in message.items() if number not in ("64", "128"))
    text = "|".join(f"{number}={value}" for number, value in fields)
    return hmac.new(key, _bytes(text), sha256).hexdigest()[:16].upper()


def with_mac(message: Message, key: bytes) -> dict[str, str]:
    """The message with its MAC."""
    return {**message, mac_field(message): mac_of(message, key)}


def _bytes(text: str) -> bytes:
    # A host may send half a character, which is no UTF-8.
    return text.encode(errors="surrogatepass")


def mac_field(message: Message) -> str:
    """The number of the field that holds a message's MAC."""
    return "128" if any(int(number) > 64 for number in message) else "64"


def _mac_key(credentials: Credentials) -> bytes:
    digits = credentials.text("mac_key")
    try:
        key = bytes.fromhex(digits)
    except ValueError:
        raise CredentialsError("mac_key must be hexadecimal digits") from None
    if len(key) < 16:
        raise CredentialsError("mac_key must have 32 hexadecimal digits or more")
    return key


def _who(credentials: Credentials, ask: Ask) -> dict[str, str]:
    """When and by which terminal it is asked."""
    china = ask.now.astimezone(CHINA)
    fields = {
        "7": ask.now.astimezone(UTC).strftime("%m%d%H%M%S"),
        "11": f"{int(ask.run_id[:12], 16) % 999_998 + 1:06d}",
        "12": china.strftime("%H%M%S"),
        "13": china.strftime("%m%d"),
        "37": f"{int(ask.run_id[12:24], 16) % 10**12:012d}",
        "41": credentials.text("terminal_id"),
        "42": credentials.text("merchant_id"),
    }
    if credentials.has("acquirer_id"):
        fields["32"] = credentials.text("acquirer_id")
    return fields


def _of_payer(kind: tuple[str, str], who: Message, ask: Ask) -> dict[str, str]:
    """A message about a payer's card."""
    fields = {
        **who,
        "0": kind[0],
        "2": str(ask.payer.get("card", "")).replace(" ", ""),
        "3": kind[1],
        "4": f"{int(ask.options.get('amount_fen', 1)):012d}",
        "22": "012",  # typed, without a PIN
        "25": "00",
        "49": str(ask.options.get("currency", "156")),
        "60": "22000001",  # what it is for, and the batch
    }
    if ask.payer.get("card_expiry"):
        fields["14"] = str(ask.payer["card_expiry"])
    return fields


def _reversal(charge: Message) -> dict[str, str]:
    """The message that takes a charge back, which it names in field 90."""
    acquirer = charge.get("32", "").zfill(11)
    original = f"{charge['0']}{charge['11']}{charge['7']}{acquirer}{'0' * 11}"
    return {**charge, "0": "0400", "11": f"{int(charge['11']) + 1:06d}", "90": original}


def _step(url: str, key: bytes, name: str, message: Message) -> ConversationStep:
    request = json_request("POST", url, with_mac(message, key), {})
    return ConversationStep(name=name, request=request, read=partial(_read, _good(message), key))


def _good(sent: Message) -> GoodAnswer:
    """What an answer to a message holds, whatever its response code."""
    fields = {
        "0": replace(named(f"{int(sent['0']) + 10:04d}"), optional=False),
        "11": replace(named(sent["11"]), optional=False),
        "39": Wanted(pattern=r"[0-9A-Z]{2}"),
    }
    return GoodAnswer(
        fields={**fields, **{number: named(sent[number]) for number in _REPEATED if number in sent}}
    )


def _read(good: GoodAnswer, key: bytes, reply: Reply) -> AnswerReading:
    """The response code, where the answer belongs to what was sent and its MAC holds."""
    if not 200 <= reply.status < 300:
        return _read_error(reply)
    content, failed = good.read(reply)
    if text_of(content.get("39")) in _KEYLESS:
        return _said(content, reply)
    if failed:
        return failed
    fault = _fault_of_mac(content, key)
    return reading_of(reply, *fault) if fault else _said(content, reply)


def _read_error(reply: Reply) -> AnswerReading:
    """What an answer that is no success says, or whatever a proxy in between answered, as evidence."""
    content = json_object(reply) or {}
    return _said(content, reply) if "39" in content else unread(reply)


def _said(content: Mapping[str, Any], reply: Reply) -> AnswerReading:
    return reading_of(reply, text_of(content["39"]), with_retry_after(text_of(content.get("44")), reply))


def _fault_of_mac(content: Mapping[str, Any], key: bytes) -> Fault | None:
    # The host took our MAC, so it has our key, and a MAC that does not hold is no fault of ours.
    for number, value in content.items():
        if not (number.isdecimal() and len(number) <= 3 and isinstance(value, str)):
            return Fault("WRONG_FIELD", f"field {number[:20]} is no text by number")
    given = content.get(mac_field(content), "")
    if hmac.compare_digest(_bytes(given), _bytes(mac_of(content, key))):
        return None
    return Fault("BAD_SIGNATURE", "the MAC does not fit the answer" if given else "the answer has no MAC")


DIALECT = DialectTerms(
    name="iso8583_json",
    operations=(*_CHARGES, "balance", *_NETWORK),
    required=("merchant_id", "terminal_id", "mac_key"),
    credentials=("acquirer_id",),
    options=("amount_fen", "currency", "path"),
    make=Iso8583Json,
)

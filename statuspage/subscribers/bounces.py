"""Reads mails that come back (RFC 3464) and complaints (RFC 5965): whose they are, and what they mean."""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from enum import StrEnum

from probes.instrument.secrecy.scrubbing import scrubbed

# Whatever comes in is somebody else's; reports are small.
MOST_BYTES = 200_000
# Each line is held against every part that it may end, and whoever knows the return address can write to it.
MOST_NESTED = 20
MOST_PARTS = 50
LONGEST_FIELD = 1000
_NESTING = re.compile(rb"boundary|message/", re.IGNORECASE)
_TOKEN_IN_ADDRESS = re.compile(r"\+([a-z2-7]{36})@", re.IGNORECASE)
_TOKEN_IN_LINK = re.compile(r"/subscribe/stop/([a-z2-7]{36})/", re.IGNORECASE)
_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
# A mailbox that is full, or a mail that was refused for what it holds, may be otherwise tomorrow (RFC 3463).
_PASSING = re.compile(r"\b5\.(2\.[0-3]|3\.\d+|4\.\d+|7\.\d+)\b")


class ReturnKind(StrEnum):
    """What a mail that came back means."""

    HARD = "hard"  # nobody is there, and never will be
    SOFT = "soft"  # it may pass
    COMPLAINT = "complaint"  # the reader called it spam
    NONE = "none"  # it says nothing of a mail of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedMail:
    """What came back: tokens by which it may be ours, signed or not; they are not checked yet."""

    kind: ReturnKind
    bounce_tokens: tuple[str, ...] = ()
    link_tokens: tuple[str, ...] = ()
    detail: str = ""


def read_returned(raw: bytes) -> ReturnedMail:
    """What a mail to the return address says; whatever it is, it is read or says nothing, and never fails."""
    if len(raw) > MOST_BYTES:
        raw = raw[:MOST_BYTES]
    if len(_NESTING.findall(raw)) > MOST_NESTED:
        return ReturnedMail(kind=ReturnKind.NONE)
    try:
        mail = email.message_from_bytes(raw, policy=email.policy.compat32)
        kind, detail = _kind_of(mail)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return ReturnedMail(kind=ReturnKind.NONE)
    text = raw.decode("ascii", "replace").replace("=\r\n", "").replace("=\n", "")
    return ReturnedMail(
        kind=kind,
        bounce_tokens=tuple(dict.fromkeys(token.lower() for token in _TOKEN_IN_ADDRESS.findall(text)))[:5],
        link_tokens=tuple(dict.fromkeys(token.lower() for token in _TOKEN_IN_LINK.findall(text)))[:5],
        detail=detail,
    )


def _kind_of(mail: Message) -> tuple[ReturnKind, str]:
    for part in _parts(mail):
        if part.get_content_type() == "message/feedback-report":
            return ReturnKind.COMPLAINT, "the reader marked it as spam"
        if part.get_content_type() == "message/delivery-status":
            return _of_status(_text(part))
    return ReturnKind.NONE, ""


def _of_status(text: str) -> tuple[ReturnKind, str]:
    """What a delivery status says of its recipient; ``delayed`` and ``delivered`` ask for nothing."""
    action = _field(text, "Action").lower()
    # Servers say the address back, which nobody is shown and which is forgotten when it ends.
    detail = scrubbed(_field(text, "Diagnostic-Code") or _field(text, "Status"))[:300]
    if action != "failed":
        return ReturnKind.NONE, detail
    found = _STATUS.search(_field(text, "Status"))
    if found is None or found[1] != "5" or _PASSING.search(_field(text, "Status")):
        return ReturnKind.SOFT, detail
    return ReturnKind.HARD, detail


def _field(text: str, name: str) -> str:
    found = re.search(rf"^{name}:[ \t]*(.*(?:\n[ \t]+.*)*)", text, re.IGNORECASE | re.MULTILINE)
    return " ".join(found[1][:LONGEST_FIELD].split()) if found else ""


def _parts(mail: Message) -> Iterator[Message]:
    for number, part in enumerate(mail.walk()):
        if number >= MOST_PARTS:
            return
        yield part


def _text(part: Message) -> str:
    """A part as text: a delivery status is parsed as messages of their own."""
    payload = part.get_payload()
    inner = payload if isinstance(payload, list) else [payload]
    return "\n".join(str(piece) for piece in inner).replace("\r\n", "\n")

"""Signed names: what a link in a mail, and the address that a mail comes back to, say of a subscription."""

import hmac
import re
from enum import StrEnum
from functools import lru_cache

from statuspage.webpush.encryption import derived

_WRITTEN = re.compile(r"(?P<key>[a-z2-7]{20})(?P<mark>[a-z2-7]{16})")
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


class LinkPurpose(StrEnum):
    """What a token lets its bearer do; that of one purpose is worth nothing for another."""

    CONFIRM = "confirm"
    MANAGE = "manage"  # and to stop it
    BOUNCE = "bounce"


def token_for(purpose: LinkPurpose, key: str, secret: str) -> str:
    """The token of a subscription by its key: 36 small letters and digits, also where case gets lost."""
    return key + _mark(purpose, key, secret)


def read_token(purpose: LinkPurpose, token: str, secret: str) -> str | None:
    """The key in a token; None where it is not one of ours for this purpose."""
    found = _WRITTEN.fullmatch(token.lower())
    if found is None or not hmac.compare_digest(found["mark"], _mark(purpose, found["key"], secret)):
        return None
    return found["key"]


def letters_of(data: bytes) -> str:
    """Bytes as small letters and digits."""
    return "".join(_LETTERS[byte % 32] for byte in data)


def _mark(purpose: LinkPurpose, key: str, secret: str) -> str:
    return letters_of(hmac.digest(_key(secret), f"{purpose}\0{key}".encode(), "sha256")[:16])


@lru_cache(maxsize=4)
def _key(secret: str) -> bytes:
    return derived(None, secret.encode(), b"fogbreak: links in mails", 32)

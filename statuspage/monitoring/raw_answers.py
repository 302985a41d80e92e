"""Makes a raw answer fit to be shown: without keys, signatures and personal data, no longer than is read."""

import os
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from probes.listening.privacy.redaction import CUT, redact
from probes.tables import substitute

MOST_SHOWN = 2_000  # characters
# A shorter one would be cut out of words that have nothing to do with it.
SHORTEST_SECRET = 4
_NAME = (
    r"(?:[\w-]*[_-])?(?:sign|signature|secret|token|password|passwd|key|nonce|ciphertext|authorization"
    r"|auth|auth_code|mac|cvv|cvc|pin|openid|session|cookie)"
)
_SECRET = re.compile(_NAME, re.IGNORECASE)
_IN_JSON = re.compile(rf'("{_NAME}"\s*:\s*")(?:[^"\\]|\\.)*', re.IGNORECASE)
_IN_FORM = re.compile(rf"(?<![\w-])({_NAME}=)[^&\s\"'<>]+", re.IGNORECASE)
_SCHEME = re.compile(r"\b(Bearer|Basic|WECHATPAY2-SHA256-RSA2048)\s+[^\s\"'<>][^\"'<>\n]*")
_PEM = re.compile(r"(-----BEGIN [A-Z ]+-----).*?(?:-----END [A-Z ]+-----|\Z)", re.DOTALL)
# Keys, signatures, hashes: of those that are no secret the beginning tells which one it is.
_OPAQUE = re.compile(r"(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9_-]{32,}|[A-Za-z0-9+/=]{64,}")
_BEGINNING = 6


def shown(text: str, secrets: Iterable[str]) -> str:
    """``text`` as it may be shown to an operator; ``secrets`` are ours that an answer may repeat."""
    head = without_secrets(_printable(text[: 4 * MOST_SHOWN]), secrets)
    cut = redact(_OPAQUE.sub(lambda found: found[0][:_BEGINNING] + CUT, head))
    return cut if len(cut) <= MOST_SHOWN else cut[:MOST_SHOWN] + " …"


def without_secrets(text: str, secrets: Iterable[str]) -> str:
    """``text`` without ``secrets`` and without what its own names call a key, a signature or a token."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, CUT)
    text = _PEM.sub(rf"\1 {CUT}", text)
    text = _SCHEME.sub(rf"\1 {CUT}", text)
    return _IN_FORM.sub(rf"\1{CUT}", _IN_JSON.sub(rf"\1{CUT}", text))


def secrets_of(
    credentials: Mapping[str, Any], payer: Mapping[str, Any], environ: Mapping[str, str] = os.environ
) -> set[str]:
    """What is a secret of an endpoint's credentials, and every value of a payer, as they are sent.

    Account and serial numbers of ours stay: whether they are the right ones is what is looked for.
    """
    keys = {name: value for name, value in credentials.items() if _SECRET.fullmatch(name)}
    found = (text for table in (keys, payer) for text in _values(table, environ))
    return {text for text in found if len(text) >= SHORTEST_SECRET}


def _values(value: Any, environ: Mapping[str, str]) -> Iterable[str]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _values(inner, environ)
    elif isinstance(value, list):
        for inner in value:
            yield from _values(inner, environ)
    elif value is not None and not isinstance(value, bool):
        try:
            yield substitute(str(value), environ)
        except KeyError:
            return


def _printable(text: str) -> str:
    """No control characters, nor any that change the direction: either could rewrite a terminal."""
    return "".join(map(_printed, text))


def _printed(sign: str) -> str:
    return sign if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cf", "Cs"} else " "

"""Makes a raw answer fit to be shown: without keys, signatures and personal data, no longer than is read."""

import re
import unicodedata
from collections.abc import Collection

from probes.instrument.runs import CheckOrder
from probes.instrument.secrecy.echoes import Guarded, texts_in
from probes.instrument.secrecy.scrubbing import scrubbed
from probes.listening.privacy.redaction import CUT, redact

MOST_SHOWN = 2_000  # characters
# Keys, signatures, hashes: of those that are no secret the beginning tells which one it is.
_LONG_WORD = re.compile(r"[A-Za-z0-9_-]{32,}")
_LETTER, _DIGIT = re.compile(r"[A-Za-z]"), re.compile(r"[0-9]")
_BASE64 = re.compile(r"[A-Za-z0-9+/=]{64,}")
_BEGINNING = 6


def shown(text: str, secrets: Collection[Guarded]) -> str:
    """``text`` as it may be shown to an operator; ``secrets`` are ours that an answer may repeat."""
    head = scrubbed(_printable(text[: 4 * MOST_SHOWN]), secrets)
    cut = redact(_BASE64.sub(_begun, _LONG_WORD.sub(_begun_if_mixed, head)))
    return cut if len(cut) <= MOST_SHOWN else cut[:MOST_SHOWN] + " …"


def secrets_of(order: CheckOrder) -> frozenset[Guarded]:
    """The secrets of a check's endpoint and every value of its payer.

    Account and serial numbers of ours stay: whether they are the right ones is what is looked for.
    """
    keys = (item for item in order.gateway.guarded() if not item.number)
    return frozenset((*keys, *(Guarded(value, text=True) for value in texts_in(order.payer))))


def _begun(found: re.Match[str]) -> str:
    return found[0][:_BEGINNING] + CUT


def _begun_if_mixed(word: re.Match[str]) -> str:
    """A key has letters and digits; a line of dashes or a long name is none.

    Looked at once it is found, since a pattern that looks ahead for both does so at every sign.
    """
    return _begun(word) if _LETTER.search(word[0]) and _DIGIT.search(word[0]) else word[0]


def _printable(text: str) -> str:
    """No control characters, nor any that change the direction: either could rewrite a terminal."""
    return "".join(map(_printed, text))


def _printed(sign: str) -> str:
    return sign if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cf", "Cs"} else " "

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
_OPAQUE = re.compile(r"(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9_-]{32,}|[A-Za-z0-9+/=]{64,}")
_BEGINNING = 6


def shown(text: str, secrets: Collection[Guarded]) -> str:
    """``text`` as it may be shown to an operator; ``secrets`` are ours that an answer may repeat."""
    head = scrubbed(_printable(text[: 4 * MOST_SHOWN]), secrets)
    cut = redact(_OPAQUE.sub(lambda found: found[0][:_BEGINNING] + CUT, head))
    return cut if len(cut) <= MOST_SHOWN else cut[:MOST_SHOWN] + " …"


def secrets_of(order: CheckOrder) -> frozenset[Guarded]:
    """The secrets of a check's endpoint and every value of its payer.

    Account and serial numbers of ours stay: whether they are the right ones is what is looked for.
    """
    keys = (item for item in order.gateway.guarded() if not item.number)
    return frozenset((*keys, *map(Guarded, texts_in(order.payer))))


def _printable(text: str) -> str:
    """No control characters, nor any that change the direction: either could rewrite a terminal."""
    return "".join(map(_printed, text))


def _printed(sign: str) -> str:
    return sign if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cf", "Cs"} else " "

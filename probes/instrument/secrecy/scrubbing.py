"""Cuts from what an endpoint answers all that is secret, before anything of it is decided, logged or kept."""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any, TypeAlias

from probes.instrument.secrecy.echoes import (
    SHORTEST_PART,
    SHORTEST_VALUE,
    Withheld,
    echoes,
    needles_of,
    texts_in,
    tokens_of,
)
from probes.instrument.secrecy.looks import looks_secret
from probes.instrument.secrecy.views import views_of
from probes.listening.privacy.redaction import CUT, without_spans
from probes.network.exchange import Request

__all__ = ["CUT", "Scrub", "Scrubber", "scrubbed"]

Scrub: TypeAlias = Callable[[str], str]
# Headers that say nothing of us.
_PLAIN_HEADERS = frozenset({"accept", "accept-encoding", "connection", "content-type", "host", "user-agent"})
_LONGEST_CODE = 64


def scrubbed(text: str, withheld: Collection[Withheld] = ()) -> str:
    """``text`` without the values that are ``withheld``, however they are written, and without what looks secret.

    Time grows as the text does and as the number of values does.
    """
    if len(text) < SHORTEST_VALUE:
        return text
    needles = needles_of(frozenset(withheld))
    spans: list[tuple[int, int]] = []
    for view in views_of(text):
        spans += echoes(view, needles)
        if not view.noise:
            spans += (view.span(*found) for found in looks_secret(view.text))
    return without_spans(text, spans) if spans else text


# Of the same endpoint and payer the same few codes come again and again.
_scrubbed_code = lru_cache(maxsize=16_384)(scrubbed)


class Scrubber:
    """What one check holds that nobody may see: the endpoint's credentials, the payer, and the headers it sent."""

    def __init__(
        self, credentials: Collection[Withheld], payer: Mapping[str, Any], headers: Iterable[str] = ()
    ) -> None:
        of_payer = (Withheld(text) for text in texts_in(payer))
        self._standing = frozenset((*credentials, *of_payer, *map(Withheld, headers)))
        self._requests: list[Request] = []

    def note(self, request: Request) -> None:
        """Remember what is about to be sent."""
        self._requests.append(request)

    def __call__(self, text: str) -> str:
        if len(text) < SHORTEST_VALUE:
            return text
        if len(text) <= _LONGEST_CODE:
            text = _scrubbed_code(text, self._standing)
            return text if len(text) < SHORTEST_PART else scrubbed(text, self._sent())
        return scrubbed(text, self._standing | self._sent())

    def _sent(self) -> frozenset[Withheld]:
        return frozenset(
            token
            for request in self._requests
            for name, value in request.headers.items()
            if name.lower() not in _PLAIN_HEADERS
            for token in tokens_of(value)
        )

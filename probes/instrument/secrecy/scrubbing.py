"""Cuts from what an endpoint answers all that is secret, before anything of it is decided, logged or kept."""

from collections.abc import Callable, Collection, Mapping
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any, TypeAlias

from probes.instrument.secrecy.echoes import (
    SHORTEST_PART,
    SHORTEST_VALUE,
    Guarded,
    echoes,
    lowered,
    needles_of,
    texts_in,
    tokens_of,
)
from probes.instrument.secrecy.looks import looks_secret
from probes.instrument.secrecy.views import is_word, views_of
from probes.listening.privacy.redaction import without_spans

Scrub: TypeAlias = Callable[[str], str]
# Headers that say nothing of us.
_PLAIN_HEADERS = frozenset({"accept", "accept-encoding", "connection", "content-type", "host", "user-agent"})
_LONGEST_CODE = 64


def scrubbed(text: str, guarded: Collection[Guarded] = ()) -> str:
    """``text`` without what is ``guarded``, however it is written, and without what looks secret.

    Time grows as the text does and as the number of values does.
    """
    if len(text) < SHORTEST_VALUE:
        return text
    needles = needles_of(frozenset(guarded))
    spans: list[tuple[int, int]] = []
    for view in views_of(text):
        spans += echoes(view, needles)
        if not view.noise:
            spans += (view.span(*found) for found in looks_secret(view.text))
    return without_spans(text, spans) if spans else text


# Of the same endpoint and payer the same few codes come again and again.
_scrubbed_code = lru_cache(maxsize=16_384)(scrubbed)


NOTHING: Mapping[str, Any] = MappingProxyType({})
# What is guarded of an endpoint and a payer, with what it was made of: a check has no time to make it anew.
_MOST_STANDING = 16_384
_STANDING: dict[tuple[object, int, int], tuple[frozenset[Guarded], object, object]] = {}


class Scrubber:
    """Cuts what one check holds and nobody may see: the endpoint's secrets, the payer, the headers it sent.

    ``credentials`` are asked for once, when the first text comes that may hold any of them.
    """

    def __init__(
        self,
        credentials: Callable[[], Collection[Guarded]],
        *,
        payer: Mapping[str, Any] = NOTHING,
        headers: Mapping[str, Any] = NOTHING,
    ) -> None:
        self._credentials, self._payer, self._headers = credentials, payer, headers
        self._noted: list[Mapping[str, str]] = []

    def note(self, headers: Mapping[str, str]) -> None:
        """Remember the headers of a request that is about to be sent."""
        self._noted.append(headers)

    def __call__(self, text: str) -> str:
        if len(text) < SHORTEST_VALUE:
            return text
        if len(text) > _LONGEST_CODE:
            return scrubbed(text, self._standing | self._sent())
        text = _scrubbed_code(text, self._standing)
        return scrubbed(text, self._sent()) if self._may_repeat(text) else text

    @cached_property
    def _standing(self) -> frozenset[Guarded]:
        """What is the same for every check of this endpoint by this payer."""
        key = (self._credentials, id(self._payer), id(self._headers))
        known = _STANDING.get(key)
        if known is None:
            if len(_STANDING) >= _MOST_STANDING:
                _STANDING.clear()
            payers = (Guarded(value, text=True) for value in texts_in(self._payer))
            headers = map(Guarded, texts_in(self._headers))
            guarded = frozenset((*self._credentials(), *payers, *headers))
            # As long as these two are held, no others have their ids.
            known = _STANDING[key] = (guarded, self._payer, self._headers)
        return known[0]

    def _sent(self) -> set[Guarded]:
        """The parts of the headers; a number of ours that stands in one remains a number."""
        known = {item.value for item in self._standing}
        return {
            token
            for headers in self._noted
            for name, value in headers.items()
            if name.lower() not in _PLAIN_HEADERS
            for token in tokens_of(value)
            if token.value not in known
        }

    def _may_repeat(self, code: str) -> bool:
        """Whether a code may hold a part of a header; a word does only where it is that part."""
        if len(code) < SHORTEST_PART:
            return False
        if not is_word(code):
            return True
        low = lowered(code)
        parts = [low[at : at + SHORTEST_PART] for at in range(len(low) - SHORTEST_PART + 1)]
        sent = [lowered(value) for headers in self._noted for value in headers.values()]
        return any(part in value for part in parts for value in sent)

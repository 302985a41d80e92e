"""Cuts from a text what could name a person: numbers, addresses, account names and mentions."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from operator import ne

from probes.listening.privacy import personal

CUT = "•••"

# The full-width comma stays: it parts two numbers, where a plain one may stand in one.
_FOLD = {0xFF01 + i: 0x21 + i for i in range(94) if i != 11} | {
    0x3000: 0x20,
    0x2010: 0x2D,
    0x2011: 0x2D,
    0x2013: 0x2D,
}
_FOLD |= {0x2014: 0x2D, 0x2212: 0x2D, 0xFF65: 0x2E, 0x3002: 0x2E, 0xA0: 0x20}
# What has no width, and the keycap around an emoji digit, parts a number no more than a space does.
_FOLD |= dict.fromkeys((*range(0x200B, 0x2010), 0x2060, 0xFE0F, 0x20E3, 0xFEFF), 0x20)
_FOLD |= {0x2460 + i: 0x31 + i for i in range(9)} | {0x24EA: 0x30, 0x2776: 0x31}
_FOLD |= {0xB2: 0x32, 0xB3: 0x33, 0xB9: 0x31}
_FOLD |= {0x1D7CE + i: 0x30 + i % 10 for i in range(50)}
_SPOKEN = ("零〇", "一壹幺", "二贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
_SPELT = {ord(sign): ord("0") + digit for digit, signs in enumerate(_SPOKEN) for sign in signs}

_LETTERS = re.compile(r"[A-Za-z]")
_DIGIT = re.compile(r"\d")
_NUMERALS = re.compile(rf"[{''.join(_SPOKEN)}\d](?:[\s\-.]?[{''.join(_SPOKEN)}\d]){{7}}")
_LEAST_NUMERALS = 3  # one that only follows a number begins a word

_Spans = Iterable[tuple[int, int]]


class _Folding(dict[int, int]):
    """Full-width, circled and styled digits, letters and signs as plain ones, one for one: positions stay."""

    def __missing__(self, code: int) -> int:
        return self.setdefault(code, _FOLD.get(code, code))


_folding = _Folding()


@lru_cache(maxsize=20_000)  # what is passed on word for word is cut once
def redact(text: str) -> str:
    """``text`` with personal data replaced by ``•••``; amounts, times, dates and error codes stay.

    Cut are telephone, identity-card, bank-card and other numbers of seven digits and more and the ends of
    such numbers, codes sent by message, e-mail, internet and street addresses, number plates, names that a
    word announces, mentions, account names and profile links, also where spaced, full-width or written in
    Chinese numerals.
    """
    folded = text if text.isascii() else text.translate(_folding)
    spans = [span for rule in _rules(folded) for span in rule(folded)]
    if _NUMERALS.search(folded) and not text.isascii():
        spelt = folded.translate(_SPELT)
        spans += [
            span
            for span in personal.spelt_numbers(spelt)
            if sum(map(ne, spelt[slice(*span)], folded[slice(*span)])) >= _LEAST_NUMERALS
        ]
    return without_spans(text, spans) if spans else text


def _rules(folded: str) -> Iterator[Callable[[str], _Spans]]:
    """The rules that may find something: a look at the kinds of signs is cheaper than any of them."""
    yield personal.names
    digits = _DIGIT.search(folded) is not None
    if digits:
        yield personal.numbers
        yield personal.places
    if "@" in folded:
        yield personal.mentions
    if _LETTERS.search(folded):
        yield personal.accounts
        yield personal.emails
        yield personal.latin_names
        yield personal.links
    if ":" in folded and digits:
        yield personal.network_addresses


def without_spans(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """``text`` with ``•••`` in place of each span, of spans that touch once."""
    kept: list[str] = []
    last = 0
    for start, end in sorted(spans):
        if end <= last:
            continue
        if start > last or not kept:
            kept.append(text[last:start])
            kept.append(CUT)
        elif kept[-1] != CUT:
            kept.append(CUT)
        last = end
    kept.append(text[last:])
    return "".join(kept)

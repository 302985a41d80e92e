"""Finds in a text what a check sent: whole, in pieces, or its beginning or end where the rest is masked."""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from probes.instrument.secrecy.views import View, is_word

# So many characters of a secret's beginning are more than anybody may keep.
SHORTEST_PART = 8
# A shorter one would be cut out of words that have nothing to do with it.
SHORTEST_VALUE = 4
# What may part the digits of a card.
_GAPS = " -.+_/"
_GAP = re.compile(rf"(?<=\d)[{re.escape(_GAPS)}]{{1,2}}(?=\d)")
_SCHEME = re.compile(r"^[\w-]+ +(?=\S)")
_NAMES = re.compile(r"(?:(?<=[\s,;])|^)[\w-]+=(?=[\"\w+/-])")
# What may part the pieces of a key: all that is neither letter nor digit.
_APART, _PIECE = re.compile(r"[\W_]+"), re.compile(r"[^\W_]+")
_NOT_OF_WORDS = re.compile(r"\W+")
_TOKEN = re.compile(r"[^\s\"',;=<>]{8,}=*")


@dataclass(frozen=True, slots=True, order=True)
class Guarded:
    """A value that an answer may not repeat.

    Of a secret the beginning is one, too, whatever follows. The ``number`` of an account or of a key begins
    as many others do, which tell what is wrong: its beginning counts where it is cut off there. A payer's
    ``text`` may be made of words, of which each alone may be a part of a code: it counts from two on.
    """

    value: str
    number: bool = False
    text: bool = False


@dataclass(frozen=True, slots=True)
class _Needle:
    """A value as it is looked for: in lower case, ``anchor`` first; one ``apart`` stands in no word.

    One that no words make up is looked for in pieces, too: ``dense`` is what is left of it without what may
    part them. ``ends`` says whether its end alone is looked for.
    """

    anchor: str
    value: str
    digits: bool
    apart: bool
    dense: str = ""
    ends: bool = False


@lru_cache(maxsize=4096)
def needles_of(guarded: frozenset[Guarded]) -> tuple[_Needle, ...]:
    """What is looked for of these values."""
    return tuple(
        needle
        for item in sorted(guarded)
        if len(item.value.strip()) >= SHORTEST_VALUE
        for needle in _needles(item)
    )


def _needles(item: Guarded) -> Iterator[_Needle]:
    written = item.value.strip()
    value = lowered(written)
    digits = value.translate(dict.fromkeys(map(ord, _GAPS)))
    is_number = digits.isascii() and digits.isdigit() and len(digits) >= SHORTEST_PART
    value = digits if is_number else value
    short = len(value) < SHORTEST_PART
    worded = item.text and _is_of_words(written)
    opaque = not (short or is_number or item.number or worded or is_word(written))
    dense = _APART.sub("", value) if opaque else ""
    dense = dense if len(dense) >= SHORTEST_PART else ""
    ends = bool(dense) and not (item.text and _is_of_words(written[-SHORTEST_PART:]))
    anchor = value[: _into_second_word(value)] if worded else value[:SHORTEST_PART]
    yield _Needle(anchor, value, is_number, short or item.number, dense, ends)
    if short:
        # Too short to be told from a word where it is packed, but for the whole of it.
        packed = b64encode(written.encode(errors="surrogatepass")).decode().rstrip("=").lower()
        yield _Needle(packed, packed, False, True)


def _is_of_words(text: str) -> bool:
    """Whether a text is made of words, whatever parts them, as names and addresses of mail are."""
    return not text.isdigit() and all(is_word(part) for part in _NOT_OF_WORDS.split(text) if part)


def _into_second_word(value: str) -> int:
    """How many characters of a text of words are more than its first word, where it has a second one."""
    pieces = list(_PIECE.finditer(value))
    return max(SHORTEST_PART, pieces[1].start() + 1 if len(pieces) > 1 else 0)


def tokens_of(header: str) -> Iterator[Guarded]:
    """What is worth cutting of a header's value: all of it, and its parts, of which one may come back alone.

    What the scheme and the parameters are called is no secret, and codes are called so, too.
    """
    value = _SCHEME.sub("", header)
    return (Guarded(found) for found in (value, *_TOKEN.findall(_NAMES.sub(" ", value))))


def texts_in(value: Any) -> Iterator[str]:
    """Every text and number in a value that may be a table or a list."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from texts_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts_in(inner)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def echoes(view: View, needles: Iterable[_Needle]) -> Iterator[tuple[int, int]]:
    """Where in a view the needles stand, as spans of the text as it came."""
    text = lowered(view.text)
    dense = _APART.sub("", text)
    compact: View | None = None
    for needle in needles:
        yield from (view.span(*span) for span in _found(text, needle))
        if needle.ends:
            yield from (view.span(*span) for span in _ends(text, needle.value))
        if needle.dense and needle.dense[:SHORTEST_PART] in dense:
            yield from (view.span(*span) for span in _in_pieces(text, needle))
        if needle.digits:
            compact = compact or _compact(View(text))
            if compact.places:
                yield from (view.span(*compact.span(*span)) for span in _found(compact.text, needle))


def _found(text: str, needle: _Needle) -> Iterator[tuple[int, int]]:
    anchor, value = needle.anchor, needle.value
    start = text.find(anchor)
    while start >= 0:
        end, at = start + len(anchor), len(anchor)
        while at < len(value) and end < len(text) and text[end] == value[at]:
            end, at = end + 1, at + 1
        before = text[start - 1] if start else ""
        if not (needle.apart and (_joins(before) or _joins(text[end : end + 1]))):
            yield start, end
        start = text.find(anchor, end)


def _ends(text: str, value: str) -> Iterator[tuple[int, int]]:
    """Where the end of a value stands, and what comes before it as far as it is the value's."""
    end_of_value = value[-SHORTEST_PART:]
    found = text.find(end_of_value)
    while found >= 0:
        start, at = found, len(value) - SHORTEST_PART
        while at and start and text[start - 1] == value[at - 1]:
            start, at = start - 1, at - 1
        yield start, found + SHORTEST_PART
        found = text.find(end_of_value, found + SHORTEST_PART)


def _in_pieces(text: str, needle: _Needle) -> Iterator[tuple[int, int]]:
    """Where a value stands with something between its letters and digits."""
    places = [at for match in _PIECE.finditer(text) for at in range(*match.span())]
    joined = "".join(text[at] for at in places)
    dense = _Needle(needle.dense[:SHORTEST_PART], needle.dense, False, False)
    return ((places[start], places[end - 1] + 1) for start, end in _found(joined, dense))


def _joins(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()


def _compact(view: View) -> View:
    """A text without what parts its digits; no places where nothing does."""
    gaps = [match.span() for match in _GAP.finditer(view.text)]
    if not gaps:
        return View("")
    left = set(range(len(view.text))).difference(*(range(*gap) for gap in gaps))
    places = [(at, at + 1) for at in sorted(left)]
    return View("".join(view.text[at] for at, _ in places), places)


def lowered(text: str) -> str:
    """``text`` in lower case, each character in its place."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(sign if len(sign.lower()) > 1 else sign.lower() for sign in text)

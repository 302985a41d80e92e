"""The ways in which a text may be written otherwise: escaped, in hexadecimal digits, in base64."""

import re
from base64 import b64decode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape

# Escaped, and the whole of it escaped again, as a log of a log has it.
_MOST_UNDONE = 3
_ESCAPED = re.compile(
    r"(?P<percent>(?:%[0-9A-Fa-f]{2})+)|(?P<unicode>(?:\\u[0-9A-Fa-f]{4})+)|(?P<byte>(?:\\x[0-9A-Fa-f]{2})+)"
    r"|\\(?P<plain>[\"'\\/])|\\[bfnrt]|(?P<entity>&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});)"
)
# Eight bytes need so many signs; fewer would make every word suspect.
_PACKED = re.compile(r"[A-Za-z0-9+/_-]{11,}")
_WORDS = re.compile(r"(?:[_/+-]*(?:[A-Z]?[a-z]+|[A-Z]+|\d+)(?![A-Za-z0-9]))+[_/+-]*")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){4,}")
_WEB_SAFE = str.maketrans("-_", "+/")


@dataclass(frozen=True, slots=True)
class View:
    """A text read in one way; ``places`` are where each character comes from, none where nothing was undone.

    It may be ``noise``: what comes of undoing a packing that is none.
    """

    text: str
    places: Sequence[tuple[int, int]] = ()
    noise: bool = False

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where in the text as it came the characters from ``start`` to ``end`` stand."""
        return (self.places[start][0], self.places[end - 1][1]) if self.places else (start, end)


def views_of(text: str) -> Iterator[View]:
    """``text`` as it stands, with its escapes undone, and each part of it that may be packed."""
    view = View(text)
    yield view
    yield from _unpacked(view)
    for _ in range(_MOST_UNDONE):
        if not ("%" in view.text or "\\" in view.text or "&" in view.text):
            return
        undone = _undone(view)
        if undone is None:
            return
        view = undone
        yield view
        yield from _unpacked(view)


def is_word(text: str) -> bool:
    """Whether a text is made of words and numbers, as nothing is that is packed."""
    return _WORDS.fullmatch(text) is not None


def _undone(view: View) -> View | None:
    """A view with one layer of escapes undone; None where there is none."""
    text, signs, places, last = view.text, list[str](), list[tuple[int, int]](), 0
    for match in _ESCAPED.finditer(text):
        start, end = match.span()
        meant = _meant(match)
        signs += text[last:start], meant
        places += (view.span(at, at + 1) for at in range(last, start))
        places += [view.span(start, end)] * len(meant)
        last = end
    if not last:
        return None
    places += (view.span(at, at + 1) for at in range(last, len(text)))
    return View("".join((*signs, text[last:])), places)


def _meant(match: re.Match[str]) -> str:
    written, kind = match.group(), match.lastgroup
    if kind == "percent":
        return bytes.fromhex(written.replace("%", "")).decode("utf-8", "replace")
    if kind == "byte":
        return bytes.fromhex(written.replace("\\x", "")).decode("utf-8", "replace")
    if kind == "unicode":
        return bytes.fromhex(written.replace("\\u", "")).decode("utf-16-be", "replace")
    if kind == "entity":
        return unescape(written)
    return match["plain"] or " "


def _unpacked(view: View) -> Iterator[View]:
    """What stands in the parts that may be packed, from each sign on where the packing may begin."""
    for match in _HEX.finditer(view.text):
        yield _whole(view, match, bytes.fromhex(match.group()))
    for match in _PACKED.finditer(view.text):
        run = match.group()
        if is_word(run):
            continue
        run = run.translate(_WEB_SAFE)
        for first in range(4):
            whole = (len(run) - first) // 4 * 4
            rest = run[first + whole :]
            packed = run[first : first + whole] + (rest + "=" * (4 - len(rest)) if len(rest) > 1 else "")
            yield _whole(view, match, b64decode(packed))


def _whole(view: View, match: re.Match[str], plain: bytes) -> View:
    """A view of what was packed: whatever is found in it, the whole of the packed part is meant."""
    text = plain.decode("utf-8", "replace")
    # Of a part that is cut off or begins within another, the ends may be broken.
    return View(text, [view.span(*match.span())] * len(text), noise=not text[2:-2].isprintable())

"""The ways in which a text may be written otherwise: escaped, in hexadecimal digits, in base64."""

import re
from base64 import b32decode, b64decode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape

# Escaped, and the whole of it escaped again, as a log of a log has it.
_MOST_UNDONE = 3
_ESCAPED = re.compile(
    # A percent sign that was escaped itself, however often, is undone with what it escapes.
    r"(?P<percent>(?:%(?:25)*[0-9A-Fa-f]{2})+)|(?P<unicode>(?:[\\%]u[0-9A-Fa-f]{4})+)"
    r"|(?P<byte>(?:\\x[0-9A-Fa-f]{2})+)|(?P<point>(?:\\u\{[0-9A-Fa-f]{1,5}\})+)|(?P<octal>(?:\\[0-3][0-7]{2})+)"
    r"|\\(?P<plain>[\"'\\/])|\\[bfnrt]"
    r"|(?P<entity>&(?:(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});?|[A-Za-z]{2,8};))"
)
_PERCENT = re.compile(r"%(?:25)*([0-9A-Fa-f]{2})")
_POINT = re.compile(r"\{([0-9A-Fa-f]+)\}")
# Eight bytes need so many signs; fewer would make every word suspect.
_PACKED = re.compile(r"[A-Za-z0-9+/_-]{11,}")
_WORDS = re.compile(r"(?:[_/+-]*(?:[A-Z]?[a-z]+|[A-Z]+|\d+)(?![A-Za-z0-9]))+[_/+-]*")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){4,}")
# As dumps of memory have them.
_DUMP = re.compile(
    r"(?<![0-9A-Za-z])(?:0x)?[0-9A-Fa-f]{2}(?:[ :,-]{1,2}(?:0x)?[0-9A-Fa-f]{2}){7,}(?![0-9A-Za-z])"
)
_IN_DUMP = re.compile(r"0x|[ :,-]")
_BASE32 = re.compile(r"[A-Z2-7]{13,}|[a-z2-7]{13,}")
_ONE_TOO_MANY = frozenset({1, 3, 6})  # of eight signs
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
        return bytes.fromhex("".join(_PERCENT.findall(written))).decode("utf-8", "replace")
    if kind == "byte":
        return bytes.fromhex(written.replace("\\x", "")).decode("utf-8", "replace")
    if kind == "unicode":
        return bytes.fromhex(written.replace("\\u", "").replace("%u", "")).decode("utf-16-be", "replace")
    if kind == "point":
        return "".join(chr(int(code, 16)) for code in _POINT.findall(written))
    if kind == "octal":
        return bytes(int(code, 8) for code in written.split("\\")[1:]).decode("utf-8", "replace")
    if kind == "entity":
        return unescape(written)
    return match["plain"] or " "


def _unpacked(view: View) -> Iterator[View]:
    """What stands in the parts that may be packed, from each sign on where the packing may begin."""
    for match in _HEX.finditer(view.text):
        yield _whole(view, match, bytes.fromhex(match.group()))
    for match in _DUMP.finditer(view.text):
        yield _whole(view, match, bytes.fromhex(_IN_DUMP.sub("", match.group())))
    for match in _BASE32.finditer(view.text):
        if not is_word(match.group()):
            yield _whole(view, match, _of_base32(match.group()))
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


def _of_base32(run: str) -> bytes:
    """What is packed from the beginning of the run on; a last sign that cannot be of it is left out."""
    run = run[:-1] if len(run) % 8 in _ONE_TOO_MANY else run
    return b32decode(run.upper() + "=" * (-len(run) % 8))


def _whole(view: View, match: re.Match[str], plain: bytes) -> View:
    """A view of what was packed: whatever is found in it, the whole of the packed part is meant."""
    text = plain.decode("utf-8", "replace")
    # Of a part that is cut off or begins within another, the ends may be broken.
    return View(text, [view.span(*match.span())] * len(text), noise=not text[2:-2].isprintable())

"""Joins a long text that is passed on with its original, and leaves short look-alikes by others apart.

By hand, since MinHash (datasketch) finds what is alike as a whole, and a copy is often a part of its
original or has its numbers changed.
"""

import re
from collections import Counter, deque
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from functools import lru_cache
from heapq import nsmallest
from itertools import chain
from operator import itemgetter, ne

import msgspec
from msgspec.structs import replace

from probes.listening.reading.text import simplify

_FORWARD = re.compile(
    r"//\s?@[^\s:：]{1,30}[:：]?|\brt\b\s?@?\w*[:：]?|^\s*(?:转(?:发|帖|载|(?=[\s:：，,|]))|搬运|fwd?\b|repost)[\s:：，,|]*(?:了|微博)?"
    r"|^\s*(?:转自|via|看到|听|有人|刷到)[^:：]{0,12}[:：]|【[^】]{1,8}】|\[转\]|（转）|\(转\)|求(?:扩散|转发?)"
)
# Emoticons in brackets and hashtags.
_ORNAMENT = re.compile(r"\[[\u4e00-\u9fff]{1,4}\]|#[^#\s]{1,20}#|#\w{1,20}(?=\s*(?:#|$))")
_LATIN = re.compile(r"[a-z]+|\d+")
_NUMBER = re.compile(r"\d+")
_DECORATION = re.compile(r"[\W_]+")
# "。。。" is no mark of cutting: many write it where others put an exclamation mark.
_CUT_OFF = re.compile(r"(?:…|\.{3,})\s*(?:展开)?(?:全文)?\s*$|展开全文\s*$|全文\s*$")

# For so long a text is joined with its original.
WINDOW = timedelta(days=3)
# Shingles whose first character has a code divisible by it are remembered: a third of them.
SAMPLED = 3
READ_CHARACTERS = 600
# Sizes in characters. Below the first, the same words by two people are chance, not copying; a text that says
# it is passed on, or is cut off, may be shorter.
LONG_WORD = 3  # letters: a longer English word says as much as two characters
LONG_ENOUGH = 14
LONG_ENOUGH_PASSED_ON = 9
LONG_ENOUGH_WITHIN = 12  # where all of it stands in a text twice as long
# One piece of both texts, where neither stands in the other: something was cut off and something added.
LONG_ENOUGH_PIECE = 20
LONG_ENOUGH_PIECE_PASSED_ON = 12
LEAST_PIECE = 0.6  # of the smaller text
LEAST_IN_PIECE = 0.4  # of its shingles: those at the ends of the piece are lost, and a third is remembered
LONG_ENOUGH_REARRANGED = 20
LONG_ENOUGH_EDITED = 40
# Texts; a shingle of more is no sign of copying, and is passed by where there are others.
COMMON = 12
MOST_COMPARED = 5  # texts, those that share most
# Of the uncommon shingles of a text, for another to be compared with it.
LEAST_SHARED = 0.5


class _BareText(msgspec.Struct, frozen=True, gc=False):
    """A text without script, decoration and the marks of passing on; ``size`` in characters."""

    text: str
    size: int
    passed_on: bool
    numbers: frozenset[str]
    sampled: tuple[str, ...]


class _Known(msgspec.Struct, frozen=True, eq=False):
    """A text that was met, and the key of what it repeats, or its own."""

    author: str
    at: datetime
    body: _BareText
    original: str


class RepostIndex:
    """The texts of the last :data:`WINDOW`, at most ``capacity`` of them, by their shingles."""

    def __init__(self, *, capacity: int = 20_000) -> None:
        self._capacity = capacity
        self._known: deque[_Known] = deque()
        self._by_shingle: dict[str, list[_Known]] = {}
        self._by_text: dict[str, _Known] = {}
        self._by_author: dict[tuple[str, str], _Known] = {}

    def original_of(self, *, key: str, text: str, author: str, at: datetime) -> str | None:
        """The key of the text that this one repeats, or None.

        A text counts as a copy where nearly all of it stands in an older one, or of an older one in it;
        numbers that differ keep form letters apart. A short text repeats only the same author's.
        """
        self._forget(at)
        body = _body(text[:READ_CHARACTERS])
        if not body.size:
            return None
        same = self._by_author.get((author, body.text)) if author else None
        original = same or self._alike(body) or self._best(body)
        if original is None:
            self._remember(_Known(author, at, body, key))
            return None
        # The next one to pass it on in these words need not be compared.
        if body.text not in self._by_text:
            self._remember(_Known("", at, replace(body, sampled=()), original.original))
        return original.original

    def _alike(self, body: _BareText) -> _Known | None:
        """What was said in the same words."""
        known = self._by_text.get(body.text)
        return known if known is not None and _repeats(body, known.body) else None

    def _best(self, body: _BareText) -> _Known | None:
        """What was said in nearly the same words: the oldest of those that share most uncommon shingles."""
        least_size = LONG_ENOUGH_PASSED_ON if body.passed_on else LONG_ENOUGH_WITHIN
        if body.size < least_size:
            return None
        found = [entries for entries in map(self._by_shingle.get, body.sampled) if entries]
        uncommon = [entries for entries in found if len(entries) <= COMMON] or sorted(found, key=len)[:3]
        votes = Counter(chain.from_iterable(entries[-COMMON:] for entries in uncommon))
        least = len(uncommon) * LEAST_SHARED
        likely = [
            (-count, known.at, known.original, known)
            for known, count in votes.items()
            if known.body.size >= least_size
            and (count >= least or count >= len(known.body.sampled) * LEAST_SHARED)
        ]
        for *_, known in nsmallest(MOST_COMPARED, likely, key=itemgetter(0, 1, 2)):
            if _repeats(body, known.body):
                return known
        return None

    def _remember(self, known: _Known) -> None:
        self._known.append(known)
        # The same few words by many people need one entry.
        if known.body.text not in self._by_text:
            self._by_text[known.body.text] = known
            for shingle in known.body.sampled:
                self._by_shingle.setdefault(shingle, []).append(known)
        if known.author:
            self._by_author[known.author, known.body.text] = known
        while len(self._known) > self._capacity:
            self._drop()

    def _forget(self, now: datetime) -> None:
        while self._known and now - self._known[0].at > WINDOW:
            self._drop()

    def _drop(self) -> None:
        known = self._known.popleft()
        if self._by_text.get(known.body.text) is known:
            del self._by_text[known.body.text]
            for shingle in known.body.sampled:
                entries = self._by_shingle[shingle]
                entries.remove(known)
                if not entries:
                    del self._by_shingle[shingle]
        if self._by_author.get((known.author, known.body.text)) is known:
            del self._by_author[known.author, known.body.text]


@lru_cache(maxsize=20_000)  # what is passed on word for word is prepared once
def _body(text: str) -> _BareText:
    folded = simplify(text)
    shown = _ORNAMENT.sub("", folded)
    stripped = _CUT_OFF.sub("", _FORWARD.sub(" ", shown))
    bare = _DECORATION.sub("", stripped)
    words = _LATIN.findall(stripped)
    size = len(bare) + sum((2 if len(word) > LONG_WORD else 1) - len(word) for word in words)
    return _BareText(
        text=bare,
        size=size,
        passed_on=stripped != shown,
        numbers=frozenset(_NUMBER.findall(bare)),
        sampled=_sampled(bare) if size >= LONG_ENOUGH_PASSED_ON else (),
    )


def _shingles(text: str) -> set[str]:
    """Every run of four characters."""
    return {text[at : at + 4] for at in range(len(text) - 3)}


def _sampled(text: str) -> tuple[str, ...]:
    places = [at for at, character in enumerate(text[:-3]) if ord(character) % SAMPLED == 0]
    return tuple(dict.fromkeys(text[at : at + 4] for at in places))


def _repeats(copy: _BareText, known: _BareText) -> bool:
    """Whether the smaller of two texts stands in the larger one, or most of it does in one piece."""
    smaller, larger = (copy, known) if copy.size <= known.size else (known, copy)
    if not _numbers_agree(smaller, larger):
        return False
    if smaller.text in larger.text:
        return smaller.size >= _enough_within(larger.size, smaller.size, passed_on=copy.passed_on)
    if smaller.size >= LONG_ENOUGH_EDITED:
        shingles = _shingles(smaller.text)
        if len(shingles & _shingles(larger.text)) >= 0.8 * len(shingles):
            return True
    if smaller.size >= LONG_ENOUGH_REARRANGED and _rearranged(smaller.text, larger.text):
        return True
    # Two texts with such a piece share so many shingles; to look is cheaper than to match.
    if sum(shingle in larger.text for shingle in smaller.sampled) < LEAST_IN_PIECE * len(smaller.sampled):
        return False
    piece = SequenceMatcher(None, smaller.text, larger.text, autojunk=False).find_longest_match().size
    share = piece / len(smaller.text)
    enough = LONG_ENOUGH_PIECE_PASSED_ON if copy.passed_on else LONG_ENOUGH_PIECE
    return share >= LEAST_PIECE and share * smaller.size >= enough


def _enough_within(larger: int, smaller: int, *, passed_on: bool) -> int:
    """How long a text must be that stands in another one as a whole, to be a copy."""
    if passed_on:
        return LONG_ENOUGH_PASSED_ON
    return LONG_ENOUGH_WITHIN if larger >= 2 * smaller else LONG_ENOUGH


def _rearranged(one: str, other: str) -> bool:
    """Whether one character was converted to another between scripts, or sentences changed places."""
    return len(one) == len(other) and (sum(map(ne, one, other)) <= 1 or sorted(one) == sorted(other))


def _numbers_agree(smaller: _BareText, larger: _BareText) -> bool:
    """Form letters differ in their numbers; a cut may run through one."""
    only = smaller.numbers - larger.numbers
    return not only or (len(only) == 1 and _at_an_end(next(iter(only)), smaller.text))


def _at_an_end(number: str, text: str) -> bool:
    return text.startswith(number) or text.endswith(number)

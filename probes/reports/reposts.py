"""Joins a long text that is passed on with its original, and leaves short look-alikes by others apart."""

import re
from collections import Counter, deque
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import chain
from operator import add, itemgetter, ne

import msgspec

from probes.reports.text import simplify

_FORWARD = re.compile(
    r"//\s?@[^\s:：]{1,30}[:：]?|\brt\b\s?@?\w*[:：]?|^\s*(?:转发?|轉發|转帖|转载|搬运|fw|fwd|repost)[\s:：，,|]*(?:了|微博)?"
    r"|【[^】]{1,8}】|\[转\]|（转）|\(转\)"
)
_WORDS = re.compile(r"[a-z]+|\d+|[^\W\d_a-z]")
_DIGITS = re.compile(r"\d+")
# "。。。" is no mark of cutting: many write it where others put an exclamation mark.
_CUT_OFF = re.compile(r"(?:…|\.{3,})\s*(?:展开)?(?:全文)?\s*$|展开全文\s*$|全文\s*$")

SAMPLED = 3  # shingles whose first character has a code divisible by it lead to candidates: a third of them
READ_CHARACTERS = 600
# Sizes in characters. Below the first, the same words by two people are chance, not copying; a text that says
# it is passed on, or is cut off, may be shorter; and only a long one may differ from its original within.
LONG_WORD = 3  # letters: a longer English word says as much as two characters
LONG_ENOUGH = 20
LONG_ENOUGH_PASSED_ON = 9
LONG_ENOUGH_WITHIN = 12  # where all of it stands in a text twice as long
LONG_ENOUGH_EDITED = 40
MOST_LOOKED_AT = 25  # texts with a shingle in common, the newest first: more share it by chance


class _Body(msgspec.Struct, frozen=True, gc=False):
    """A text without script, decoration and the marks of passing on; ``size`` in characters."""

    text: str
    size: int
    passed_on: bool
    sampled: tuple[str, ...]


class _Known(msgspec.Struct, frozen=True, eq=False):
    key: str
    author: str
    at: datetime
    body: _Body
    half: float  # of its shingles: who shares as many is looked at


class RepostIndex:
    """The texts of the last ``window``, at most ``capacity`` of them, by their shingles."""

    def __init__(self, *, window: timedelta = timedelta(days=3), capacity: int = 20_000) -> None:
        self._window, self._capacity = window, capacity
        self._known: deque[_Known] = deque()
        self._by_shingle: dict[str, list[_Known]] = {}
        self._indexed: dict[str, _Known] = {}
        self._by_author: dict[tuple[str, str], _Known] = {}

    def __len__(self) -> int:
        return len(self._known)

    def original_of(self, *, key: str, text: str, author: str, at: datetime) -> str | None:
        """The key of the text that this one repeats, or None; a text that repeats nothing is remembered.

        A text counts as a copy where nearly all of it stands in an older one, or of an older one in it;
        numbers that differ keep form letters apart. A short text repeats only the same author's.
        """
        self._forget(at)
        body = _body(text[:READ_CHARACTERS])
        if not body.size:
            return None
        same = self._by_author.get((author, body.text)) if author else None
        if same is not None:
            return same.key
        copy = _Known(key, author, at, body, len(body.sampled) / 2)
        original = self._best(copy)
        if original is not None:
            return original.key
        self._remember(copy)
        return None

    def _best(self, copy: _Known) -> _Known | None:
        half = copy.half
        found = filter(None, map(self._by_shingle.get, copy.body.sampled))
        votes = Counter(chain.from_iterable(entries[-MOST_LOOKED_AT:] for entries in found))
        likely = [
            (-count, known.at, known.key, known)
            for known, count in votes.items()
            if count >= half or count >= known.half
        ]
        for *_, known in sorted(likely, key=itemgetter(0, 1, 2)):
            if _repeats(copy.body, known.body):
                return known
        return None

    def _remember(self, known: _Known) -> None:
        self._known.append(known)
        if known.body.text not in self._indexed:  # the same few words by many people need one entry
            self._indexed[known.body.text] = known
            for shingle in known.body.sampled:
                self._by_shingle.setdefault(shingle, []).append(known)
        if known.author:
            self._by_author[known.author, known.body.text] = known
        while len(self._known) > self._capacity:
            self._drop()

    def _forget(self, now: datetime) -> None:
        while self._known and now - self._known[0].at > self._window:
            self._drop()

    def _drop(self) -> None:
        known = self._known.popleft()
        if self._indexed.get(known.body.text) is known:
            del self._indexed[known.body.text]
            for shingle in known.body.sampled:
                entries = self._by_shingle[shingle]
                entries.remove(known)
                if not entries:
                    del self._by_shingle[shingle]
        if self._by_author.get((known.author, known.body.text)) is known:
            del self._by_author[known.author, known.body.text]


@lru_cache(maxsize=4096)  # what is passed on word for word is prepared once
def _body(text: str) -> _Body:
    folded = simplify(text)
    stripped = _CUT_OFF.sub("", _FORWARD.sub(" ", folded))
    words = _WORDS.findall(stripped)
    joined = "".join(words)
    size = sum(2 if len(word) > LONG_WORD else 1 for word in words)
    sampled = _sampled(joined) if size >= LONG_ENOUGH_PASSED_ON else ()
    return _Body(joined, size, stripped != folded, sampled)


def _shingles(text: str) -> set[str]:
    """Every run of four characters."""
    two = list(map(add, text, text[1:]))
    return set(map(add, two, two[2:]))


def _sampled(text: str) -> tuple[str, ...]:
    return tuple(shingle for shingle in _shingles(text) if ord(shingle[0]) % SAMPLED == 0)


def _repeats(copy: _Body, known: _Body) -> bool:
    """Whether the smaller of two texts stands in the larger one, in one piece unless it is long."""
    smaller, larger = (copy, known) if copy.size <= known.size else (known, copy)
    enough = LONG_ENOUGH
    if copy.passed_on:
        enough = LONG_ENOUGH_PASSED_ON
    elif larger.size >= 2 * smaller.size:
        enough = LONG_ENOUGH_WITHIN
    if smaller.size < enough or not _numbers_agree(smaller.text, larger.text):
        return False
    if smaller.text in larger.text:
        return True
    if smaller.size >= LONG_ENOUGH_EDITED:
        shingles = _shingles(smaller.text)
        return len(shingles & _shingles(larger.text)) >= 0.8 * len(shingles)
    if copy.passed_on:
        matcher = SequenceMatcher(None, smaller.text, larger.text, autojunk=False)
        return matcher.find_longest_match().size >= 0.8 * len(smaller.text)
    # One character may have been converted to another one between scripts, nothing may have come in between.
    return len(larger.text) == len(smaller.text) and sum(map(ne, smaller.text, larger.text)) <= 1


def _numbers_agree(smaller: str, larger: str) -> bool:
    """Form letters differ in their numbers; a cut may run through one."""
    only = {*_DIGITS.findall(smaller)} - {*_DIGITS.findall(larger)}
    return not only or (len(only) == 1 and smaller.endswith(only.pop()))

"""Joins a long text that is passed on with its original, and leaves short look-alikes by different people apart."""

import re
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

from probes.reports.text import simplify

_FORWARD = re.compile(
    r"//\s?@[^\s:：]{1,30}[:：]?|\brt\b\s?@?\w*[:：]?|^\s*(?:转发?|轉發|转帖|转载|搬运|fw|fwd|repost)[\s:：，,|]*(?:了|微博)?"
    r"|【[^】]{1,8}】|\[转\]|（转）|\(转\)"
)
_WORDS = re.compile(r"[a-z]+|\d+|[^\W\d_a-z]")
_RESTED = re.compile(r"\d+")

SHINGLE = 4  # characters
LONG_ENOUGH = 20  # words or characters: below it, the same words are chance, not copying
LONG_ENOUGH_FORWARDED = 10  # the same where the text itself says that it is passed on
READ_CHARACTERS = 600
SAMPLED = 4  # one shingle in so many leads to candidates: a text of 20 has five on average


@dataclass(frozen=True, slots=True)
class _Known:
    key: str
    author: str
    at: datetime
    body: str
    size: int
    numbers: frozenset[str]
    sampled: tuple[int, ...]


class RepostIndex:
    """The texts of the last ``window``, at most ``capacity`` of them, by their shingles."""

    def __init__(self, *, window: timedelta = timedelta(days=3), capacity: int = 20_000) -> None:
        self._window, self._capacity = window, capacity
        self._known: deque[_Known] = deque()
        self._by_shingle: dict[int, list[_Known]] = {}
        self._by_author: dict[tuple[str, str], _Known] = {}

    def original_of(self, *, key: str, text: str, author: str, at: datetime) -> str | None:
        """The key of the text that this one repeats, or None; a text that repeats nothing is remembered.

        Texts of twenty characters or English words and more are compared by shingles: containment finds truncated and
        commented copies, and numbers that differ keep form letters apart. A shorter text repeats only the same author's.
        """
        self._forget(at)
        folded = simplify(text[:READ_CHARACTERS])
        stripped = _FORWARD.sub(" ", folded)
        words = _WORDS.findall(stripped)
        body = "".join(words)
        size = len(words)
        if not size:
            return None
        same = self._by_author.get((author, body)) if author else None
        if same is not None:
            return same.key
        enough = LONG_ENOUGH if stripped == folded else LONG_ENOUGH_FORWARDED
        sampled: tuple[int, ...] = ()
        numbers = frozenset(_RESTED.findall(stripped))
        if size >= enough:
            shingles = _shingles(body)
            sampled = tuple(sign for sign in shingles if sign % SAMPLED == 0)
            original = self._best(shingles, sampled, size, numbers)
            if original is not None:
                return original.key
        self._remember(_Known(key, author, at, body, size, numbers, sampled))
        return None

    def _best(
        self, shingles: frozenset[int], sampled: tuple[int, ...], size: int, numbers: frozenset[str]
    ) -> _Known | None:
        votes: dict[int, tuple[int, _Known]] = {}
        for sign in sampled:
            for known in self._by_shingle.get(sign, ()):
                count, _ = votes.get(id(known), (0, known))
                votes[id(known)] = count + 1, known
        for count, known in sorted(votes.values(), key=lambda vote: (-vote[0], vote[1].at)):
            if count * 3 < min(len(sampled), len(known.sampled)):
                break
            if _repeats(shingles, size, numbers, known):
                return known
        return None

    def _remember(self, known: _Known) -> None:
        self._known.append(known)
        for sign in known.sampled:
            self._by_shingle.setdefault(sign, []).append(known)
        if known.author:
            self._by_author[known.author, known.body] = known
        while len(self._known) > self._capacity:
            self._drop()

    def _forget(self, now: datetime) -> None:
        while self._known and now - self._known[0].at > self._window:
            self._drop()

    def _drop(self) -> None:
        known = self._known.popleft()
        for sign in known.sampled:
            entries = self._by_shingle[sign]
            entries.remove(known)
            if not entries:
                del self._by_shingle[sign]
        if self._by_author.get((known.author, known.body)) is known:
            del self._by_author[known.author, known.body]


def _shingles(body: str) -> frozenset[int]:
    raw = body.encode("utf-32-le")
    step = SHINGLE * 4
    return frozenset(crc32(raw[i : i + step]) for i in range(0, max(len(raw) - step, 0) + 4, 4))


def _repeats(shingles: frozenset[int], size: int, numbers: frozenset[str], known: _Known) -> bool:
    """Whether the smaller of two texts is nearly all in the larger one, with no number of its own."""
    if known.size < LONG_ENOUGH_FORWARDED:
        return False
    theirs = _shingles(known.body)
    shared = len(shingles & theirs)
    smaller, larger = sorted((len(shingles), len(theirs)))
    if shared < 0.8 * smaller:
        return False
    mine_only, theirs_only = numbers - known.numbers, known.numbers - numbers
    if len(shingles) <= len(theirs):
        return len(mine_only) <= (1 if smaller < 0.9 * larger else 0)  # a cut may run through a number
    return not theirs_only or shared >= 0.95 * smaller

"""Joins a long text that is passed on with its original, and leaves short look-alikes by others apart."""

import re
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from operator import add

from probes.reports.text import simplify

_FORWARD = re.compile(
    r"//\s?@[^\s:：]{1,30}[:：]?|\brt\b\s?@?\w*[:：]?|^\s*(?:转发?|轉發|转帖|转载|搬运|fw|fwd|repost)[\s:：，,|]*(?:了|微博)?"
    r"|【[^】]{1,8}】|\[转\]|（转）|\(转\)"
)
_WORDS = re.compile(r"[a-z]+|\d+|[^\W\d_a-z]")
_DIGITS = re.compile(r"\d+")
_CUT_OFF = re.compile(r"(?:…|\.{3,}|。{3,})\s*(?:展开)?(?:全文)?\s*$|展开全文\s*$|全文\s*$")

SAMPLED = 2  # shingles whose first character has a code divisible by it lead to candidates: half of them
READ_CHARACTERS = 600
# Sizes in characters. Below the first, the same words by two people are chance, not copying; a text that says
# it is passed on, or is cut off, may be shorter; and only a long one may differ from its original within.
LONG_WORD = 3  # letters: a longer English word says as much as two characters
LONG_ENOUGH = 16
LONG_ENOUGH_PASSED_ON = 9
LONG_ENOUGH_WITHIN = 12  # where all of it stands in a text twice as long
LONG_ENOUGH_EDITED = 40


@dataclass(frozen=True, slots=True)
class _Known:
    key: str
    author: str
    at: datetime
    body: str
    size: int
    passed_on: bool
    sampled: tuple[str, ...]


class RepostIndex:
    """The texts of the last ``window``, at most ``capacity`` of them, by their shingles."""

    def __init__(self, *, window: timedelta = timedelta(days=3), capacity: int = 20_000) -> None:
        self._window, self._capacity = window, capacity
        self._known: deque[_Known] = deque()
        self._by_shingle: dict[str, list[_Known]] = {}
        self._by_author: dict[tuple[str, str], _Known] = {}

    def __len__(self) -> int:
        return len(self._known)

    def original_of(self, *, key: str, text: str, author: str, at: datetime) -> str | None:
        """The key of the text that this one repeats, or None; a text that repeats nothing is remembered.

        A text counts as a copy where nearly all of it stands in an older one, or of an older one in it;
        numbers that differ keep form letters apart. A short text repeats only the same author's.
        """
        self._forget(at)
        folded = simplify(text[:READ_CHARACTERS])
        stripped = _CUT_OFF.sub("", _FORWARD.sub(" ", folded))
        words = _WORDS.findall(stripped)
        body, size = "".join(words), sum(2 if len(word) > LONG_WORD else 1 for word in words)
        if not size:
            return None
        same = self._by_author.get((author, body)) if author else None
        if same is not None:
            return same.key
        copy = _Known(
            key,
            author,
            at,
            body,
            size,
            stripped != folded,
            _sampled(body) if size >= LONG_ENOUGH_PASSED_ON else (),
        )
        original = self._best(copy)
        if original is not None:
            return original.key
        self._remember(copy)
        return None

    def _best(self, copy: _Known) -> _Known | None:
        votes: dict[int, tuple[int, _Known]] = {}
        for shingle in copy.sampled:
            for known in self._by_shingle.get(shingle, ()):
                count, _ = votes.get(id(known), (0, known))
                votes[id(known)] = count + 1, known
        for count, known in sorted(votes.values(), key=lambda vote: (-vote[0], vote[1].at)):
            if count * 3 < min(len(copy.sampled), len(known.sampled)):
                break
            if _repeats(copy, known):
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


def _shingles(body: str) -> set[str]:
    """Every run of four characters."""
    two = list(map(add, body, body[1:]))
    return set(map(add, two, two[2:]))


def _sampled(body: str) -> tuple[str, ...]:
    return tuple(shingle for shingle in sorted(_shingles(body)) if ord(shingle[0]) % SAMPLED == 0)


def _repeats(copy: _Known, known: _Known) -> bool:
    """Whether the smaller of two texts stands in the larger one, in one piece unless it is long."""
    smaller, larger = (copy, known) if copy.size <= known.size else (known, copy)
    if not _numbers_agree(smaller, larger):
        return False
    if smaller.size >= LONG_ENOUGH_EDITED:
        shingles = _shingles(smaller.body)
        return len(shingles & _shingles(larger.body)) >= 0.8 * len(shingles)
    enough = LONG_ENOUGH
    if copy.passed_on:
        enough = LONG_ENOUGH_PASSED_ON
    elif larger.size >= 2 * smaller.size:
        enough = LONG_ENOUGH_WITHIN
    if smaller.size < enough:
        return False
    if smaller.body in larger.body:
        return True
    blocks = SequenceMatcher(None, smaller.body, larger.body, autojunk=False).get_matching_blocks()
    if copy.passed_on:
        return max(block.size for block in blocks) >= 0.8 * len(smaller.body)
    # One character may have been converted to another one between scripts, nothing may have come in between.
    alike = sum(block.size for block in blocks)
    return len(larger.body) == len(smaller.body) and alike >= len(smaller.body) - 1


def _numbers_agree(smaller: _Known, larger: _Known) -> bool:
    """Form letters differ in their numbers; a cut may run through one."""
    only = {*_DIGITS.findall(smaller.body)} - {*_DIGITS.findall(larger.body)}
    return not only or (len(only) == 1 and smaller.body.endswith(only.pop()))

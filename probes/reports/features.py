"""Turns a post into the signs that the model weighs: short runs of characters or words, and concepts."""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import combinations
from operator import add

from probes.reports.text import plain, read_lists

READ_CHARACTERS = 320  # the beginning, and the end of what is longer, say what a post is about
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|[^\sa-z]")

LONGEST_PHRASE = 3  # characters or English words; a longer one is known by its beginning
_DENIABLE = frozenset({"fail", "risk", "maint", "policy", "theft", "ok"})
_DENIALS = (
    *(["不"], ["没"], ["未"], ["无"], ["别"], ["不", "是"], ["没", "有"], ["没", "被"]),
    *(["not"], ["no"], ["isn't"], ["wasn't"], ["don't"], ["doesn't"], ["didn't"], ["won't"], ["never"]),
)
_OF_MONEY = frozenset({"=pay"})
_NOT_OF_MONEY = "=nopay"


def shortened(text: str) -> str:
    """The part of a raw post that is read."""
    return text if len(text) <= READ_CHARACTERS else text[: READ_CHARACTERS - 80] + " " + text[-80:]


def signs(text: str) -> set[str]:
    """The signs of a text in its plain form (:func:`probes.reports.text.plain`).

    One to three characters or English words in a row (``^`` and ``$`` are the ends), the beginnings of long
    words, and the concepts that are met, singly and in pairs.
    """
    tokens: Sequence[str] = f"^{text.replace(' ', '')}$"
    words = _WORD.findall(text)
    if words:
        tokens = ["^", *_TOKEN.findall(text), "$"]
    two = list(map(add, tokens, tokens[1:]))
    found = {*tokens, *two, *map(add, two, tokens[2:])}
    if words:
        found.update(["~" + word[:5] for word in words if len(word) > 5])
        found.update([word[:-2] for word in words if word.endswith("'s")])
    concept_of = _concepts()
    met = set(map(concept_of.__getitem__, concept_of.keys() & found))
    if met.isdisjoint(_OF_MONEY):
        met.add(_NOT_OF_MONEY)  # what fails, closes or is refused there is hardly a payment
    found.update(_together(frozenset(met)))
    return found


def phrase_sign(phrase: str) -> str:
    """The sign by which :func:`signs` shows that a text holds ``phrase``, or the first three tokens of it."""
    return "".join(_TOKEN.findall(plain(phrase))[:LONGEST_PHRASE])


@lru_cache(maxsize=20_000)
def _together(concepts: frozenset[str]) -> tuple[str, ...]:
    """The signs of concepts that a post holds, and of each two of them."""
    ordered = sorted(concepts)
    return (*ordered, *(first + second for first, second in combinations(ordered, 2)))


@cache
def _concepts() -> dict[str, str]:
    """The concept of each phrase of the lexicon, and its denial (``!``) of each phrase after a word that
    denies it."""
    found: dict[str, str] = {}
    denied: dict[str, str] = {}
    for concept, phrases in read_lists("concepts.txt"):
        for phrase in phrases:
            tokens = _TOKEN.findall(plain(phrase))
            found["".join(tokens[:LONGEST_PHRASE])] = f"={concept}"
            if concept in _DENIABLE:
                denied |= {"".join([*words, *tokens][:LONGEST_PHRASE]): f"!{concept}" for words in _DENIALS}
    return denied | found

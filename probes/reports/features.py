"""Turns a post into the set of signs that the symptom model weighs: runs of one to four characters or English words."""

import re
from collections.abc import Iterable
from functools import cache
from itertools import combinations
from operator import add

from probes.reports.text import DATA, plain

READ_CHARACTERS = 320  # the beginning, and the end of what is longer, say what a post is about
_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|[^\sa-z]")
_DENIALS = frozenset(
    ["不", "没", "未", "无", "别", "非", "not", "no", "isn't", "wasn't", "don't", "doesn't", "didn't", "won't", "never", "nothing", "without"]
)
_WORD = re.compile(r"[a-z]{4,}")


def shortened(text: str) -> str:
    """The part of a raw post that is read."""
    return text if len(text) <= READ_CHARACTERS else text[: READ_CHARACTERS - 80] + " " + text[-80:]


def signs(text: str) -> set[str]:
    """The signs of a text in its plain form (:func:`probes.reports.text.plain`)."""
    tokens = ["^", *_TOKEN.findall(text), "$"]
    two = list(map(add, tokens, tokens[1:]))
    three = list(map(add, two, tokens[2:]))
    four = map(add, three, tokens[3:])
    found = {*tokens, *two, *three}
    met = sorted(_met(tokens, (tokens, two, three, four)))
    found.update(met)
    found.update([first + second for first, second in combinations(met, 2)])
    for word in _WORD.findall(text):
        found.add("~" + word[:4])
        found.update(["~" + word[i : i + 4] for i in range(1, len(word) - 3)])
    return found


def _met(tokens: list[str], levels: Iterable[Iterable[str]]) -> set[str]:
    """The concepts of a text, with ``!`` before one that a word shortly before it denies."""
    concept_of = _concepts().get
    denied = {place + step for place, token in enumerate(tokens) if token in _DENIALS for step in (1, 2)}
    met: set[str] = set()
    for level in levels:
        for place, sign in enumerate(level):
            concept = concept_of(sign)
            if concept is not None:
                met.add("!" + concept if place in denied else concept)
    return met


@cache
def _concepts() -> dict[str, str]:
    """The sign of its concept for each phrase of the lexicon, in the form that :func:`signs` gives it."""
    found: dict[str, str] = {}
    for line in (DATA / "concepts.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        concept, _, phrases = line.partition(":")
        for phrase in phrases.split(","):
            found["".join(_TOKEN.findall(plain(phrase)))] = f"={concept}"
    return found

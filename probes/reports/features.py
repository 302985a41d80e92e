"""Turns a post into the set of signs that the symptom model weighs: runs of one to four characters or English words."""

import re
from operator import add

READ_CHARACTERS = 320  # the beginning, and the end of what is longer, say what a post is about
_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)? ?|[^\sa-z]")
_WORD = re.compile(r"[a-z]{4,}")


def shortened(text: str) -> str:
    """The part of a raw post that is read."""
    return text if len(text) <= READ_CHARACTERS else text[: READ_CHARACTERS - 80] + " " + text[-80:]


def signs(text: str) -> set[str]:
    """The signs of a text in its plain form (:func:`probes.reports.text.plain`)."""
    tokens = ["^", *_TOKEN.findall(text), "$"]
    two = list(map(add, tokens, tokens[1:]))
    three = list(map(add, two, tokens[2:]))
    found = {*tokens, *two, *three, *map(add, three, tokens[3:])}
    for word in _WORD.findall(text):
        found.add("~" + word[:4])
        found.update(["~" + word[i : i + 4] for i in range(1, len(word) - 3)])
    found.discard("^")
    found.discard("$")
    return found

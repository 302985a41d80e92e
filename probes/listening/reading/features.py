"""Turns a post into the signs that the model weighs: characters, words, pairs of them, and concepts."""

import re
from collections.abc import Iterable
from functools import cache
from itertools import combinations, pairwise

from probes.listening.reading.text import plain, read_lists

# The beginning, and the end of what is longer, say what a post is about.
READ_CHARACTERS = 320
LONGEST_PHRASE = 3  # characters or English words; a longer one is known by its beginning
WORD = re.compile(r"[a-z]+(?:'(?!s(?![a-z]))[a-z]+)?|'s(?![a-z])")
_TOKEN = re.compile(rf"{WORD.pattern}|[^\sa-z]")
_STEM = 5  # letters

_DENIABLE = frozenset(
    {"fail", "risk", "maint", "policy", "theft", "ok", "planned", "frozen", "refused", "flagged", "proof"}
)
_DENIALS = (
    *(["不"], ["没"], ["未"], ["无"], ["别"], ["不", "是"], ["没", "有"], ["没", "被"]),
    *(["not"], ["no"], ["isn't"], ["wasn't"], ["don't"], ["doesn't"], ["didn't"], ["won't"], ["never"]),
)
_OF_MONEY = "=pay"
_NOT_OF_MONEY = "=nopay"


def shortened(text: str) -> str:
    """The part of a raw post that is read."""
    return text if len(text) <= READ_CHARACTERS else text[: READ_CHARACTERS - 80] + " " + text[-80:]


def stem_sign(word: str) -> str:
    """The sign that words of one beginning share; a short word has none."""
    return f"~{word[:_STEM]}" if len(word) > _STEM else ""


def is_concept(sign: str) -> bool:
    """Whether a sign stands for what a post holds anywhere, not for a run of its tokens."""
    return sign[0] in "=!" and sign[1:2].isalpha()


def concept_signs(concepts: Iterable[str]) -> list[str]:
    """The signs of the concepts that a post holds, and of each two of them."""
    met = set(concepts)
    if _OF_MONEY not in met:
        # What fails, closes or is refused there is hardly a payment.
        met.add(_NOT_OF_MONEY)
    ordered = sorted(met)
    return [*ordered, *(first + second for first, second in combinations(ordered, 2))]


def signs(text: str) -> list[str]:
    """All that the model weighs of a text in its plain form (:func:`probes.listening.reading.text.plain`).

    These are its characters and English words, each two in a row and the stems of words, as often as they
    occur, and its concepts, once. ``^`` and ``$`` are the ends. (With three in a row, strangers' posts were
    read a point worse.)
    """
    tokens = ["^", *_TOKEN.findall(text), "$"]
    pairs = list(map(" ".join, pairwise(tokens)))
    stems = [stem for token in tokens if (stem := stem_sign(token))]
    phrases = {
        *tokens,
        *pairs,
        *(" ".join(tokens[at : at + LONGEST_PHRASE]) for at in range(len(tokens) - 2)),
    }
    concept_of = concepts()
    return [
        *tokens,
        *pairs,
        *stems,
        *concept_signs(concept for phrase in phrases for concept in concept_of.get(phrase, ())),
    ]


def phrase_sign(phrase: str) -> str:
    """The sign by which a text shows that it holds ``phrase``, or the first three tokens of it."""
    return " ".join(_TOKEN.findall(plain(phrase))[:LONGEST_PHRASE])


@cache
def concepts() -> dict[str, tuple[str, ...]]:
    """The concepts of each phrase of the lexicon, by sign; denied (``!``) where a word before it does so."""
    found: dict[str, dict[str, None]] = {}
    denied: dict[str, dict[str, None]] = {}
    for concept, phrases in read_lists("concepts.txt"):
        for phrase in phrases:
            tokens = _TOKEN.findall(plain(phrase))
            found.setdefault(" ".join(tokens[:LONGEST_PHRASE]), {})[f"={concept}"] = None
            for words in _DENIALS if concept in _DENIABLE else ():
                denied.setdefault(" ".join([*words, *tokens][:LONGEST_PHRASE]), {})[f"!{concept}"] = None
    return {sign: tuple(names) for sign, names in (denied | found).items()}

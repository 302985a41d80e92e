"""Reads the corpus that the symptom model is trained from, and unfolds its choices into posts."""

import csv
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from probes.vocabulary.symptoms import Product, Symptom

CORPUS = Path(__file__).parent / "corpus"
MOST_PER_LINE = 24
SAID_OF_CARDS = 6  # posts of a line
OF_BANKS = 0.2  # what one of the eight thousand questions of bank customers counts
# What a post counts that stands for itself; a line with choices counts up to 5.
AS_WRITTEN = 1.5

_PRODUCTS = {"f": Product.FENFU, "w": Product.WECHAT_PAY, "o": Product.OTHER, "n": Product.NONE, "q": None}
# What is said of our product is said of cards in the same words: it teaches what another product is.
_ELSEWHERE = (
    ("分付", ("信用卡", "银行卡", "网上刷卡", "储蓄卡")),
    ("Fenfu", ("my card", "card checkout", "my bank card")),
)
_CHOICE = re.compile(r"\[([^\[\]]*)\]")


class CorpusError(ValueError):
    """A line of the corpus that cannot be read: names file and line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One post to learn from.

    ``weight`` is how much it counts; ``group`` keeps what came from one line or one hand together.
    """

    text: str
    symptom: Symptom
    product: Product | None
    weight: float
    group: str
    language: str = ""
    hard: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadExample:
    """One post, what it is and what a model made of it."""

    example: Example
    symptom: Symptom
    probability: float


class LabelledPost(msgspec.Struct, frozen=True, kw_only=True):
    """A post with the label that a person gave it, as one line of JSON.

    ``hard``: the machine was wrong about it, or was not trusted; ``was`` is what it had read.
    """

    id: str
    text: str
    label: Symptom
    product: Product
    lang: str = ""
    hard: bool = False
    was: str = ""


def read_corpus() -> list[Example]:
    """Every example of the corpus, the same ones in the same order each time; raises :class:`CorpusError`."""
    rng = random.Random(1)
    examples = [example for symptom in Symptom for example in _posts(CORPUS / f"{symptom}.txt", symptom, rng)]
    return [*examples, *_hands("voices"), *_bank_questions()]


def read_kept() -> list[Example]:
    """Posts of hands that no model learns from: by them one is judged before it is shipped."""
    return _hands("kept")


def _hands(folder: str) -> list[Example]:
    """The posts of a folder, a file and a group for each hand."""
    return [example for path in sorted((CORPUS / folder).glob("*.tsv")) for example in _hand(path)]


def _hand(path: Path) -> Iterator[Example]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            symptom, product, text = line.split("\t")
            yield Example(
                text=text,
                symptom=Symptom(symptom),
                product=None if product == "unknown" else Product(product),
                weight=AS_WRITTEN,
                group=f"{path.parent.name}:{path.stem}",
            )
        except ValueError as error:
            raise CorpusError(f"{path.name}:{number}: expected symptom, product and post: {error}") from error


def _posts(path: Path, symptom: Symptom, rng: random.Random) -> Iterator[Example]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        letter, _, pattern = line.partition(" ")
        if letter not in _PRODUCTS or not pattern.strip():
            raise CorpusError(
                f"{path.name}:{number}: expected one of {' '.join(_PRODUCTS)}, a space and a post"
            )
        texts = unfolded(pattern.strip(), rng)
        weight, group = len(texts) ** -0.5, f"{path.stem}:{number}"
        for text in texts:
            yield Example(text=text, symptom=symptom, product=_PRODUCTS[letter], weight=weight, group=group)
        for text in texts[:SAID_OF_CARDS] if letter == "f" else ():
            moved = _of_cards(text, rng)
            if moved != text:
                yield Example(
                    text=moved, symptom=symptom, product=Product.OTHER, weight=weight / 2, group=group
                )


def _of_cards(text: str, rng: random.Random) -> str:
    for name, cards in _ELSEWHERE:
        text = text.replace(f"微信{name}", name).replace(name, rng.choice(cards))
    return text


def unfolded(pattern: str, rng: random.Random) -> list[str]:
    """Some of the posts that a line with choices can become, all different; without any, the post itself."""
    sizes = [choice.count("|") + 1 for choice in _CHOICE.findall(pattern)]
    wanted = min(MOST_PER_LINE, sum(sizes) + 1 if sizes else 1)
    found: dict[str, None] = {}
    for _ in range(wanted * 3):
        text = _CHOICE.sub(lambda match: rng.choice(match[1].split("|")), pattern)
        found.setdefault(" ".join(text.split()))
        if len(found) == wanted:
            break
    return list(found)


def read_held_out() -> list[Example]:
    """Posts by another hand than the rest of the corpus, with their language and whether they are tricky."""
    return read_labelled(CORPUS / "held_out.jsonl")


def read_labelled(path: Path) -> list[Example]:
    """Posts that a person labelled, as ``export_labels`` writes them; raises :class:`CorpusError`."""
    decode = msgspec.json.Decoder(LabelledPost).decode
    examples = []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            row = decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise CorpusError(f"{path.name}:{number}: {error}") from error
        examples.append(
            Example(
                text=row.text,
                symptom=row.label,
                product=row.product,
                weight=AS_WRITTEN,
                group=f"{path.stem}:{row.id}",
                language=row.lang,
                hard=row.hard,
            )
        )
    return examples


def _bank_questions() -> Iterator[Example]:
    mapping: dict[str, list[str]] = json.loads(
        (CORPUS / "banking77_to_symptom.json").read_text(encoding="utf-8")
    )
    symptom_of = {intent: name for name, intents in mapping.items() for intent in intents if name != "skip"}
    with (CORPUS / "banking77_train.csv").open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            name = symptom_of.get(row["category"].rstrip("?"))
            if name is not None:
                yield Example(
                    text=" ".join(row["text"].split()),
                    symptom=Symptom(name),
                    product=None,
                    weight=OF_BANKS,
                    group=f"banking77:{number}",
                )

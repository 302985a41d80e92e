"""Reads from a post what it complains of and which product it is about, with a linear model in plain
Python."""

import struct
from functools import cache, lru_cache
from math import exp, sqrt
from pathlib import Path

import msgspec

from probes.outcomes import Product, Symptom
from probes.reports.features import shortened, signs
from probes.reports.products import named_product
from probes.reports.text import plain

_SYMPTOMS = tuple(Symptom)
_MIDDLE = 1 << 31  # of a lane of 32 bits

WEIGHTS = Path(__file__).parent / "data" / "symptom_weights.json"


class Reading(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a post was read as. ``probability`` is the symptom's; ``chances`` are all seven, as in
    ``Symptom``."""

    symptom: Symptom
    product: Product
    probability: float
    chances: tuple[float, ...]

    @property
    def by_symptom(self) -> tuple[tuple[Symptom, float], ...]:
        """Every symptom with its probability, likeliest first."""
        return tuple(sorted(zip(Symptom, self.chances, strict=True), key=lambda pair: -pair[1]))


class Weights(msgspec.Struct, frozen=True, kw_only=True):
    """The model as it lies in the file: per sign one whole number per symptom, in units of ``1 / scale``.

    Two more follow: how much the sign speaks for another product rather than none, and its own rarity
    (squared), by which a post's length is evened out.
    """

    scale: float
    rarity_scale: float
    intercepts: tuple[float, ...]
    sharpness: float
    rows: dict[str, tuple[int, ...]]


class Model:
    """The weights, with each row packed into one integer, so that a post is one sum in C instead of a dozen
    loops."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        lanes = len(_SYMPTOMS) + 2
        self._lanes = struct.Struct(f"<{lanes}I")
        # A negative number borrows from the lane above it; the middle of every lane, added at the end,
        # pays it back.
        self._middle = int.from_bytes(self._lanes.pack(*[_MIDDLE] * lanes), "little")
        self._packed = {sign: self._pack(row) for sign, row in weights.rows.items()}

    def scores(self, found: set[str]) -> list[float]:
        """One score per symptom, then how much rather another product than none, for a post with these
        signs."""
        weights = self.weights
        total = sum(filter(None, map(self._packed.get, found))) + self._middle
        numbers = self._lanes.unpack(total.to_bytes(self._lanes.size, "little"))
        length = sqrt(max(numbers[-1] - _MIDDLE, 1) / weights.rarity_scale) * weights.scale
        return [
            start + (number - _MIDDLE) / length
            for start, number in zip(weights.intercepts, numbers, strict=False)
        ]

    def _pack(self, row: tuple[int, ...]) -> int:
        biased = self._lanes.pack(*[number + _MIDDLE for number in row])
        return int.from_bytes(biased, "little") - self._middle


@cache
def model() -> Model:
    """The shipped model, read once, when the first post is."""
    return Model(msgspec.json.decode(WEIGHTS.read_bytes(), type=Weights))


@lru_cache(maxsize=4096)  # what is passed on word for word is read once
def read_text(text: str) -> Reading:
    """Symptom, product and probabilities of one post in Chinese, English or both; never fails, whatever the
    text."""
    return read_with(model(), text)


def read_with(reader: Model, text: str) -> Reading:
    """The same with weights other than the shipped ones."""
    found = signs(plain(shortened(text)))
    *scores, elsewhere = reader.scores(found)
    chances = _softmax(scores, reader.weights.sharpness)
    best = max(chances)
    return Reading(
        symptom=_SYMPTOMS[chances.index(best)],
        product=named_product(found) or (Product.OTHER if elsewhere > 0 else Product.NONE),
        probability=best,
        chances=tuple(chances),
    )


def _softmax(scores: list[float], sharpness: float) -> list[float]:
    top = max(scores)
    raised = [exp((score - top) * sharpness) for score in scores]
    total = sum(raised)
    return [value / total for value in raised]

"""Reads from a post what it complains of and which product it is about, with a linear model in plain Python."""

import struct
from dataclasses import dataclass
from functools import cache
from math import exp, sqrt
from pathlib import Path

import msgspec

from probes.outcomes import Product, Symptom
from probes.reports.features import shortened, signs
from probes.reports.products import named_product
from probes.reports.text import plain

WEIGHTS = Path(__file__).parent / "data" / "symptom_weights.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a post was read as. ``probability`` is the symptom's; ``by_symptom`` has all seven, likeliest first."""

    symptom: Symptom
    product: Product
    probability: float
    by_symptom: tuple[tuple[Symptom, float], ...]


class Weights(msgspec.Struct, frozen=True, kw_only=True):
    """The model as it lies in the file: per sign one whole number per label, in units of ``1 / scale``.

    The last number of a row is the sign's own rarity (squared), by which a post's length is evened out.
    """

    symptoms: tuple[Symptom, ...]
    products: tuple[Product, ...]
    scale: float
    rarity_scale: float
    intercepts: tuple[float, ...]
    sharpness: float
    rows: dict[str, tuple[int, ...]]


class Model:
    """The weights, with each row packed into one integer, so that a post is one sum in C instead of a dozen loops."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        lanes = len(weights.symptoms) + len(weights.products) + 1
        self._lanes = struct.Struct(f"<{lanes}I")
        self._packed = {
            sign: int.from_bytes(self._lanes.pack(*(number + _BIAS for number in row)), "little")
            for sign, row in weights.rows.items()
        }

    def scores(self, found: set[str]) -> tuple[float, ...]:
        """One score per symptom and then per product, for a post with these signs."""
        weights, packed = self.weights, self._packed
        known = packed.keys() & found
        if not known:
            return weights.intercepts
        total = sum(map(packed.__getitem__, known))
        size = self._lanes.size
        if total.bit_length() > size * 8:  # pragma: no cover (a lane holds 65,000 signs)
            raise OverflowError("a post with more signs than a lane can hold")
        *numbers, rarity = self._lanes.unpack(total.to_bytes(size, "little"))
        offset = len(known) * _BIAS
        length = sqrt(max(rarity - offset, 1) / weights.rarity_scale) * weights.scale
        return tuple(
            intercept + (number - offset) / length
            for intercept, number in zip(weights.intercepts, numbers, strict=True)
        )


_BIAS = 1 << 15


@cache
def model() -> Model:
    """The shipped model, read once, when the first post is."""
    return Model(msgspec.json.decode(WEIGHTS.read_bytes(), type=Weights))


def read_text(text: str) -> Reading:
    """Symptom, product and probabilities of one post in Chinese, English or both; never fails, whatever the text."""
    return read_with(model(), text)


def read_with(reader: Model, text: str) -> Reading:
    """The same with weights other than the shipped ones."""
    weights = reader.weights
    text = plain(shortened(text))
    scores = reader.scores(signs(text))
    count = len(weights.symptoms)
    chances = _softmax([score * weights.sharpness for score in scores[:count]])
    order = sorted(range(count), key=chances.__getitem__, reverse=True)
    product = named_product(text)
    if product is None:
        by_product = scores[count:]
        product = weights.products[by_product.index(max(by_product))]
    return Reading(
        symptom=weights.symptoms[order[0]],
        product=product,
        probability=chances[order[0]],
        by_symptom=tuple((weights.symptoms[i], chances[i]) for i in order),
    )


def _softmax(scores: list[float]) -> list[float]:
    top = max(scores)
    raised = [exp(score - top) for score in scores]
    total = sum(raised)
    return [value / total for value in raised]

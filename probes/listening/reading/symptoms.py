"""Reads from a post what it complains of and of which product, with a linear model in plain Python."""

from functools import cache, lru_cache
from math import exp
from pathlib import Path

import msgspec

from probes.listening.reading.features import shortened
from probes.listening.reading.model import Model, Weights
from probes.listening.reading.text import plain
from probes.vocabulary.symptoms import Product, Symptom

_SYMPTOMS = tuple(Symptom)

WEIGHTS = Path(__file__).parent / "data" / "symptom_weights.json"


class Reading(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a post was read as; ``probability`` is the symptom's."""

    symptom: Symptom
    product: Product
    probability: float


@cache
def model() -> Model:
    """The shipped model, read once, when the first post is."""
    return Model(msgspec.json.decode(WEIGHTS.read_bytes(), type=Weights))


@lru_cache(maxsize=20_000)  # what is passed on word for word is read once
def read_text(text: str) -> Reading:
    """Symptom, product and probabilities of one post in Chinese, English or both; no text makes it fail."""
    return read_with(model(), text)


def read_with(reader: Model, text: str) -> Reading:
    """The same with weights other than the shipped ones."""
    scores, product = reader.read(plain(shortened(text)))
    top = max(scores)
    # The likeliest one's share of a softmax.
    probability = 1 / sum(exp((score - top) * reader.weights.sharpness) for score in scores)
    return Reading(symptom=_SYMPTOMS[scores.index(top)], product=product, probability=probability)

"""Fits the symptom model to the corpus and judges it; scikit-learn is needed here and nowhere else."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from probes.outcomes import Product, Symptom
from probes.reports.corpus import Example
from probes.reports.features import shortened, signs
from probes.reports.symptoms import Weights
from probes.reports.text import plain

SYMPTOMS = tuple(Symptom)
PRODUCTS = (Product.OTHER, Product.NONE)  # the other two are named in the text, which needs no guess
STRENGTH = 30.0  # inverse regularisation; 10 to 60 differ by less than half a point
LEAST_POSTS = 2  # a sign of a single post says nothing
MOST_SIGNS = 40_000
SCALE = 256.0
RARITY_SCALE = 16.0
FOLDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One post, what it is and what a model that never saw its line made of it."""

    example: Example
    symptom: Symptom
    probability: float


def post_signs(text: str) -> set[str]:
    """The signs of a raw post, as they are met when it is read."""
    return signs(plain(shortened(text)))


class Fitted:
    """A model as scikit-learn fits it, before it is written as weights."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self.vectorizer = TfidfVectorizer(analyzer=post_signs, binary=True, min_df=LEAST_POSTS)
        matrix = self.vectorizer.fit_transform([example.text for example in examples])
        weights = np.array([example.weight for example in examples])
        self.symptoms = _regression().fit(
            matrix, [SYMPTOMS.index(example.symptom) for example in examples], sample_weight=weights
        )
        told = [row for row, example in enumerate(examples) if example.product in PRODUCTS]
        self.product = _regression().fit(
            matrix[told],
            [examples[row].product is Product.OTHER for row in told],
            sample_weight=weights[told],
        )

    def scores(self, texts: Sequence[str]) -> Any:
        """One row per text, one score per symptom."""
        return self.symptoms.decision_function(self.vectorizer.transform(texts))

    def weights(self, sharpness: float) -> Weights:
        """The model as whole numbers, without the signs that weigh least."""
        rarity = self.vectorizer.idf_
        half = self.product.coef_[0] / 2
        rows = np.vstack([self.symptoms.coef_, half, -half]) * rarity
        whole = np.rint(rows * SCALE).astype(int).clip(-30_000, 30_000)
        rare = np.maximum(np.rint(rarity**2 * RARITY_SCALE), 1).astype(int)
        force = np.abs(rows).max(axis=0)
        kept = sorted(np.argsort(-force)[:MOST_SIGNS])
        names = self.vectorizer.get_feature_names_out()
        bias = float(self.product.intercept_[0]) / 2
        intercepts = [*map(float, self.symptoms.intercept_), bias, -bias]
        return Weights(
            symptoms=SYMPTOMS,
            products=PRODUCTS,
            scale=SCALE,
            rarity_scale=RARITY_SCALE,
            intercepts=tuple(round(value, 4) for value in intercepts),
            sharpness=round(sharpness, 3),
            rows={
                str(names[i]): (*map(int, whole[:, i]), int(rare[i]))
                for i in sorted(kept, key=lambda i: names[i])
            },
        )


def cross_judged(examples: Sequence[Example]) -> tuple[list[Judged], float]:
    """Every example judged by a model that saw nothing of its line, and the sharpness that makes probabilities true."""
    folds = GroupKFold(n_splits=FOLDS).split(examples, groups=[example.group for example in examples])
    scores = np.zeros((len(examples), len(SYMPTOMS)))
    for train, test in folds:
        fitted = Fitted([examples[i] for i in train])
        scores[test] = fitted.scores([examples[i].text for i in test])
    sharpness = _sharpness(scores, examples)
    return judged(examples, scores, sharpness), sharpness


def judged(examples: Sequence[Example], scores: Any, sharpness: float) -> list[Judged]:
    """The examples with the symptom and probability that their scores mean."""
    chances = _chances(scores, sharpness)
    best = chances.argmax(axis=1)
    return [
        Judged(example=example, symptom=SYMPTOMS[top], probability=float(row[top]))
        for example, row, top in zip(examples, chances, best, strict=True)
    ]


def _regression() -> LogisticRegression:
    return LogisticRegression(C=STRENGTH, max_iter=1000, tol=1e-3)


def _chances(scores: Any, sharpness: float) -> Any:
    raised = np.exp((scores - scores.max(axis=1, keepdims=True)) * sharpness)
    return raised / raised.sum(axis=1, keepdims=True)


def _sharpness(scores: Any, examples: Sequence[Example]) -> float:
    """The factor on the scores under which the weighted log-likelihood of the true symptoms is highest."""
    truth = np.array([SYMPTOMS.index(example.symptom) for example in examples])
    weight = np.array([example.weight for example in examples])

    def loss(factor: float) -> float:
        chances = _chances(scores, factor)[np.arange(len(truth)), truth]
        return float(-(weight * np.log(chances + 1e-12)).sum())

    return min((round(0.3 + 0.05 * step, 2) for step in range(35)), key=loss)

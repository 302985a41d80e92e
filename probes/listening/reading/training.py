"""Fits the symptom model to the corpus and judges it; scikit-learn is needed here and nowhere else."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold
from sklearn.svm import LinearSVC

from probes.listening.reading.corpus import Example, ReadExample
from probes.listening.reading.features import is_concept, shortened, signs
from probes.listening.reading.model import Weights
from probes.listening.reading.text import plain
from probes.vocabulary.symptoms import Product, Symptom

SYMPTOMS = tuple(Symptom)
# The other two are named in the text, which needs no guess.
PRODUCTS = (Product.OTHER, Product.NONE)
STRENGTH = 3.0  # inverse regularisation; 1 to 5 differ by less than half a point
LEAST_POSTS = 2  # a sign of a single post says nothing
RARITY = 1.5  # exponent; 1 and 2 cost strangers' posts a point
# How much a concept counts beside a pair of characters; 1 costs strangers' posts a point.
CONCEPTS = 0.6
SCALE = 1024.0
RARITY_SCALE = 16.0
FOLDS = 5
# Points of macro-F1 that one point of irrelevant posts taken for something is worth.
FALSE_COMPLAINT = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """What is set after fitting.

    ``sharpness`` makes the probabilities true; ``caution`` is added to irrelevant.
    """

    sharpness: float
    caution: float


def post_signs(text: str) -> list[str]:
    """The signs of a raw post, as they are met when it is read."""
    return signs(plain(shortened(text)))


class Fitted:
    """A model as scikit-learn fits it, before it is written as weights."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self.vectorizer = CountVectorizer(analyzer=post_signs, min_df=LEAST_POSTS)
        counts = self.vectorizer.fit_transform([example.text for example in examples])
        posts = np.bincount(counts.indices, minlength=counts.shape[1])
        concept = [CONCEPTS if is_concept(name) else 1.0 for name in self.vectorizer.get_feature_names_out()]
        self.rarity = (np.log((1 + len(examples)) / (1 + posts)) + 1) ** RARITY * concept
        matrix = self._evened(counts)
        weights = np.array([example.weight for example in examples])
        self.symptoms = _machine().fit(
            matrix, [SYMPTOMS.index(example.symptom) for example in examples], sample_weight=weights
        )
        told = [row for row, example in enumerate(examples) if example.product in PRODUCTS]
        self.product = _machine().fit(
            matrix[told],
            [examples[row].product is Product.OTHER for row in told],
            sample_weight=weights[told],
        )

    def scores(self, texts: Sequence[str]) -> Any:
        """One row per text, one score per symptom."""
        return self.symptoms.decision_function(self._evened(self.vectorizer.transform(texts)))

    def _evened(self, counts: Any) -> Any:
        """The counts by rarity, each post of the same length.

        A sign's second occurrence adds as much to the length as its first, so that the length is a sum over
        the signs of a post.
        """
        length = np.sqrt(np.maximum(counts @ self.rarity**2, 1))
        return counts.multiply(1 / length[:, None]).multiply(self.rarity).tocsr()

    def weights(self, tuning: Tuning) -> Weights:
        """The model as whole numbers."""
        rarity = self.rarity
        rows = np.vstack([self.symptoms.coef_, self.product.coef_]) * rarity
        whole = np.rint(rows * SCALE).astype(int)
        rare = np.maximum(np.rint(rarity**2 * RARITY_SCALE), 1).astype(int)
        names = self.vectorizer.get_feature_names_out()
        intercepts = [*(self.symptoms.intercept_ + _caution(tuning)), self.product.intercept_[0]]
        return Weights(
            scale=SCALE,
            rarity_scale=RARITY_SCALE,
            intercepts=tuple(round(float(value), 4) for value in intercepts),
            sharpness=round(tuning.sharpness, 3),
            rows={str(names[i]): (*map(int, whole[:, i]), int(rare[i])) for i in np.argsort(names)},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """A model and what it takes to judge it.

    ``crossed`` are all posts, each judged by a model that saw nothing of its line or writer; ``apart`` are
    the held-out ones as ``without``, a model that did not learn from them, reads them.
    """

    weights: Weights
    without: Weights
    crossed: list[ReadExample]
    apart: list[ReadExample]


def train(examples: Sequence[Example], held_out: Sequence[Example]) -> Trained:
    """Fits the model to all posts; the same ones give the same weights."""
    crossed, tuning = cross_judged([*examples, *held_out])
    without = Fitted(examples)
    return Trained(
        weights=Fitted([*examples, *held_out]).weights(tuning),
        without=without.weights(tuning),
        crossed=crossed,
        apart=judged(held_out, without.scores([one.text for one in held_out]), tuning),
    )


def cross_judged(examples: Sequence[Example]) -> tuple[list[ReadExample], Tuning]:
    """Every example judged by a model that saw nothing of its line or writer, and the best tuning for it."""
    folds = GroupKFold(n_splits=FOLDS).split(examples, groups=[example.group for example in examples])
    scores = np.zeros((len(examples), len(SYMPTOMS)))
    for train, test in folds:
        fitted = Fitted([examples[i] for i in train])
        scores[test] = fitted.scores([examples[i].text for i in test])
    tuning = _tuned(scores, examples)
    return judged(examples, scores, tuning), tuning


def judged(examples: Sequence[Example], scores: Any, tuning: Tuning) -> list[ReadExample]:
    """The examples with the symptom and probability that their scores mean."""
    chances = _chances(scores + _caution(tuning), tuning.sharpness)
    best = chances.argmax(axis=1)
    return [
        ReadExample(example=example, symptom=SYMPTOMS[top], probability=float(row[top]))
        for example, row, top in zip(examples, chances, best, strict=True)
    ]


def _machine() -> LinearSVC:
    return LinearSVC(C=STRENGTH, random_state=0)


def _caution(tuning: Tuning) -> Any:
    return np.array([tuning.caution * (symptom is Symptom.IRRELEVANT) for symptom in SYMPTOMS])


def _chances(scores: Any, sharpness: float) -> Any:
    raised = np.exp((scores - scores.max(axis=1, keepdims=True)) * sharpness)
    return raised / raised.sum(axis=1, keepdims=True)


def _tuned(scores: Any, examples: Sequence[Example]) -> Tuning:
    """The caution that is worth most, then the sharpness under which the truth is likeliest."""
    posts = [row for row, example in enumerate(examples) if not example.group.startswith("banking77")]
    truth = np.array([SYMPTOMS.index(examples[row].symptom) for row in posts])
    weight = np.array([examples[row].weight for row in posts])
    shown = scores[posts]
    beside = truth == SYMPTOMS.index(Symptom.IRRELEVANT)

    def worth(caution: float) -> float:
        said = (shown + _caution(Tuning(sharpness=1, caution=caution))).argmax(axis=1)
        false = float(np.average(said[beside] != truth[beside], weights=weight[beside]))
        return float(f1_score(truth, said, average="macro", sample_weight=weight)) - FALSE_COMPLAINT * false

    caution = max((step / 20 for step in range(21)), key=worth)
    raised = shown + _caution(Tuning(sharpness=1, caution=caution))

    def loss(sharpness: float) -> float:
        likely = _chances(raised, sharpness)[np.arange(len(truth)), truth]
        return float(-(weight * np.log(likely + 1e-12)).sum())

    return Tuning(caution=caution, sharpness=min((step / 10 for step in range(5, 80)), key=loss))

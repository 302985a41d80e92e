"""Posts of hands that are never learnt from are read well enough.

``other_voices``: their likes were added to the corpus where they were misread: a guard against loss.
``strangers``: by six writers who did not know the corpus, a third of it tricky on purpose; the corpus
has other posts of three of them, and of the kinds of idle talk that were misread here.
``customers_short``, ``customers_long``: what customers of other products type into a chat, by two hands.
``bank_questions_zh``: what customers of banks ask, after the intents of BANKING77.
"""

import pytest

from probes.listening.reading.corpus import read_corpus, read_kept
from probes.listening.reading.symptoms import read_text
from probes.vocabulary.symptoms import Symptom


def macro_f1(pairs: list[tuple[Symptom, Symptom]]) -> float:
    """Of (truth, read) pairs, over the symptoms that are true of any."""
    f1 = [
        2 * pairs.count((one, one)) / sum(pair.count(one) for pair in pairs)
        for one in {truth for truth, _ in pairs}
    ]
    return sum(f1) / len(f1)


@pytest.mark.parametrize(
    ("hand", "least_f1", "most_alarms", "least_products"),
    [
        ("other_voices", 0.95, 0.06, 0.93),
        ("strangers", 0.92, 0.05, 0.94),
        ("customers_short", 0.92, 0.03, 0.98),
        ("customers_long", 0.94, 0.03, 0.98),
        ("bank_questions_zh", 0.9, 0.04, 0),
    ],
)
def test_read_text_tells_symptoms_and_products_when_others_write(
    hand: str, least_f1: float, most_alarms: float, least_products: float
) -> None:
    posts = [post for post in read_kept() if post.group == f"kept:{hand}"]
    readings = [read_text(post.text) for post in posts]
    pairs = [(post.symptom, reading.symptom) for post, reading in zip(posts, readings, strict=True)]
    right_product = [
        reading.product is post.product for post, reading in zip(posts, readings, strict=True) if post.product
    ]

    idle = [read for truth, read in pairs if truth is Symptom.IRRELEVANT]
    alarms = sum(read.complains for read in idle)

    assert macro_f1(pairs) >= least_f1
    assert alarms / len(idle) <= most_alarms
    assert sum(right_product) >= least_products * len(right_product)


def test_corpus_holds_none_of_the_kept_hands_when_it_is_unfolded() -> None:
    learnt = {example.text for example in read_corpus()}

    assert not learnt & {post.text for post in read_kept()}

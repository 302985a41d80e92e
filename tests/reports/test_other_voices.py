"""Posts that are never trained on (``other_voices.tsv``: symptom, product, text) are read well enough.

Their likes were added to the corpus where they were misread, so this guards against loss rather than measures
how well the posts of strangers are read.
"""

from collections import Counter
from pathlib import Path

from probes.reports.corpus import read_corpus
from probes.reports.symptoms import read_text

LINES = Path(__file__).with_name("other_voices.tsv").read_text(encoding="utf-8").splitlines()
POSTS = [tuple(line.split("\t")) for line in LINES]
NO_COMPLAINT = {"irrelevant", "working"}


def test_read_text_tells_symptoms_and_products_when_others_write():
    pairs = Counter((symptom, read_text(text).symptom.value) for symptom, _, text in POSTS)
    right_product = sum(read_text(text).product.value == product for _, product, text in POSTS)

    symptoms = {symptom for symptom, _ in pairs}
    f1 = {
        one: 2 * pairs[one, one] / sum(count * pair.count(one) for pair, count in pairs.items())
        for one in symptoms
    }
    irrelevant = {read: count for (truth, read), count in pairs.items() if truth == "irrelevant"}
    alarms = sum(count for read, count in irrelevant.items() if read not in NO_COMPLAINT)

    assert sum(f1.values()) / len(f1) >= 0.90, f1
    assert alarms / sum(irrelevant.values()) <= 0.08
    assert right_product / len(POSTS) >= 0.93


def test_corpus_holds_none_of_them_when_it_is_unfolded():
    learnt = {example.text for example in read_corpus()}

    assert not learnt & {text for _, _, text in POSTS}

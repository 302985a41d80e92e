"""Reads posts never learnt from, beside a plain character n-gram model that learnt the 420 labelled ones.

Run by ``make bench-reports``; the rival needs ``requirements-train.lock``. One core, one after the other.
"""

import random
import time
from collections.abc import Callable, Sequence

import msgspec

from probes.listening.reading.corpus import Example, read_held_out, read_kept
from probes.listening.reading.symptoms import model, read_with
from probes.vocabulary.symptoms import Symptom
from statuspage.management.commands.classify_reports import Originals, Posted, classified
from tests.listening.repost_pairs import Pair, copies, joined, look_alikes, posts

COPIES = 20  # of the posts, each a little different, for the time
KINDS = {
    "kept:strangers": "posts by strangers",
    "kept:customers_short": "customers' short questions",
    "kept:customers_long": "customers' longer questions",
    "kept:bank_questions_zh": "questions to banks",
}
PAIRS = 60  # originals, each passed on in every way; and look-alikes of each kind


def main() -> None:
    rival = plain_n_grams()
    print(f"{'':30s}posts  macro-F1  accuracy  irrelevant taken for a symptom  product")
    for group, name in KINDS.items():
        show_kind(name, [post for post in read_kept() if post.group == group], rival)
    show_reposts()
    show_speed([post.text for post in read_kept() if post.group == "kept:strangers"], rival)


def plain_n_grams() -> Callable[[Sequence[str]], list[Symptom]]:
    """The rival: characters in ones to threes, weighed by logistic regression, as tutorials do it."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    examples = read_held_out()
    machine = make_pipeline(
        TfidfVectorizer(analyzer="char", ngram_range=(1, 3)), LogisticRegression(C=10, max_iter=1000)
    )
    machine.fit([one.text for one in examples], [str(one.symptom) for one in examples])
    return lambda texts: [Symptom(name) for name in machine.predict(texts)]


def show_kind(name: str, kind: Sequence[Example], rival: Callable[[Sequence[str]], list[Symptom]]) -> None:
    readings = [read_with(model(), post.text) for post in kind]
    told = [(post.product, one.product) for post, one in zip(kind, readings, strict=True) if post.product]
    products = f"{sum(true is read for true, read in told) / len(told):8.1%}" if told else ""
    truth = [post.symptom for post in kind]
    print(f"{name:30s}{len(kind):5d} {figures(truth, [one.symptom for one in readings])}{products}")
    print(f"{'  plain n-grams':30s}      {figures(truth, rival([post.text for post in kind]))}")


def figures(truth: Sequence[Symptom], read: Sequence[Symptom]) -> str:
    pairs = list(zip(truth, read, strict=True))
    f1 = [
        2 * pairs.count((one, one)) / (truth.count(one) + read.count(one))
        for one in Symptom
        if truth.count(one)
    ]
    beside = [said for true, said in pairs if true is Symptom.IRRELEVANT]
    right = sum(true is said for true, said in pairs) / len(pairs)
    alarms = sum(said.complains for said in beside) / len(beside)
    return f"{sum(f1) / len(f1):9.3f} {right:9.3f} {alarms:31.1%}"


def show_reposts() -> None:
    chance = random.Random(5)
    pairs = [*copies(PAIRS, chance), *look_alikes(PAIRS, chance)]
    among = chance.sample(posts(), 40)
    found = [pair for pair in pairs if joined(pair, among)]
    right = sum(pair.copied for pair in found)
    recall = right / sum(pair.copied for pair in pairs)
    print(f"\n{len(pairs):,} pairs of posts    precision {right / len(found):.3f}  recall {recall:.3f}")
    for way in dict.fromkeys(pair.way for pair in pairs):
        print(f"  {way:36s}{count(found, way) / count(pairs, way):6.1%} joined")


def count(pairs: Sequence[Pair], way: str) -> int:
    return sum(pair.way == way for pair in pairs)


def show_speed(texts: Sequence[str], rival: Callable[[Sequence[str]], list[Symptom]]) -> None:
    varied = [f"{text} {number}" for number in range(COPIES) for text in texts]
    lines = [Posted(id=number, text=text, author=number) for number, text in enumerate(varied)]
    model()
    ours_s = timed(lambda: [read_with(model(), text) for text in varied])
    rival_s = timed(lambda: rival(varied))
    whole_s = timed(lambda: in_batches(lines))
    print(f"\n{len(varied):,} different posts    posts a second")
    times = f"{rival_s / ours_s:.1f} times the rival's"
    print(f"fogbreak, symptom and product   {len(varied) / ours_s:10,.0f}   {times}")
    print(f"plain n-grams, symptom          {len(varied) / rival_s:10,.0f}")
    print(f"fogbreak, with redaction and reposts{len(varied) / whole_s:6,.0f}")


def in_batches(batch: Sequence[Posted]) -> None:
    originals = Originals()
    for start in range(0, len(batch), 1000):
        msgspec.json.encode(classified(batch[start : start + 1000], originals))


def timed(work: Callable[[], object]) -> float:
    """Seconds of processor time."""
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    main()

"""Reads strangers' posts beside a plain character n-gram model that was trained on the 420 labelled examples.

Run by ``make bench-reports``; the rival needs ``requirements-train.lock``. One core, one after the other.
"""

import time
from collections.abc import Callable, Sequence

import msgspec

from probes.listening.reading.corpus import read_held_out, read_kept
from probes.listening.reading.symptoms import model, read_with
from probes.vocabulary.symptoms import Symptom
from statuspage.management.commands.classify_reports import Originals, Posted, classified

COPIES = 20  # of the posts, each a little different, for the time


def main() -> None:
    posts = [post for post in read_kept() if post.group == "kept:strangers"]
    truth, texts = [post.symptom for post in posts], [post.text for post in posts]
    varied = [f"{text} {number}" for number in range(COPIES) for text in texts]
    lines = [Posted(id=number, text=text, author=number) for number, text in enumerate(varied)]
    rival = plain_n_grams()
    model()
    ours_s = timed(lambda: [read_with(model(), text) for text in varied])
    rival_s = timed(lambda: rival(varied))
    whole_s = timed(lambda: in_batches(lines))

    print(f"{len(texts):,} posts by strangers    macro-F1  accuracy  irrelevant taken for a symptom")
    show("fogbreak", truth, [read_with(model(), text).symptom for text in texts])
    show("plain n-grams", truth, rival(texts))
    print(f"\n{len(varied):,} different posts    posts a second")
    times = f"{rival_s / ours_s:.1f} times the rival's"
    print(f"fogbreak, symptom and product   {len(varied) / ours_s:10,.0f}   {times}")
    print(f"plain n-grams, symptom          {len(varied) / rival_s:10,.0f}")
    print(f"fogbreak, with redaction and reposts{len(varied) / whole_s:6,.0f}")


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


def in_batches(posts: Sequence[Posted]) -> None:
    originals = Originals()
    for start in range(0, len(posts), 1000):
        msgspec.json.encode(classified(posts[start : start + 1000], originals))


def timed(work: Callable[[], object]) -> float:
    """Seconds of processor time."""
    start = time.process_time()
    work()
    return time.process_time() - start


def show(name: str, truth: Sequence[Symptom], read: Sequence[Symptom]) -> None:
    pairs = list(zip(truth, read, strict=True))
    f1 = [
        2 * pairs.count((one, one)) / (truth.count(one) + read.count(one))
        for one in Symptom
        if truth.count(one)
    ]
    beside = [said for true, said in pairs if true is Symptom.IRRELEVANT]
    right = sum(true is said for true, said in pairs) / len(pairs)
    alarms = sum(said.complains for said in beside) / len(beside)
    print(f"{name:26s} {sum(f1) / len(f1):9.3f} {right:9.3f} {alarms:9.1%}")


if __name__ == "__main__":
    main()

"""What a newly trained model reads differently from the shipped one, and whether it may replace it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from probes.listening.reading.corpus import Example, ReadExample
from probes.listening.reading.model import Model
from probes.listening.reading.scorecard import alarmed, by_hand, macro_f1, scores
from probes.listening.reading.symptoms import read_with
from probes.vocabulary.symptoms import Symptom

# How much worse, in macro-F1 and in irrelevant posts taken for a symptom, a model may read. All kept hands
# together are some two thousand posts: 0.005 is ten of them. One post of the smallest moves its F1 by 0.02.
MARGIN = 0.005
MARGIN_OF_A_HAND = 0.03
FLIPS_SHOWN = 30
SHOWN_CHARACTERS = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """The same posts as two models read them, in the same order: ``before`` and ``after``."""

    before: Sequence[ReadExample]
    after: Sequence[ReadExample]

    @classmethod
    def of(cls, posts: Sequence[Example], *, before: Model, after: Model) -> "Revision":
        """How both models read the posts."""
        return cls(before=read_by(before, posts), after=read_by(after, posts))

    def losses(self) -> list[str]:
        """Where the newer model reads worse than the margins allow; empty if it may replace the older one."""
        old, new = by_hand(self.before), by_hand(self.after)
        hands = [(hand, old[hand], new[hand], MARGIN_OF_A_HAND) for hand in old]
        return [
            loss
            for hand, was, now, margin in [("all", self.before, self.after, MARGIN), *hands]
            for loss in _losses(hand, was, now, margin)
        ]

    def figures(self) -> Iterator[str]:
        """Macro-F1 and false alarms by hand, then F1 by symptom, before and after."""
        old, new = by_hand(self.before), by_hand(self.after)
        for hand, was, now in [
            ("all", self.before, self.after),
            *((hand, old[hand], new[hand]) for hand in old),
        ]:
            yield (
                f"{hand}: macro-F1 {macro_f1(was):.3f} -> {macro_f1(now):.3f}, irrelevant taken for a symptom"
                f" {alarmed(was):.1%} -> {alarmed(now):.1%}"
            )
        for symptom in Symptom:
            was_f1, now_f1 = (scores(found, symptom)[2] for found in (self.before, self.after))
            yield f"{symptom}: F1 {was_f1:.3f} -> {now_f1:.3f}"

    def flips(self) -> list[str]:
        """The posts that are read differently, those that are read wrongly now first."""
        pairs = [
            (was, now)
            for was, now in zip(self.before, self.after, strict=True)
            if was.symptom is not now.symptom
        ]
        pairs.sort(key=lambda pair: pair[1].symptom is pair[1].example.symptom)
        return [
            f"{was.symptom} -> {now.symptom} ({_verdict(was, now)}): {now.example.text[:SHOWN_CHARACTERS]}"
            for was, now in pairs
        ]

    def right(self) -> tuple[int, int]:
        """How many posts are read as they are labelled, before and after."""
        return _right(self.before), _right(self.after)


def read_by(model: Model, posts: Sequence[Example]) -> list[ReadExample]:
    """The posts as a model reads them."""
    readings = [read_with(model, post.text) for post in posts]
    return [
        ReadExample(example=post, symptom=reading.symptom, probability=reading.probability)
        for post, reading in zip(posts, readings, strict=True)
    ]


def told(kept: Revision, labelled: Revision) -> list[str]:
    """Lines for whoever trains: what is read as labelled, how the kept hands are read, and what flips."""
    counts = Counter(one.example.symptom for one in labelled.after)
    right_before, right_now = labelled.right()
    return [
        f"{counts.total():,} labelled posts: " + (_listed(counts) or "none"),
        f"read as labelled: {right_before:,} -> {right_now:,} (the newer model has learnt them)",
        *_few("labelled posts", labelled.flips()),
        *kept.figures(),
        *_few("kept posts", kept.flips()),
    ]


def _few(name: str, flips: list[str]) -> list[str]:
    hidden = len(flips) - FLIPS_SHOWN
    more = [f"  and {hidden:,} more"] if hidden > 0 else []
    return [
        f"{name} that are read differently: {len(flips):,}",
        *(f"  {flip}" for flip in flips[:FLIPS_SHOWN]),
        *more,
    ]


def _listed(counts: Counter[Symptom]) -> str:
    return ", ".join(f"{counts[symptom]:,} {symptom}" for symptom in Symptom if counts[symptom])


def _right(found: Sequence[ReadExample]) -> int:
    return sum(one.symptom is one.example.symptom for one in found)


def _verdict(was: ReadExample, now: ReadExample) -> str:
    truth = now.example.symptom
    if now.symptom is truth:
        return "now right"
    return "right before" if was.symptom is truth else f"it is {truth}"


def _losses(
    hand: str, was: Sequence[ReadExample], now: Sequence[ReadExample], margin: float
) -> Iterator[str]:
    if macro_f1(now) < macro_f1(was) - margin:
        yield f"{hand}: macro-F1 {macro_f1(was):.3f} -> {macro_f1(now):.3f} (margin {margin})"
    if alarmed(now) > alarmed(was) + margin:
        shares = f"{alarmed(was):.1%} -> {alarmed(now):.1%} (margin {margin:.1%})"
        yield f"{hand}: irrelevant taken for a symptom {shares}"

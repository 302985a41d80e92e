"""Writes down how well the symptom model reads: the report that is kept beside its weights."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from probes.listening.reading.confusion import Confusion
from probes.listening.reading.corpus import ReadExample
from probes.vocabulary.symptoms import Symptom

UNMET = 0.5  # posts


def report(
    *,
    kept: Sequence[ReadExample],
    apart: Sequence[ReadExample],
    crossed: Sequence[ReadExample],
    product_right: float,
    signs: int,
) -> str:
    """Markdown of what the model can do.

    ``kept`` are posts of hands that are never learnt from, as the model reads them; ``apart`` are the
    held-out posts, judged by a model that was trained without them; ``crossed`` are all posts, each judged by
    a model that saw nothing of its line, or its writer.
    """
    own = [
        found for found in crossed if not found.example.group.startswith(("banking77", "held_out", "bank_"))
    ]
    bank = [found for found in crossed if found.example.group.startswith("banking77")]
    lines = [
        "# How well posts are read",
        "",
        "Written by `manage.py train_reports`; do not edit. Posts count as much as in training.",
        "",
        f"The model weighs {signs:,} signs.",
        "",
        "| posts | number | accuracy | macro-F1 | irrelevant taken for a symptom |",
        "| --- | --- | --- | --- | --- |",
        *(_row(f"kept, never learnt from: {hand}", posts) for hand, posts in by_hand(kept).items()),
        _row("held out: another hand's posts, not trained on (but known to the corpus's author)", apart),
        _row("held out, tricky ones", [found for found in apart if found.example.hard]),
        _row("own corpus, lines and writers left out in turn", own),
        _row("whole writers among them", strangers(crossed)),
        _row("BANKING77's training questions, left out in turn", bank),
        "",
        f"Product right on the held-out posts: {product_right:.1%}.",
        "",
        "## Held out, by symptom",
        "",
        *_by_symptom(apart),
        "",
        "## Held out, by language",
        "",
        *_by_language(apart),
        "",
        "## Held out, confusion (rows are the truth)",
        "",
        *_confusion(apart),
        "",
        "## Calibration (all posts, lines and writers left out in turn)",
        "",
        *_calibration(crossed),
        "",
        "## Held out, misread",
        "",
        *_misread(apart),
    ]
    return "\n".join(lines) + "\n"


def scores(found: Iterable[ReadExample], symptom: Symptom) -> tuple[float, float, float]:
    """Weighted precision, recall and F1 of one symptom, 0 where undefined."""
    right = said = true = 0.0
    for one in found:
        weight = one.example.weight
        said += weight * (one.symptom is symptom)
        true += weight * (one.example.symptom is symptom)
        right += weight * (one.symptom is symptom and one.example.symptom is symptom)
    precision, recall = right / said if said else 0.0, right / true if true else 0.0
    return precision, recall, 2 * right / (said + true) if said + true else 0.0


def macro_f1(found: Sequence[ReadExample]) -> float:
    """The mean F1 over the symptoms that occur."""
    present = {one.example.symptom for one in found}
    return sum(scores(found, symptom)[2] for symptom in present) / len(present) if present else 0.0


def alarmed(found: Iterable[ReadExample]) -> float:
    """The share of irrelevant posts that were taken for a complaint."""
    beside = [one for one in found if one.example.symptom is Symptom.IRRELEVANT]
    return _share(beside, lambda one: one.symptom.complains)


def confusion_of(found: Iterable[ReadExample]) -> Confusion:
    """How each symptom's posts were read, by weight; a misreading that was not met happened half a time."""
    read = {true: dict.fromkeys(Symptom, UNMET) for true in Symptom}
    for one in found:
        read[one.example.symptom][one.symptom] += one.example.weight
    return {
        true: {said: round(weight / sum(row.values()), 5) for said, weight in row.items()}
        for true, row in read.items()
    }


def strangers(crossed: Iterable[ReadExample]) -> list[ReadExample]:
    """The posts of whole hands that were left out: as near as training comes to people never heard."""
    return [one for one in crossed if one.example.group.startswith("voices")]


def by_hand(found: Iterable[ReadExample]) -> dict[str, list[ReadExample]]:
    """The posts of each hand, by its name."""
    hands: dict[str, list[ReadExample]] = {}
    for one in found:
        hands.setdefault(one.example.group.rpartition(":")[2], []).append(one)
    return hands


def _share(found: Sequence[ReadExample], holds: Callable[[ReadExample], bool]) -> float:
    whole = sum(one.example.weight for one in found)
    return sum(one.example.weight for one in found if holds(one)) / whole if whole else 0.0


def _row(name: str, found: Sequence[ReadExample]) -> str:
    right = _share(found, lambda one: one.symptom is one.example.symptom)
    return f"| {name} | {len(found):,} | {right:.1%} | {macro_f1(found):.3f} | {alarmed(found):.1%} |"


def _by_symptom(found: Sequence[ReadExample]) -> list[str]:
    rows = ["| symptom | posts | precision | recall | F1 |", "| --- | --- | --- | --- | --- |"]
    for symptom in Symptom:
        precision, recall, f1 = scores(found, symptom)
        count = sum(one.example.symptom is symptom for one in found)
        rows.append(f"| {symptom} | {count} | {precision:.2f} | {recall:.2f} | {f1:.2f} |")
    return rows


def _by_language(found: Sequence[ReadExample]) -> list[str]:
    rows = ["| language | posts | accuracy |", "| --- | --- | --- |"]
    for language in sorted({one.example.language for one in found}):
        some = [one for one in found if one.example.language == language]
        right = _share(some, lambda one: one.symptom is one.example.symptom)
        rows.append(f"| {language} | {len(some)} | {right:.1%} |")
    return rows


def _confusion(found: Sequence[ReadExample]) -> list[str]:
    counts = Counter((one.example.symptom, one.symptom) for one in found)
    rows = ["| | " + " | ".join(Symptom) + " |", "| --- |" + " --- |" * len(Symptom)]
    for true in Symptom:
        cells = " | ".join(str(counts[true, said] or "") for said in Symptom)
        rows.append(f"| {true} | {cells} |")
    return rows


def _calibration(found: Sequence[ReadExample]) -> list[str]:
    rows = ["| probability given | posts | right |", "| --- | --- | --- |"]
    for low in range(2, 10):
        some = [one for one in found if low <= min(int(one.probability * 10), 9) < low + 1]
        right = _share(some, lambda one: one.symptom is one.example.symptom)
        rows.append(f"| {low / 10:.1f} to {(low + 1) / 10:.1f} | {len(some):,} | {right:.0%} |")
    return rows


def _misread(found: Sequence[ReadExample]) -> list[str]:
    wrong = [one for one in found if one.symptom is not one.example.symptom]
    return [
        f"- {one.example.symptom} read as {one.symptom} ({one.probability:.0%}): {one.example.text[:90]}"
        for one in sorted(wrong, key=lambda one: -one.probability)
    ]

"""What a newly trained model changes is told, and one that reads worse is refused."""

import io
import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest
from django.core.management import CommandError, call_command
from msgspec.structs import replace

from probes.listening.reading.corpus import Example
from probes.listening.reading.model import Model, Weights
from probes.listening.reading.revision import Revision, told
from probes.listening.reading.symptoms import model
from probes.vocabulary.symptoms import Product, Symptom

POSTS = [
    ("分付一直转圈，付不出去", Symptom.PAYMENT_FAILURE),
    ("分付被风控了，额度清零", Symptom.RISK_DECLINE),
    ("公告说系统维护到六点", Symptom.MAINTENANCE),
    ("分付怎么开通", Symptom.IRRELEVANT),
]


def examples(posts: Sequence[tuple[str, Symptom]] = POSTS) -> list[Example]:
    return [
        Example(text=text, symptom=symptom, product=Product.NONE, weight=1.5, group="kept:anna")
        for text, symptom in posts
    ]


def small(weights: Weights) -> Weights:
    """Weights of a few signs, as a tiny corpus would give."""
    rows = {
        sign: weights.rows[sign] for sign in ("转 圈", "风 控", "维 护", "=risk", "=fail", "=maint", "开 通")
    }
    return replace(weights, rows=rows)


def alarming(weights: Weights) -> Weights:
    """The same, but every post is a refusal."""
    refused = list(Symptom).index(Symptom.RISK_DECLINE)
    starts = [start + 100.0 * (place == refused) for place, start in enumerate(weights.intercepts)]
    return replace(weights, intercepts=tuple(starts))


SMALL = small(model().weights)


def test_revision_finds_no_loss_when_nothing_changed() -> None:
    same = Revision.of(examples(), before=Model(SMALL), after=Model(SMALL))

    assert same.losses() == []
    assert same.flips() == []


def test_revision_names_the_hand_and_the_figure_when_a_model_reads_worse() -> None:
    worse = Revision.of(examples(), before=model(), after=Model(alarming(SMALL)))

    assert worse.losses() == [
        "all: macro-F1 1.000 -> 0.100 (margin 0.005)",
        "all: irrelevant taken for a symptom 0.0% -> 100.0% (margin 0.5%)",
        "anna: macro-F1 1.000 -> 0.100 (margin 0.03)",
        "anna: irrelevant taken for a symptom 0.0% -> 100.0% (margin 3.0%)",
    ]


def test_told_counts_what_was_labelled_and_shows_what_flips() -> None:
    labelled = [("分付怎么开通", Symptom.IRRELEVANT), ("分付被风控了", Symptom.RISK_DECLINE)]
    before, after = Model(alarming(SMALL)), model()

    lines = told(
        Revision.of(examples(), before=before, after=after),
        Revision.of(examples(labelled), before=before, after=after),
    )

    assert lines[:4] == [
        "2 labelled posts: 1 risk_decline, 1 irrelevant",
        "read as labelled: 1 -> 2 (the newer model has learnt them)",
        "labelled posts that are read differently: 1",
        "  risk_decline -> irrelevant (now right): 分付怎么开通",
    ]
    assert "payment_failure: F1 0.000 -> 1.000" in lines


def trained(folder: Path, monkeypatch: pytest.MonkeyPatch, weights: Weights) -> list[Example]:
    """The command trains ``weights``, whatever it learns from, and finds small ones shipped; the posts."""
    learnt: list[Example] = []

    def train(posts: Sequence[Example], held_out: Sequence[Example]) -> SimpleNamespace:
        learnt.extend(posts)
        return SimpleNamespace(weights=weights, without=weights, crossed=[], apart=[])

    (folder / "shipped.json").write_bytes(msgspec.json.encode(SMALL))
    monkeypatch.setattr("statuspage.management.commands.train_reports.WEIGHTS", folder / "shipped.json")
    name = "probes.listening.reading.training"
    monkeypatch.setitem(sys.modules, name, SimpleNamespace(train=train))
    monkeypatch.setattr("statuspage.management.commands.train_reports.read_corpus", examples)
    monkeypatch.setattr("statuspage.management.commands.train_reports.read_held_out", examples)
    monkeypatch.setattr("statuspage.management.commands.train_reports.read_kept", examples)
    return learnt


def train_reports(folder: Path, labelled: str) -> str:
    (folder / "labels.jsonl").write_text(labelled, encoding="utf-8")
    out = io.StringIO()
    call_command(
        "train_reports",
        f"--weights={folder / 'weights.json'}",
        f"--report={folder / 'report.md'}",
        f"--confusion={folder / 'confusion.json'}",
        f"--labelled={folder / 'labels.jsonl'}",
        stdout=out,
    )
    return out.getvalue()


LABELLED = '{"id": "a", "text": "花呗冻结了", "label": "risk_decline", "product": "other"}'
KEPT = '{"id": "b", "text": "分付怎么开通", "label": "irrelevant", "product": "fenfu"}'


def test_train_reports_learns_what_was_labelled_but_not_what_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learnt = trained(tmp_path, monkeypatch, SMALL)

    train_reports(tmp_path, f"{LABELLED}\n{KEPT}\n")
    said = train_reports(tmp_path, f"{LABELLED}\n{KEPT}\n")

    assert [post.text for post in learnt[-1:]] == ["花呗冻结了"]
    assert "1 labelled posts: 1 risk_decline\n" in said
    assert "kept, never learnt from: anna | 4" in (tmp_path / "report.md").read_text()


def test_train_reports_writes_nothing_when_the_model_reads_worse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained(tmp_path, monkeypatch, SMALL)
    train_reports(tmp_path, LABELLED)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    trained(tmp_path, monkeypatch, alarming(SMALL))

    with pytest.raises(CommandError, match="nothing was written:\nall: macro-F1"):
        train_reports(tmp_path, LABELLED)

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_train_reports_compares_with_the_shipped_model_when_the_weights_go_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained(tmp_path, monkeypatch, alarming(SMALL))

    with pytest.raises(CommandError, match="this model reads worse"):
        train_reports(tmp_path, LABELLED)

    assert not (tmp_path / "weights.json").exists()


def test_train_reports_names_the_file_when_the_labels_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained(tmp_path, monkeypatch, SMALL)

    with pytest.raises(CommandError, match=r"labelled posts cannot be read: labels\.jsonl:1: "):
        train_reports(tmp_path, "{}")

"""Trains the reader of posts from the corpus, and writes its weights, its confusion and a report on it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError

from probes.listening.reading.confusion import CONFUSION, written
from probes.listening.reading.corpus import CorpusError, Example, read_corpus, read_held_out, read_labelled
from probes.listening.reading.model import Model, Weights
from probes.listening.reading.symptoms import WEIGHTS, read_with

REPORT = WEIGHTS.with_name("training_report.md")


class Command(BaseCommand):
    help = "Train the reader of posts and write its weights and a report on how well it reads."
    requires_system_checks: list[str] = []  # no database is needed

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--weights", type=Path, default=WEIGHTS, help="where the weights go")
        parser.add_argument(
            "--labelled", type=Path, help="more posts to learn from, as export_labels wrote them"
        )
        parser.add_argument("--report", type=Path, default=REPORT, help="where the report goes")
        parser.add_argument(
            "--confusion", type=Path, default=CONFUSION, help="where the shares of misreadings go"
        )

    def handle(
        self,
        *args: Any,
        weights: Path,
        report: Path,
        confusion: Path,
        labelled: Path | None,
        **options: Any,
    ) -> None:
        try:
            from probes.listening.reading import scorecard as judgement
            from probes.listening.reading import training
        except ImportError as error:
            raise CommandError(f"{error}; install requirements-train.lock to train") from error
        try:
            examples, held_out = read_corpus(), read_held_out()
            examples += read_labelled(labelled) if labelled else []
        except (CorpusError, OSError, ValueError) as error:
            raise CommandError(f"the corpus cannot be read: {error}") from error
        self.stdout.write(f"{len(examples):,} posts of the corpus and {len(held_out):,} held out")
        crossed, tuning = training.cross_judged([*examples, *held_out])
        without = training.Fitted(examples)
        apart = training.judged(held_out, without.scores([one.text for one in held_out]), tuning)
        product = _product_right(without.weights(tuning), held_out)
        model = training.Fitted([*examples, *held_out]).weights(tuning)
        _write_weights(model, weights)
        text = judgement.report(apart=apart, crossed=crossed, product_right=product, signs=len(model.rows))
        report.write_text(text, encoding="utf-8")
        confusion.write_bytes(written(judgement.confusion_of(judgement.strangers(crossed))))
        self.stdout.write(text.partition("## ")[0].rstrip())


def _product_right(weights: Weights, posts: list[Example]) -> float:
    model = Model(weights)
    return sum(read_with(model, post.text).product is post.product for post in posts) / len(posts)


def _write_weights(model: Weights, path: Path) -> None:
    """One sign a line, so that a change of the model can be read as a difference."""
    head, _, rows = msgspec.json.encode(model).partition(b'"rows":{')
    path.write_bytes(head + b'"rows":{\n' + rows.replace(b'],"', b'],\n"').replace(b"]}}", b"]\n}}\n"))

"""Trains the reader of posts from the corpus, and writes its weights, its confusion and a report on it."""

from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from django.core.management.base import BaseCommand, CommandError

from probes.listening.reading import scorecard
from probes.listening.reading.confusion import CONFUSION, written
from probes.listening.reading.corpus import (
    CorpusError,
    Example,
    read_corpus,
    read_held_out,
    read_kept,
    read_labelled,
)
from probes.listening.reading.model import Model, Weights
from probes.listening.reading.revision import Revision, read_by, told
from probes.listening.reading.symptoms import WEIGHTS, read_with
from statuspage.management.files import whole_file

if TYPE_CHECKING:
    from probes.listening.reading.training import Trained

REPORT = WEIGHTS.with_name("training_report.md")


class Command(BaseCommand):
    help = (
        "Train the reader of posts and write its weights and a report on how well it reads. A model that"
        " reads the kept hands worse than the one that it would replace is refused, and nothing is written."
    )
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
        train = _trainer()
        examples, held_out, kept = _corpus()
        added = _labelled(labelled, kept) if labelled else []
        self.stdout.write(f"{len(examples):,} posts of the corpus and {len(held_out):,} held out")
        trained = train([*examples, *added], held_out)
        model = Model(trained.weights)
        self._compare(_model_in_use(weights), model, kept, added)
        text = scorecard.report(
            kept=read_by(model, kept),
            apart=trained.apart,
            crossed=trained.crossed,
            product_right=_product_right(trained.without, held_out),
            signs=len(trained.weights.rows),
        )
        _write(weights, _encoded(trained.weights))
        _write(report, text.encode())
        _write(confusion, written(scorecard.confusion_of(scorecard.strangers(trained.crossed))))
        self.stdout.write(text.partition("## ")[0].rstrip())

    def _compare(self, old: Model, new: Model, kept: list[Example], added: list[Example]) -> None:
        """Tells what changes; raises CommandError where the newer model reads the kept hands worse."""
        revision = Revision.of(kept, before=old, after=new)
        for line in told(revision, Revision.of(added, before=old, after=new)):
            self.stdout.write(line)
        if losses := revision.losses():
            raise CommandError("\n".join(["this model reads worse; nothing was written:", *losses]))


def _trainer() -> Callable[[Sequence[Example], Sequence[Example]], "Trained"]:
    try:
        from probes.listening.reading import training
    except ImportError as error:
        raise CommandError(f"{error}; install requirements-train.lock to train") from error
    return training.train


def _corpus() -> tuple[list[Example], list[Example], list[Example]]:
    try:
        return read_corpus(), read_held_out(), read_kept()
    except (CorpusError, OSError, ValueError) as error:
        raise CommandError(f"the corpus cannot be read: {error}") from error


def _labelled(path: Path, kept: list[Example]) -> list[Example]:
    """The labelled posts of a file, without those that the kept hands have too."""
    try:
        found = read_labelled(path)
    except (CorpusError, OSError) as error:
        raise CommandError(f"the labelled posts cannot be read: {error}") from error
    never = {post.text for post in kept}
    return [post for post in found if post.text not in never]


def _model_in_use(weights: Path) -> Model:
    """The model that is to be replaced: the shipped one where ``weights`` are new."""
    path = weights if weights.exists() else WEIGHTS
    try:
        return Model(msgspec.json.decode(path.read_bytes(), type=Weights))
    except (msgspec.DecodeError, OSError) as error:
        raise CommandError(f"{path} holds no weights: {error}") from error


def _product_right(weights: Weights, posts: list[Example]) -> float:
    model = Model(weights)
    return sum(read_with(model, post.text).product is post.product for post in posts) / len(posts)


def _encoded(model: Weights) -> bytes:
    """One sign a line, so that a change of the model can be read as a difference."""
    head, _, rows = msgspec.json.encode(model).partition(b'"rows":{')
    return head + b'"rows":{\n' + rows.replace(b'],"', b'],\n"').replace(b"]}}", b"]\n}}\n")


def _write(path: Path, content: bytes) -> None:
    try:
        with whole_file(path) as file:
            file.write(content)
    except OSError as error:
        raise CommandError(f"cannot write {path}: {error.strerror}") from error

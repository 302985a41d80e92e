"""Reads posts as JSON Lines and tells each one's symptom, its product and the post that it repeats."""

import gc
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError

from probes.listening.privacy.redaction import redact
from probes.listening.reading.symptoms import read_text
from probes.listening.reposts import RepostIndex

BATCH = 1_000


class Posted(msgspec.Struct, frozen=True):
    """One line of the input; ``at`` may be missing, then the order of the lines is the order of the posts."""

    id: str | int
    text: str
    author: str | int | None = None
    at: datetime | None = None


class Classified(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the output."""

    id: str | int
    label: str
    product: str
    confidence: float
    repost_of: str | int | None
    text: str


class Command(BaseCommand):
    help = "Read posts as JSON Lines and write symptom, product, confidence and the post that each repeats."
    requires_system_checks: list[str] = []  # no database is needed

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", default="-", help="JSON Lines; - reads standard input")

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        if file == "-":
            with _no_collecting():
                self._classify(sys.stdin.buffer, "standard input")
            return
        try:
            with Path(file).open("rb") as lines, _no_collecting():
                self._classify(lines, file)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error

    def _classify(self, lines: Iterable[bytes], source: str) -> None:
        encode = msgspec.json.Encoder().encode_lines
        originals = Originals()
        for posts in _batches(lines, source):
            self.stdout.write(encode(classified(posts, originals)).decode(), ending="")


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Without the search for cycles: posts and the index of them have none, and it would go through all."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _batches(lines: Iterable[bytes], source: str) -> Iterator[list[Posted]]:
    """The posts; raises CommandError naming the first line that is none, when those before it were taken."""
    decode = msgspec.json.Decoder(Posted).decode
    batch: list[Posted] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            batch.append(decode(line))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            yield batch
            raise CommandError(f"{source}:{number}: {error}") from error
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch


class Originals:
    """The post that each repeats; one without a time came with the one before it."""

    def __init__(self) -> None:
        self._index = RepostIndex(capacity=200_000)
        self._ids: list[str | int] = []
        self._latest = datetime.min.replace(tzinfo=UTC)

    def of(self, post: Posted) -> str | int | None:
        """The id of the post that this one repeats, or None."""
        at = post.at if post.at is None or post.at.tzinfo else post.at.replace(tzinfo=UTC)
        self._latest = at or self._latest
        author = "" if post.author is None else str(post.author)
        key = str(len(self._ids))
        self._ids.append(post.id)
        found = self._index.original_of(key=key, text=post.text, author=author, at=self._latest)
        return None if found is None else self._ids[int(found)]


def classified(posts: Sequence[Posted], originals: Originals) -> list[Classified]:
    """An answer to each post.

    One question is asked of all before the next one is: each has tables of its own, which stay in the
    processor's cache so.
    """
    readings = [read_text(post.text) for post in posts]
    repeated = [originals.of(post) for post in posts]
    texts = [redact(post.text) for post in posts]
    return [
        Classified(
            id=post.id,
            label=reading.symptom,
            product=reading.product,
            confidence=round(reading.probability, 4),
            repost_of=original,
            text=text,
        )
        for post, reading, original, text in zip(posts, readings, repeated, texts, strict=True)
    ]

"""Reads posts as JSON Lines and tells each one's symptom, its product and the post that it repeats."""

import gc
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError

from probes.reports.redaction import redact
from probes.reports.reposts import RepostIndex
from probes.reports.symptoms import read_text

BATCH = 2_000


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
        batch: list[Classified] = []
        try:
            for answer in classified(lines, source):
                batch.append(answer)
                if len(batch) >= BATCH:
                    self._write(encode(batch))
                    batch.clear()
        finally:
            self._write(encode(batch))

    def _write(self, block: bytes) -> None:
        self.stdout.write(block.decode(), ending="")


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


def classified(lines: Iterable[bytes], source: str) -> Iterator[Classified]:
    """An answer per line, in order; raises CommandError naming the first line that is no post."""
    decode = msgspec.json.Decoder(Posted).decode
    index = RepostIndex(capacity=200_000)
    ids: dict[str, str | int] = {}
    latest = datetime.min.replace(tzinfo=UTC)
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            post = decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise CommandError(f"{source}:{number}: {error}") from error
        at = post.at if post.at is None or post.at.tzinfo else post.at.replace(tzinfo=UTC)
        latest = at or latest
        reading = read_text(post.text)
        key = str(number)
        ids[key] = post.id
        author = "" if post.author is None else str(post.author)
        original = index.original_of(key=key, text=post.text, author=author, at=latest)
        yield Classified(
            id=post.id,
            label=reading.symptom,
            product=reading.product,
            confidence=round(reading.probability, 4),
            repost_of=None if original is None else ids[original],
            text=redact(post.text),
        )

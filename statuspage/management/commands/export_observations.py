"""Writes what this site observed as a trace for ``backtest``."""

import gzip
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from statuspage.management.files import whole_file
from statuspage.monitoring.selectors import cautions
from statuspage.pipeline.export import ExportError, export


def moment(text: str) -> datetime:
    """An instant with its time zone, such as 2026-03-01T00:00:00Z."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no time such as 2026-03-01T00:00:00Z") from error
    if at.tzinfo is None:
        raise ArgumentTypeError(f"{text!r} has no time zone: write 2026-03-01T00:00:00Z or +08:00")
    return at


class Command(BaseCommand):
    """The file appears when it is whole; ``-`` writes to standard output."""

    help = "Write what was observed as a trace (JSON Lines, gzipped for FILE.gz); - is standard output."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", nargs="?", default="-", metavar="FILE", help="where to write; default: standard output"
        )
        parser.add_argument("--since", type=moment, help="default: the first row that is still stored")
        parser.add_argument("--until", type=moment, help="default: up to what was concluded")

    def handle(self, *args: Any, **options: Any) -> None:
        lines = export(since=options["since"], until=options["until"])
        try:
            if options["file"] == "-":
                sys.stdout.buffer.writelines(lines)
                sys.stdout.buffer.flush()
                return
            written = _write(Path(options["file"]), lines)
        except ExportError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename or options['file']}: {error.strerror}") from error
        self.stdout.write(f"{written} lines. To replay: manage.py backtest {options['file']}{_flags()}")


def _write(target: Path, lines: Iterable[bytes]) -> int:
    count = 0
    zipped = target.suffix == ".gz"
    with whole_file(target) as raw, gzip.open(raw, "wb") if zipped else nullcontext(raw) as file:
        for line in lines:
            file.write(line)
            count += 1
    return count


def _flags() -> str:
    """The options by which the replay aims at what this site aims at."""
    careful = "".join(f" --caution {slug}={factor:g}" for slug, factor in sorted(cautions().items()))
    return f" --target-false {settings.FALSE_INCIDENTS_PER_COMPONENT_90D:g}{careful}"

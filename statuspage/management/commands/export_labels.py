"""Writes the posts that a person labelled as JSON Lines, to train the symptom model from."""

from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError, CommandParser

from statuspage.monitoring.moderation import labelled_reports


class Command(BaseCommand):
    """One line per post, in the fields of the training corpus; ``was`` is what the machine had read."""

    help = "Write the reports that a person labelled as JSON Lines: to a file, or to the standard output."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", default="-", help="Where to; - is the standard output.")

    def handle(self, *args: Any, **options: Any) -> None:
        lines = [msgspec.json.encode(row).decode() for row in labelled_reports()]
        if options["file"] == "-":
            for line in lines:
                self.stdout.write(line)
            return
        target = Path(options["file"])
        unfinished = target.with_name(f"{target.name}.part")
        try:
            unfinished.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
            unfinished.replace(target)
        except OSError as error:
            raise CommandError(f"cannot write {target}: {error.strerror}") from error
        self.stderr.write(f"{len(lines)} labelled posts")

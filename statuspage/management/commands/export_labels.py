"""Writes the posts that a person labelled as JSON Lines, to train the symptom model from."""

from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError, CommandParser

from statuspage.management.files import whole_file
from statuspage.monitoring.moderation import labelled_reports


class Command(BaseCommand):
    """One line per post, in the fields of the training corpus; ``was`` is what the machine had read."""

    help = "Write the reports that a person labelled as JSON Lines: to a file, or to the standard output."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", default="-", help="Where to; - is the standard output.")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = list(labelled_reports())
        lines = msgspec.json.Encoder().encode_lines(rows)
        if options["file"] == "-":
            self.stdout.write(lines.decode(), ending="")
            return
        target = Path(options["file"])
        try:
            with whole_file(target) as file:
                file.write(lines)
        except OSError as error:
            raise CommandError(f"cannot write {target}: {error.strerror}") from error
        self.stderr.write(f"{len(rows)} labelled posts")

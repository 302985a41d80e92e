"""`manage.py backup FILE`: the whole database in one file, while the site runs."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from statuspage import clock
from statuspage.backups.archive import BackupError
from statuspage.backups.site import back_up

NOT_IN_IT = (
    "Not in it: the environment and the files of keys (keep both elsewhere, above all SECRET_KEY), and the "
    "published files, which are made anew."
)


class Command(BaseCommand):
    help = (
        "Writes the whole database, as it is at one moment, into one file that only its owner reads; the "
        "site may go on. SQLite by its own means, PostgreSQL by pg_dump. " + NOT_IN_IT
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="such as fogbreak-2026-12-01.tar")

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["file"]
        try:
            manifest = back_up(target, now=clock.now())
        except BackupError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename or target}: {error.strerror}") from error
        rows = sum(manifest.rows.values())
        self.stdout.write(
            f"{target}: {rows} rows of {len(manifest.rows)} tables, {target.stat().st_size} bytes"
        )
        self.stdout.write(NOT_IN_IT)

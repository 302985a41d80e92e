"""`manage.py restore FILE`: puts what `backup` wrote in the place of the database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from statuspage.backups.archive import BackupError
from statuspage.backups.site import restore


class Command(BaseCommand):
    help = (
        "Puts a backup in the place of the database, all or nothing, and brings it up to this version. "
        "Refused: a database that is not empty or that anything writes into, a damaged file, a backup of a "
        "newer version or of another kind of database."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="what `manage.py backup` wrote")
        parser.add_argument("--overwrite", action="store_true", help="replace what is in the database")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = restore(options["file"], overwrite=options["overwrite"])
        except BackupError as error:
            raise CommandError(f"nothing was restored: {error}") from error
        except OSError as error:
            what = error.filename or options["file"]
            raise CommandError(f"nothing was restored: {what}: {error.strerror or error}") from error
        self.stdout.write(f"restored: {sum(manifest.rows.values())} rows, as they were at {manifest.made_at}")
        call_command("migrate", interactive=False, verbosity=0, stdout=self.stdout)
        self.stdout.write("The database is up to this version. Start the site: it publishes the page anew.")

"""manage.py sync_catalog FILE: brings the catalog of what is watched into the database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext_noop

from probes.instrument.catalog import read_catalog
from probes.tables import ProblemsError
from statuspage import clock
from statuspage.logbook.deeds import note_deed
from statuspage.logbook.models import DeedKind
from statuspage.logbook.values import Change
from statuspage.monitoring.catalog_sync import MeaningChangedError, sync_catalog


class Command(BaseCommand):
    help = (
        "Brings a catalog (TOML; see deploy/catalog.example.toml) into the database. Doing it again changes "
        "nothing. An entry that changed in the file since the last time overwrites its row; one that did not "
        "leaves alone what was edited in the admin; one that has gone retires its row. A slug never changes "
        "its meaning."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--check", action="store_true", help="only say what is wrong with the file")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            catalog = read_catalog(path)
            if options["check"]:
                self.stdout.write(f"{path}: {len(catalog.probes)} probes, nothing wrong")
                return
            result = sync_catalog(catalog)
        except ProblemsError as error:
            raise CommandError(str(error)) from error
        except MeaningChangedError as error:
            raise CommandError(f"{path}: nothing was changed\n{error}") from error
        done = {verb: list(getattr(result, verb)) for verb in ("created", "updated", "retired")}
        if any(done.values()):
            changes = [Change(field=verb, before=None, after=names) for verb, names in done.items() if names]
            what = gettext_noop("brought in a catalog")
            note_deed(DeedKind.ACTION, now=clock.now(), what=what, changes=changes)
        for verb in done:
            for name in getattr(result, verb):
                self.stdout.write(f"{verb}: {name}")
        self.stdout.write(
            f"{len(result.created)} created, {len(result.updated)} updated, {len(result.retired)} retired, "
            f"{result.unchanged} unchanged"
        )

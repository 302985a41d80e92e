"""manage.py sync_catalog FILE: brings the catalog of what is watched into the database."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from probes.instrument.catalog import read_catalog
from probes.tables import ProblemsError
from statuspage import clock
from statuspage.monitoring.catalog_plan import SyncPlan, Verb
from statuspage.monitoring.catalog_sync import MeaningChangedError, planned_sync, sync_catalog, text_of


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
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would change, field by field"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            catalog = read_catalog(path)
            if options["check"]:
                self.stdout.write(f"{path}: {len(catalog.probes)} probes, nothing wrong")
                return
            if options["dry_run"]:
                for line in lines_of(planned_sync(catalog)):
                    self.stdout.write(line)
                return
            result = sync_catalog(catalog, now=clock.now())
        except ProblemsError as error:
            raise CommandError(str(error)) from error
        except MeaningChangedError as error:
            raise CommandError(f"{path}: nothing was changed\n{error}") from error
        for verb in ("created", "updated", "retired"):
            for name in getattr(result, verb):
                self.stdout.write(f"{verb}: {name}")
        self.stdout.write(
            f"{len(result.created)} created, {len(result.updated)} updated, {len(result.retired)} retired, "
            f"{result.unchanged} unchanged"
        )


def lines_of(plan: SyncPlan) -> Iterator[str]:
    """What is printed of what would change."""
    for change in plan.told:
        yield f"would be {change.verb}: {change.name}"
        for one in change.fields if change.verb is Verb.UPDATED else ():
            yield f"  {one.field}: {text_of(one, one.before) or '–'} -> {text_of(one, one.after) or '–'}"
    created, updated, retired = (len(plan.of(verb)) for verb in (Verb.CREATED, Verb.UPDATED, Verb.RETIRED))
    yield f"{created} to create, {updated} to update, {retired} to retire, {plan.unchanged} unchanged"

"""manage.py import_from TOOL PATH: brings over what another status page or monitor knew."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.management.base import BaseCommand, CommandError

from probes.vocabulary.origins import Origin
from statuspage import clock
from statuspage.importing.given import ImportFileError
from statuspage.importing.reading import read_site
from statuspage.importing.writing import write_site
from statuspage.subscribers.models import LANGUAGES


class Command(BaseCommand):
    help = (
        "Brings over components, checks of pages, incidents and planned work from another tool. What is "
        "there already is left as it is, so that doing it again changes nothing; nobody is told of it. "
        "kuma: kuma.db or a backup (JSON); gatus: a folder with config.yaml and data.db; upptime: a "
        "checkout with its issues as files; "
        "cstate: the folder of the site; statuspage: a folder with components.json, incidents.json and so on."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tool", choices=[origin.value for origin in Origin])
        parser.add_argument("path", type=Path)
        parser.add_argument(
            "--dry-run", action="store_true", help="write nothing, only say what would be done"
        )
        parser.add_argument(
            "--language",
            choices=[code for code, _ in LANGUAGES],
            default="zh-hans",
            help="in which subscribers are written to (zh-hans)",
        )
        parser.add_argument("--zone", default="UTC", help="the zone of times that name none (UTC)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            site = read_site(Origin(options["tool"]), options["path"], ZoneInfo(options["zone"]))
        except (ZoneInfoNotFoundError, ValueError) as error:
            if isinstance(error, ImportFileError):
                raise CommandError(f"nothing was changed\n{error}") from error
            raise CommandError(f"there is no zone {options['zone']!r}") from error
        result = write_site(site, now=clock.now(), dry_run=options["dry_run"], language=options["language"])
        for name in result.created:
            self.stdout.write(f"created: {name}")
        for name in result.still_open:
            self.stdout.write(f"open until somebody ends it in the admin: {name}")
        for left in result.left_out:
            self.stdout.write(f"left out: {left}")
        told = f"{len(result.created)} created, {result.there} there already, {len(result.left_out)} left out"
        self.stdout.write(f"{told} (dry run: nothing was written)" if options["dry_run"] else told)

"""manage.py export_catalog [FILE]: writes what is watched as a catalog file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from statuspage.monitoring.catalog_export import export_catalog


class Command(BaseCommand):
    help = (
        "Writes what is watched as a catalog (TOML), to a file or the terminal. Bringing it in again changes "
        "nothing; what no file can tell is named at its end."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?")

    def handle(self, *args: Any, **options: Any) -> None:
        exported, path = export_catalog(), options["file"]
        if path is None:
            self.stdout.write(exported.text, ending="")
        else:
            path.write_text(exported.text, encoding="utf-8")
            self.stdout.write(f"{path}: written")
        for name in exported.left_out:
            self.stderr.write(f"left out: {name}")

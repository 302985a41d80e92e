"""``manage.py sentences``: every public sentence in both languages, for a person to read."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from statuspage.wording.listing import Listed, Uses, own_sentences


class Command(BaseCommand):
    help = "Print every sentence that the public reads, in both languages, with the files that say it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs")
        parser.add_argument("--all", action="store_true", help="what only operators read, too")

    def handle(self, *args: Any, **options: Any) -> None:
        uses = Uses()
        listed = [one for one in own_sentences() if one.is_public or options["all"]]
        if options["json"]:
            self.stdout.write(json.dumps([_row(one, uses) for one in listed], ensure_ascii=False, indent=1))
            return
        self.stdout.write("sentence\tzh\ten\tsaid by")
        for one in listed:
            row = _row(one, uses)
            texts = (row["sentence"], row["zh"], " / ".join(row["en"]), ", ".join(row["said_by"]))
            self.stdout.write("\t".join(" ".join(text.split()) for text in texts))


def _row(listed: Listed, uses: Uses) -> dict[str, Any]:
    return {
        "sentence": f"{listed.module}.{listed.address}",
        "zh": listed.zh,
        "en": list(listed.en),
        "said_by": uses.of(listed),
    }

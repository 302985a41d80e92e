"""Shows what would be read from a source, item by item, and what was not understood; stores nothing."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from probes.reports.fetch import FetchError
from probes.reports.redaction import redact
from probes.reports.scrape import Visit, visit
from probes.reports.sources import PageError, SourceError
from probes.reports.symptoms import read_text
from statuspage.monitoring import sources
from statuspage.monitoring.models import Source


class Command(BaseCommand):
    help = "Show what would be read from a source, item by item; nothing is stored."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the source's slug")

    def handle(self, *args: Any, slug: str, **options: Any) -> None:
        try:
            source = Source.objects.get(slug=slug)
        except Source.DoesNotExist as error:
            known = ", ".join(Source.objects.values_list("slug", flat=True)) or "none at all"
            raise CommandError(f"no source {slug!r}; there is {known}") from error
        try:
            spec = sources.spec_of(source)
            found = visit(spec, sources.fetcher(), lambda ids: set(), now=timezone.now())
        except (FetchError, PageError, SourceError) as error:
            raise CommandError(f"{slug}: {error}") from error
        self._show(found)

    def _show(self, found: Visit) -> None:
        for post in found.posts:
            reading = read_text(post.text)
            when = post.published_at.isoformat(timespec="minutes") if post.published_at else "no time"
            self.stdout.write(
                f"{when}  {reading.symptom:16} {reading.product:10} {reading.probability:4.0%}  "
                f"{'by somebody' if post.author else 'no author'}  {redact(post.text)[:100]}"
            )
        for problem in found.problems:
            self.stderr.write(f"not understood: {problem}")
        self.stdout.write(
            f"{len(found.posts)} posts on {found.pages} pages, {len(found.problems)} not understood"
        )

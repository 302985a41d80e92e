"""Shows what would be read from a source, item by item, and what was not understood; stores nothing."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from statuspage import clock
from statuspage.monitoring.models import Source
from statuspage.monitoring.trying import Tried, try_source


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
        tried = try_source(source, now=clock.now())
        if tried.error:
            raise CommandError(f"{slug}: {tried.error}")
        self._show(tried)

    def _show(self, tried: Tried) -> None:
        for post in tried.posts:
            when = post.published_at.isoformat(timespec="minutes") if post.published_at else "no time"
            self.stdout.write(
                f"{when}  {post.symptom:16} {post.product:10} {post.probability:4.0%}  "
                f"{'by somebody' if post.has_author else 'no author'}  {post.text[:100]}"
            )
        for problem in tried.problems:
            self.stderr.write(f"not understood: {problem}")
        self.stdout.write(
            f"{len(tried.posts)} posts on {tried.pages} pages, {tried.skipped} items skipped, "
            f"{len(tried.problems)} not understood"
        )

"""Remembers the posts of the past days, so that one that is passed on is joined with its original."""

import threading
from collections.abc import Mapping
from datetime import datetime

from probes.listening.reposts import WINDOW, RepostIndex
from statuspage.monitoring.models import Report, Source


class RepostMemory:
    """The index of reposts of this process, caught up from the table before each use, under its lock."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._index = RepostIndex()
        self._last_id = 0

    def catch_up(self, now: datetime) -> None:
        """Take in what others have stored; begin anew where the table has lost what was known of it."""
        if self._last_id and not Report.objects.filter(pk=self._last_id).exists():
            self._index, self._last_id = RepostIndex(), 0
        newer = Report.objects.filter(pk__gt=self._last_id, at__gt=now - WINDOW)
        for row in newer.order_by("pk").iterator():
            self.original_of(row)
            self._last_id = row.pk

    def original_of(self, row: Report) -> str | None:
        """The source's id and the post's key of what a row repeats, as ``id/key``; None of what is new."""
        key = f"{row.source_id}/{row.external_id}"
        original = self._index.original_of(key=key, text=row.text, author=row.author, at=row.at)
        return None if original == key else original


MEMORY = RepostMemory()


def join_reposts(source: Source, originals: Mapping[str, str | None]) -> None:
    """Note on each row of ``originals``, by its post's key, the row that it repeats, if any."""
    for external_id, original in originals.items():
        if original is None:
            continue
        source_id, _, original_id = original.partition("/")
        first = Report.objects.filter(source_id=int(source_id), external_id=original_id).first()
        if first is not None:
            Report.objects.filter(source=source, external_id=external_id, repost_of=None).exclude(
                pk=first.pk
            ).update(repost_of=first)

"""Waits for results that workers hold, when for a while nothing could be stored or concluded."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import Error as DatabaseError

from statuspage.monitoring.models import Progress

# So long behind, somebody or something kept us from concluding, and perhaps workers from storing.
GAP = timedelta(seconds=8)
# They try once a second, and store thousands in one.
GRACE = timedelta(seconds=8)
# After a turn that failed, for those that hold the results of some seconds only.
BRIEF = timedelta(seconds=3)
# Who is behind because there is too much to do must not fall back further by waiting.
NOT_AGAIN = timedelta(seconds=60)


class Patience:
    """Of one process; a row that comes after its moment was concluded is never judged."""

    def __init__(self) -> None:
        self._since: datetime | None = None
        self._failed = False
        self._brief_until: datetime | None = None

    @contextmanager
    def of_failures(self) -> Iterator[None]:
        """Note where what is done here fails by the database: then workers could not store, either."""
        try:
            yield
        except DatabaseError:
            self._failed = True
            raise

    def is_needed(self, now: datetime) -> bool:
        """Whether nothing should be concluded or written off yet."""
        if self._failed:
            self._failed, self._brief_until = False, now + BRIEF
        if self._brief_until is not None and self._brief_until - BRIEF <= now < self._brief_until:
            return True
        if self._since is not None and self._since <= now < self._since + NOT_AGAIN:
            return now < self._since + GRACE
        concluded = Progress.objects.values_list("concluded_until", flat=True).first()
        behind = concluded is not None and now - timedelta(seconds=settings.SETTLE_SECONDS) - concluded > GAP
        self._since = now if behind else None
        return behind

"""Tells whether each source can be read, and how much it brings against the usual.

A source that nobody could read is never a source where nobody complained.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Count, Q

from statuspage.monitoring.models import Report, Source
from statuspage.monitoring.selectors import interval_of, visited_sources

DAY = timedelta(days=1)
USUAL_DAYS = 7
# One failed visit is the web as it is; so many in a row are a broken source.
MISSED_VISITS = 3
SOONEST = timedelta(minutes=10)
FEW = 0.2  # of the usual
# Posts a day; of a source that usually brings fewer, a day without any tells nothing.
ENOUGH_TO_MISS = 10


class Health(StrEnum):
    """What can be said of a source at one moment."""

    READ = "read"
    NEW = "new"  # not visited yet
    # It can be read, but brings far less than usual: its pages may have changed.
    QUIET = "quiet"
    BROKEN = "broken"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """How a source stands.

    ``day`` is how many posts the past 24 hours brought; ``usual`` the same on an average day of the week
    before, None without a week of history.
    """

    source: Source
    health: Health
    day: int
    usual: float | None


def source_healths(now: datetime) -> list[SourceHealth]:
    """Every source that is visited, in order of slugs; three queries."""
    recent = _counts(Q(at__gt=now - DAY, at__lte=now))
    before = _counts(Q(at__gt=now - DAY * (USUAL_DAYS + 1), at__lte=now - DAY))
    known = set(
        Report.objects.filter(at__lte=now - DAY * USUAL_DAYS, at__gt=now - DAY * (USUAL_DAYS + 1))
        .order_by()
        .values_list("source_id", flat=True)
        .distinct()
    )
    healths = []
    for source in visited_sources():
        usual = before[source.pk] / USUAL_DAYS if source.pk in known else None
        health = _health(source, now)
        if health is Health.READ and usual is not None and usual >= ENOUGH_TO_MISS:
            health = Health.QUIET if recent[source.pk] < usual * FEW else health
        healths.append(SourceHealth(source=source, health=health, day=recent[source.pk], usual=usual))
    return healths


def broken_sources(now: datetime) -> list[Source]:
    """The sources whose silence says nothing, because they cannot be read."""
    return [source for source in visited_sources() if _health(source, now) is Health.BROKEN]


def _health(source: Source, now: datetime) -> Health:
    if not source.enabled:
        return Health.OFF
    if source.last_success_at is None:
        return Health.BROKEN if source.last_error else Health.NEW
    overdue = now - source.last_success_at > max(interval_of(source) * MISSED_VISITS, SOONEST)
    return Health.BROKEN if overdue else Health.READ


def _counts(when: Q) -> Counter[int]:
    rows = Report.objects.filter(when).order_by().values_list("source_id").annotate(n=Count("pk"))
    return Counter(dict(rows))

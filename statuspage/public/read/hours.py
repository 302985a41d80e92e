"""Reads the past day of components by the hour: who was accepted, and how long an answer took."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.timezone import localtime

from probes.vocabulary.tiers import RiskTier
from statuspage.monitoring.models import Grain, Rollup
from statuspage.monitoring.telling import accepted_of
from statuspage.public.read.values import HourOfChecks

HOURS = 24
Hours = tuple[HourOfChecks, ...]


class HoursReader:
    """The 24 clock hours (of the site's zone) that end with the one of ``now``, read when one is asked for.

    Those of ``together`` are read by one query, for nearly all of them will be shown; others one by one.
    """

    def __init__(self, now: datetime, together: Collection[str] = ()) -> None:
        self._last = localtime(now).replace(minute=0, second=0, microsecond=0).astimezone(UTC)
        self._together = together
        self._read: dict[str, Hours] = {}

    def of(self, slug: str) -> Hours:
        """The hours of one component, oldest first."""
        if slug not in self._read:
            self._read |= self._load(self._together if slug in self._together else (slug,))
        return self._read[slug]

    def _load(self, slugs: Collection[str]) -> dict[str, Hours]:
        starts = [self._last - timedelta(hours=back) for back in reversed(range(HOURS))]
        rows = Rollup.objects.filter(
            component__slug__in=slugs, grain=Grain.HOUR, start__gte=starts[0], start__lte=starts[-1]
        ).order_by()
        fields = ("persona__risk_tier", "outcomes", "latency_sum_ms", "latency_count")
        cells: defaultdict[tuple[str, datetime], list[Any]] = defaultdict(list)
        for slug, start, *told in rows.values_list("component__slug", "start", *fields):
            cells[slug, start].append(told)
        return {slug: tuple(_hour(start, cells[slug, start]) for start in starts) for slug in slugs}


def _hour(start: datetime, cells: Iterable[Any]) -> HourOfChecks:
    outcomes: defaultdict[RiskTier, Counter[str]] = defaultdict(Counter)
    waited_ms, answers = 0.0, 0
    for tier, counts, sum_ms, count in cells:
        if tier is not None:
            outcomes[RiskTier(tier)].update(counts)
            waited_ms, answers = waited_ms + sum_ms, answers + count
    return HourOfChecks(
        start=start,
        accepted={tier: accepted_of(outcomes[tier]) for tier in RiskTier if tier in outcomes},
        latency_ms=waited_ms / answers if answers else None,
    )

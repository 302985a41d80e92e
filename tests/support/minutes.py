"""Counts by the minute, as tests look at them."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime

from statuspage.monitoring.counts import WindowCounts
from statuspage.monitoring.minutes import component_of, minutes_between, packed
from statuspage.monitoring.models import Component, MinuteCounts, Persona, Vantage

FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def stored_minutes(
    *, since: datetime = FIRST, until: datetime = LAST
) -> list[tuple[datetime, str, WindowCounts]]:
    """Start, series and counts of every minute of [since, until)."""
    return [
        (start, series, cells[series])
        for start, cells in minutes_between(since, until)
        for series in sorted(cells)
    ]


def component_minutes(*, since: datetime = FIRST, until: datetime = LAST) -> list[WindowCounts]:
    """The counts of components, those of controls left out."""
    return [counts for _, series, counts in stored_minutes(since=since, until=until) if component_of(series)]


def set_minutes(
    *,
    outcomes: Mapping[str, int],
    excluded: Mapping[str, Mapping[str, int]] | None = None,
    since: datetime = FIRST,
) -> None:
    """Give every series of every minute since then these counts instead of its own."""
    for start, cells in [*minutes_between(since, LAST)]:
        counts = WindowCounts(
            outcomes=Counter(outcomes),
            excluded={reason: Counter(found) for reason, found in (excluded or {}).items()},
        )
        MinuteCounts.objects.filter(start=start).update(cells=packed(dict.fromkeys(cells, counts)))


def series_of(component: str, persona: str, vantage: str) -> str:
    """What a series is called in the tables, by slugs."""
    found = (Component, component), (Persona, persona), (Vantage, vantage)
    return ".".join(str(model._default_manager.get(slug=slug).pk) for model, slug in found)

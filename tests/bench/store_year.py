"""Measures how reading the page's data grows from a day of counts to a year: part of ``make bench-store``.

By itself: ``python -m tests.bench.store_year``; under a minute.
"""

import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from tests.bench.own_site import Figure, begin, cost, table

COMPONENTS, MINUTE_DAYS, READS = 15, 14, 9
NOW = datetime(2026, 11, 29, 4, 0, tzinfo=UTC)
GOAL = 1.2


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="fogbreak-bench-") as name:
        begin(Path(name))
        figures = measure()
    print(table("Page data", figures))
    return 0


def measure() -> list[Figure]:
    """On the database that is set up, which must be empty: a day of counts, and then a year of them."""
    from tests.bench.store_turn import watched_estate

    watched_estate(NOW, components=COMPONENTS)
    # The past day reaches into the day before.
    _count_days(0, 2)
    day = _reading()
    _count_days(2, 365)
    year = _reading()
    kept, anew = year[0] / day[0], year[1] / day[1]
    size = f"{COMPONENTS} components, {COMPONENTS * 4} series"
    return [
        Figure(name=f"reading a snapshot after a day of counts, {size}", measured=f"{day[0] * 1000:.1f} ms"),
        Figure(name="the same after a year", measured=f"{year[0] * 1000:.1f} ms"),
        Figure(
            name="a year over a day",
            measured=f"{kept:.2f}",
            goal=f"at most {GOAL}",
            reached=kept <= GOAL,
        ),
        Figure(
            name="the same by a process that has read nothing yet",
            measured=f"{anew:.2f}",
            goal=f"at most {GOAL}",
            reached=anew <= GOAL,
        ),
    ]


def _reading() -> tuple[float, float]:
    """CPU seconds of reading a snapshot, by a process that goes on and by a new one."""
    from statuspage.public.read.recent import RecentReader
    from statuspage.public.read.snapshot import build

    reader = RecentReader()
    build(NOW, reader)
    going_on = [cost(lambda: build(NOW, reader)) for _ in range(READS)]
    return median(going_on), median(cost(lambda: build(NOW, RecentReader())) for _ in range(READS))


def _count_days(first: int, until: int) -> None:
    """Days of components, windows by hour and day of every series, and minutes as long as they are kept."""
    from statuspage.incidents.models import ComponentDay, ComponentStatus
    from statuspage.monitoring.inserting import insert_new
    from statuspage.monitoring.models import Component, Grain, Rollup
    from statuspage.monitoring.tallies import watched_probes

    series = {probe.series: probe for probe in watched_probes().values()}
    midnight = NOW.replace(hour=0) - timedelta(hours=8)
    for back in range(first, until):
        start = midnight - timedelta(days=back)
        hours = [(Grain.HOUR, start + timedelta(hours=hour)) for hour in range(24)]
        insert_new(
            Rollup,
            [
                {
                    "grain": grain.value,
                    "start": at,
                    "series": name,
                    "component_id": probe.component,
                    "persona_id": probe.persona,
                    "vantage_id": probe.vantage,
                    "outcomes": {"accepted": 60},
                    "latency_sum_ms": 1800.0,
                    "latency_count": 60,
                }
                for grain, at in ((Grain.DAY, start), *hours)
                for name, probe in series.items()
            ],
        )
        if back <= MINUTE_DAYS:
            _count_minutes(start, list(series))
        rows = Component.objects.values_list("pk", flat=True)
        insert_new(
            ComponentDay,
            [
                {"component_id": pk, "day": (NOW - timedelta(days=back)).date(), "observed_seconds": 86_400.0}
                for pk in rows
            ],
        )
    watched = NOW - timedelta(days=until)
    states = [
        ComponentStatus(component=row, state="operational", since=watched, updated_at=watched)
        for row in Component.objects.all()
    ]
    ComponentStatus.objects.bulk_create(states, ignore_conflicts=True)


def _count_minutes(start: datetime, series: list[str]) -> None:
    from collections import Counter

    from statuspage.monitoring.counts import WindowCounts
    from statuspage.monitoring.minutes import packed
    from statuspage.monitoring.models import MinuteCounts

    counts = WindowCounts(outcomes=Counter(accepted=6), latency_sum_ms=180.0, latency_count=6)
    cells = packed(dict.fromkeys(series, counts))
    MinuteCounts.objects.bulk_create(
        MinuteCounts(start=start + timedelta(minutes=minute), cells=cells) for minute in range(24 * 60)
    )


if __name__ == "__main__":
    sys.exit(main())

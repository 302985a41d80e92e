"""Measures a turn of the pipeline and a publication on a large site: part of ``make bench-store``.

By itself: ``python -m tests.bench.store_turn``; some two minutes, half of them for the first publication.
"""

import random
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from tests.bench.own_site import Figure, begin, cost, table

if TYPE_CHECKING:
    from statuspage.monitoring.models import Probe

PHASES = {"dns": 0.4, "connect": 1.2, "first_byte": 31.5, "body": 0.3}
COMPONENTS, INTERVAL_S = 1000, 10.0
TURN_S, PUBLISH_S = 2.0, 15.0
WARM_S, WATCHED_S = 130.0, 120.0
START = datetime(2026, 11, 29, 4, 0, tzinfo=UTC)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="fogbreak-bench-") as name:
        begin(Path(name))
        figures = measure()
    print(table("Turn and publication", figures))
    return 0


def measure(components: int = COMPONENTS) -> list[Figure]:
    """On the database that is set up, which must be empty."""
    from statuspage.public.publish.publisher import publish

    probes = watched_estate(START, components=components)
    until = START + timedelta(seconds=WARM_S)
    store_checks(probes, START, WARM_S + WATCHED_S)
    _turn(until)
    state, first = _state_size(), cost(lambda: publish(until))
    turns, pages = [], []
    since = until
    while until < START + timedelta(seconds=WARM_S + WATCHED_S):
        until += timedelta(seconds=TURN_S)
        turns.append(cost(partial(_turn, until)))
        if until - since >= timedelta(seconds=PUBLISH_S):
            pages.append(cost(partial(publish, until)))
            since = until
    changed = cost(lambda: _publish_a_change(until))
    share = sum(turns) / (WATCHED_S * len(probes) / INTERVAL_S) * 10_000
    busiest = max(turns) + max(pages[2:])
    size = f"{components} components, {len(probes)} probes every {INTERVAL_S:.0f} s"
    return [
        Figure(name=f"a turn, {size}: median CPU", measured=f"{median(turns):.3f} s"),
        Figure(name="the same: worst, in which a minute is counted", measured=f"{max(turns):.3f} s"),
        Figure(name="a publication of which only the age is new", measured=f"{median(pages[2:]):.3f} s"),
        Figure(name="a publication with one component changed", measured=f"{changed:.3f} s"),
        Figure(
            name="worst turn and worst publication together",
            measured=f"{busiest:.3f} s",
            goal="at most 1 s",
            reached=busiest <= 1.0,
        ),
        Figure(
            name="judged and counted, CPU per 10,000 checks",
            measured=f"{share:.2f} s",
            goal="at most 1.0 s",
            reached=share <= 1.0,
        ),
        Figure(name="first publication, by an empty process", measured=f"{first:.1f} s"),
        Figure(
            name="reading the past day's minutes, by an empty process", measured=f"{_day_cost(until):.1f} s"
        ),
        Figure(name="the detector's state", measured=f"{state / 1024:.0f} KiB"),
    ]


def _turn(until: datetime) -> None:
    from django.conf import settings

    from statuspage import pipeline

    result = pipeline.advance(until + timedelta(seconds=settings.SETTLE_SECONDS))
    assert result.until == until, f"concluded until {result.until}, not {until}"


def _day_cost(now: datetime) -> float:
    """CPU seconds of reading a day of which every minute is like the last one."""
    from statuspage.monitoring.models import MinuteCounts
    from statuspage.public.read.recent import RecentReader

    last = MinuteCounts.objects.order_by("-start")[0]
    minutes = (MinuteCounts(start=last.start - timedelta(minutes=n), cells=last.cells) for n in range(1440))
    MinuteCounts.objects.bulk_create(minutes, ignore_conflicts=True, batch_size=100)
    return cost(lambda: RecentReader().read(now))


def _publish_a_change(now: datetime) -> None:
    from statuspage.incidents.models import ComponentStatus
    from statuspage.public.publish.publisher import publish

    row = ComponentStatus.objects.order_by("pk")[0]
    ComponentStatus.objects.filter(pk=row.pk).update(state="degraded_performance", since=now, updated_at=now)
    publish(now + timedelta(seconds=1))


def _state_size() -> int:
    from statuspage.monitoring.models import Progress

    return len(bytes(Progress.objects.get().detector_state or b""))


def watched_estate(now: datetime, *, components: int, interval_s: float = 10.0) -> "list[Probe]":
    """So many components with four probes each, watched from long ago."""
    from statuspage.demo.estate import Estate, make_estate
    from statuspage.monitoring.models import Probe

    size = Estate(
        components=components, probes=4 * components, interval_s=interval_s, url="http://127.0.0.1:9"
    )
    probes = make_estate(size)
    Probe.objects.update(created_at=now - timedelta(days=400))
    return probes


def store_checks(
    probes: "list[Probe]", since: datetime, seconds: float, *, failing: float = 0.0, seed: int = 1
) -> int:
    """``seconds`` of every probe, spread over its interval; ``failing`` is the share that fails."""
    from statuspage.monitoring.inserting import insert_new
    from statuspage.monitoring.models import CheckResult

    stored, rows = 0, _results(probes, since, seconds, failing, random.Random(seed))
    while part := list(islice(rows, 5000)):
        insert_new(CheckResult, part)
        stored += len(part)
    return stored


def _results(
    probes: "list[Probe]", since: datetime, seconds: float, failing: float, chance: random.Random
) -> Iterator[dict[str, Any]]:
    for number in range(int(seconds / probes[0].interval_seconds)):
        for index, probe in enumerate(probes):
            step = probe.interval_seconds
            tick = since + timedelta(seconds=step * (number + index / len(probes)))
            phases = {name: round(usual * chance.lognormvariate(0, 0.4), 3) for name, usual in PHASES.items()}
            took = round(sum(phases.values()) + chance.random() / 5, 3)
            failed = chance.random() < failing
            at = tick + timedelta(milliseconds=took, microseconds=chance.randrange(20_000))
            yield {
                "probe_id": probe.pk,
                "tick": tick,
                "at": at,
                "stored_at": at + timedelta(microseconds=chance.randrange(500_000)),
                "outcome": "server_error" if failed else "accepted",
                "http_status": 503 if failed else 200,
                "code": "SYSTEM_ERROR" if failed else "SUCCESS",
                "message": "系统繁忙，请稍后再试" if failed else "",
                "latency_ms": took,
                "phases": phases,
            }


if __name__ == "__main__":
    sys.exit(main())

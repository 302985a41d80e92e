"""Measures what it costs to claim checks and to store their results, alone: part of ``make bench-store``.

By itself: ``python -m tests.bench.store_rows [--postgres]``; some seconds.
"""

import argparse
import sys
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.own_site import Figure, begin, cost, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from probes.instrument.runs import CheckRun

PROBES, INTERVAL_S = 4000, 10.0
CHECKS = 10_000
# What half a second brings at 400 checks a second, as the engine stores it.
TOGETHER = 200
NOW = datetime(2026, 11, 29, 4, 0, tzinfo=UTC)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL instead of SQLite")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fogbreak-bench-")))
        url = ""
        if parser.parse_args().postgres:
            from tests.support.postgres import postgres_server

            url = stack.enter_context(postgres_server())
        begin(folder, database=url)
        figures = measure()
    print(table(f"Claiming and storing, {'PostgreSQL' if url else 'SQLite'}", figures))
    return 0


def measure() -> list[Figure]:
    """On the database that is set up, which must be empty."""
    from statuspage.demo.estate import Estate, make_estate
    from statuspage.monitoring.checks import store_runs
    from statuspage.monitoring.codes import site_code_book
    from statuspage.monitoring.dispatch import Dispatcher
    from statuspage.monitoring.models import CheckResult
    from statuspage.monitoring.orders import Orders

    size = Estate(components=1000, probes=PROBES, interval_s=INTERVAL_S, url="http://127.0.0.1:9", vantages=1)
    probes = {probe.slug: probe for probe in make_estate(size)}
    dispatcher, orders = Dispatcher(), Orders()

    def know() -> None:
        dispatcher.due(NOW)
        orders.refresh()

    def claim() -> None:
        for moment in moments:
            for batch in dispatcher.due(moment):
                ready = orders.of(batch.checks)
                for check in batch.checks:
                    ready[check.probe_id].at(check.tick)

    def store() -> None:
        for chunk in chunks:
            store_runs(chunk, probes, book, now=NOW)

    first = cost(know)
    seconds = round(CHECKS / (PROBES / INTERVAL_S))
    moments = [NOW + timedelta(days=1, seconds=second) for second in range(1, seconds + 1)]
    dispatcher.due(NOW + timedelta(days=1))
    claiming = cost(claim)
    book, results = site_code_book(), _runs(list(probes))
    chunks = [list(islice(results, TOGETHER)) for _ in range(CHECKS // TOGETHER)]
    storing = cost(store)
    assert CheckResult.objects.count() == CHECKS
    return [
        Figure(name=f"getting to know {PROBES:,} probes, once", measured=f"{first:.2f} s"),
        Figure(name="claiming, per 10,000 checks", measured=f"{claiming:.2f} s"),
        Figure(name="storing, per 10,000 checks", measured=f"{storing:.2f} s"),
        Figure(
            name="both",
            measured=f"{claiming + storing:.2f} s",
            goal="1.0 s",
            reached=claiming + storing <= 1.0,
        ),
    ]


def _runs(slugs: list[str]) -> "Iterator[CheckRun]":
    """Accepted checks of one step, as most are."""
    from probes.instrument.runs import CheckRun, StepRun
    from probes.vocabulary.outcomes import Outcome

    step = StepRun(
        name="get",
        outcome=Outcome.ACCEPTED,
        error=None,
        http_status=200,
        code="",
        message="",
        latency_ms=31.5,
    )
    for number in range(CHECKS):
        at = NOW + timedelta(milliseconds=2.5 * number)
        yield CheckRun(
            probe=slugs[number % len(slugs)],
            tick=at,
            started_at=at,
            ended_at=at + timedelta(milliseconds=31.5),
            outcome=Outcome.ACCEPTED,
            error=None,
            http_status=200,
            code="",
            message="",
            latency_ms=31.5,
            phases_ms={"dns": 0.2, "connect": 0.4, "first_byte": 30.6, "body": 0.3},
            hung_phase="",
            steps=(step,),
            certificate_expires_at=None,
        )


if __name__ == "__main__":
    sys.exit(main())

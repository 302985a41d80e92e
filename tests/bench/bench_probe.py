"""Measures what a check costs and how it is timed, beside blackbox_exporter and bare streams.

Run by ``make bench-probe``: needs the Debian packages nginx, nghttp2-client, prometheus-blackbox-exporter and
curl. One run, who asks on one core and what is asked on the other, in turns, so the ratio tells more than the
numbers. Nothing is stored: ``make bench-store`` measures that.
"""

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from operator import add
from pathlib import Path

from probes.instrument import runner
from probes.network import loops
from probes.network.exchange import tls_context
from tests.bench.load import SERVER_CORE
from tests.bench.probing import ours
from tests.bench.probing.cost import Cost
from tests.bench.probing.rivals import Blackbox, blackbox, streams_cost
from tests.bench.probing.targets import DELAY_MS, Targets, targets

RATES = (100, 500, 1_000)
HANGING = 500
# Longer than any check waits, as that of a system whose name servers do not answer.
RESOLVER_HANGS_S = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure, what it is to be, and whether what it was taken from worked."""

    figure: str
    measured: str
    goal: str = ""
    worked: bool = True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--checks", type=int, default=6_000, help="of each kind, for what they cost")
    parser.add_argument("--seconds", type=float, default=3.0, help="of each rate, for how they are timed")
    chosen = parser.parse_args()
    if (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {SERVER_CORE})
    with tempfile.TemporaryDirectory(prefix="fogbreak-bench-") as name:
        folder = Path(name)
        with targets(folder) as asked, blackbox(folder, asked) as rival:
            rows = costs(asked, rival, chosen.checks) + rates(asked, chosen.seconds)
            rows += crowds(asked, chosen.seconds)
    _print(rows)
    sys.exit(0 if all(row.worked for row in rows) else 1)


def costs(asked: Targets, rival: Blackbox, checks: int) -> list[Row]:
    """Core-seconds per 10,000 checks, and the ratios."""
    return [
        *_costs("HTTP", asked.plain, "", rival, checks, goal="1.0"),
        *_costs("HTTP by name", asked.named, "", rival, checks // 2, goal="1.0"),
        *_costs("HTTPS", asked.tls, asked.ca_bundle, rival, checks, goal="1.2"),
    ]


def _costs(kind: str, url: str, ca_bundle: str, rival: Blackbox, checks: int, *, goal: str) -> list[Row]:
    context = tls_context(ca_bundle) if ca_bundle else None
    ours.checks_cost(url, 100, ca_bundle)  # what is made only once
    us, them, floor = in_turns(
        checks,
        lambda many: ours.checks_cost(url, many, ca_bundle),
        lambda many: rival.cost("tls" if ca_bundle else "plain", url, many),
        lambda many: streams_cost(url, many, context),
    )
    return [
        _cost_row(f"{kind}: ours, phases timed, told apart", us),
        _cost_row(f"{kind}: blackbox_exporter", them),
        _cost_row(f"{kind}: bare asyncio streams", floor),
        Row(
            figure=f"{kind}: ours, of blackbox_exporter's",
            measured=f"{us.cpu_s / them.cpu_s:.2f}",
            goal=f"{goal} with all that follows",
        ),
    ]


def in_turns(checks: int, *kinds: Callable[[int], Cost], turns: int = 3) -> list[Cost]:
    """What each kind costs, measured in turns, so that all of them share what else the machine does."""
    measured = [[kind(checks // turns) for kind in kinds] for _ in range(turns)]
    return [reduce(add, costs) for costs in zip(*measured, strict=True)]


def rates(asked: Targets, seconds: float) -> list[Row]:
    """How many checks a second, and how they time an endpoint that always takes as long."""
    most = ours.checks_cost(asked.slow, int(1_000 * seconds), at_once=runner.AT_ONCE)
    return [
        Row(
            figure=f"checks a second by one worker, {DELAY_MS:g} ms away",
            measured=f"{most.per_second:,.0f}",
            goal="1,000",
            worked=most.is_whole,
        ),
        *(_timing_row(f"at {rate:,} a second", ours.timing_at(asked.slow, rate, seconds)) for rate in RATES),
        _timing_row("500 due at once", ours.timing_at_once(asked.slow, 500)),
    ]


def crowds(asked: Targets, seconds: float) -> list[Row]:
    """How checks are timed beside many that hang."""
    silent = ours.orders_of(asked.silent, HANGING, timeout_s=60.0)
    alone = ours.timing_at(asked.slow, RATES[0], seconds)
    beside = ours.timing_at(asked.slow, RATES[0], seconds, silent)
    lost = [
        order
        for number in range(HANGING)
        for order in ours.orders_of(f"http://{number}.hangs.test", 1, timeout_s=60.0)
    ]
    with ours.hanging_resolver(RESOLVER_HANGS_S):
        unresolved = ours.timing_at(asked.slow.replace("127.0.0.1", "localhost"), RATES[0], seconds, lost)
    return [
        _moved_row(f"beside {HANGING} targets that hang", alone, beside),
        _moved_row(f"beside {HANGING} names whose lookup hangs", alone, unresolved),
    ]


def _cost_row(figure: str, cost: Cost) -> Row:
    return Row(figure=f"{figure}, core-s per 10,000", measured=f"{cost.per_10_000:.2f}", worked=cost.is_whole)


def _timing_row(when: str, timing: ours.Timing) -> Row:
    return Row(
        figure=f"measured beyond {DELAY_MS:g} ms {when}, p50 / p99, ms",
        measured=f"{timing.p50_ms - DELAY_MS:.1f} / {timing.p99_ms - DELAY_MS:.1f}",
        worked=not timing.failed,
    )


def _moved_row(when: str, alone: ours.Timing, beside: ours.Timing) -> Row:
    return Row(
        figure=f"timing moved {when}, p50 / p99, ms",
        measured=f"{beside.p50_ms - alone.p50_ms:+.1f} / {beside.p99_ms - alone.p99_ms:+.1f}",
        goal="50",
        worked=not beside.failed,
    )


def _print(rows: list[Row]) -> None:
    loop = loops.new_event_loop.__module__.partition(".")[0]
    print(
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, {platform.machine()}, "
        f"Python {platform.python_version()}, {loop}, load {os.getloadavg()[0]:.1f}\n"
    )
    width = max(len(row.figure) for row in rows)
    print(f"{'figure':<{width}}  {'measured':>16}  to reach")
    for row in rows:
        failed = "" if row.worked else "  BUT SOME FAILED"
        print(f"{row.figure:<{width}}  {row.measured:>16}  {row.goal}{failed}")


if __name__ == "__main__":
    main()

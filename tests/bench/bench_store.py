"""Measures what it costs to hand out, make, store, count and judge checks at size.

Run by ``make bench-store``: needs the Debian packages nginx, postgresql and redis-server. Lags depend on what
else runs on the machine; CPU seconds hardly do.
"""

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.store_load import Size, Watched, engine_on_sqlite, workers_on_postgres

Figure = tuple[str, str, str]  # what, measured, to reach
ON_SQLITE = Size(components=1000, probes=4000, interval_s=10, warm_s=25, counted_s=60)
ON_POSTGRES = Size(components=1000, probes=10_000, interval_s=30, warm_s=40, counted_s=60)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", choices=sorted(PARTS), action="append", help="a part; may be given again")
    parser.add_argument("--seconds", type=float, help="that count, of a site under load (default: 60)")
    parser.add_argument("--share", type=float, default=1.0, help="of the size, where the machine is busy")
    chosen = parser.parse_args()
    begun = datetime.now(UTC)
    figures: list[Figure] = []
    for name, part in PARTS.items():
        if chosen.only is None or name in chosen.only:
            print(f"{name} …", file=sys.stderr)
            figures += part(chosen)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    print(f"\n{begun:%Y-%m-%d %H:%M} UTC, {machine}, load {os.getloadavg()[0]:.1f}")
    width = max(len(figure[0]) for figure in figures)
    for what, measured, goal in (("figure", "measured", "to reach"), *figures):
        print(f"{what:<{width}}  {measured:>12}  {goal}")


def on_sqlite(chosen: argparse.Namespace) -> Iterator[Figure]:
    """An engine on SQLite that asks 400 times a second."""
    with folder() as place:
        yield from _told("SQLite", engine_on_sqlite(place, asked_for(ON_SQLITE, chosen)))


def on_postgres(chosen: argparse.Namespace) -> Iterator[Figure]:
    """Workers on PostgreSQL and Redis that ask 333 times a second."""
    with folder() as place:
        yield from _told("PostgreSQL", workers_on_postgres(place, asked_for(ON_POSTGRES, chosen)))


def _told(name: str, watched: Watched) -> Iterator[Figure]:
    yield f"{name}: checks due", f"{watched.due:,}", ""
    yield f"{name}: missed", f"{watched.missed / watched.due:.2%}", "0%"
    yield f"{name}: stored after their moment was judged", f"{watched.late / max(watched.made, 1):.2%}", "0%"
    yield f"{name}: begun after the tick, median", f"{watched.lag_p50_s:.3f} s", ""
    yield f"{name}: begun after the tick, p99", f"{watched.lag_p99_s:.3f} s", "1 s"
    for part, cpu in sorted(watched.cpu.items(), key=lambda item: -item[1]):
        yield f"{name}: CPU per 10,000 checks, {part}", f"{cpu:.2f} s", ""
    yield f"{name}: CPU per 10,000 checks, all", f"{sum(watched.cpu.values()):.2f} s", "5.8 s"
    yield f"{name}: memory of all processes", f"{watched.memory_mib:.0f} MiB", ""


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="fogbreak-bench-") as name:
        yield Path(name)


def asked_for(size: Size, chosen: argparse.Namespace) -> Size:
    """As large, and counted for as long, as was asked for."""
    return replace(
        size,
        components=round(size.components * chosen.share),
        probes=round(size.probes * chosen.share),
        counted_s=chosen.seconds or size.counted_s,
    )


PARTS: dict[str, Callable[[argparse.Namespace], Iterator[Figure]]] = {
    "sqlite": on_sqlite,
    "postgres": on_postgres,
}

if __name__ == "__main__":
    main()

"""Measures how much room a million checks take with their counts: part of ``make bench-store``.

By itself: ``python -m tests.bench.store_disk``; under a minute for both databases.
"""

import argparse
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from tests.bench.own_site import Figure, begin, cost, table

COMPONENTS, INTERVAL_S, HOURS = 25, 60.0, 8
START = datetime(2026, 11, 29, 4, 0, tzinfo=UTC)
GOALS_MB = {"sqlite": 60.0, "postgresql": 90.0}
TABLES = ("checkresult", "checkblock", "minutecounts", "rollup", "checktotal", "durationtotal")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", choices=GOALS_MB, help="one database, its figures as JSON")
    only = parser.parse_args().only
    if only:
        sys.stdout.buffer.write(msgspec.json.encode(_one(only)))
    else:
        print(table("Room", figures()))
    return 0


def figures() -> list[Figure]:
    """Of both databases, each in a process of its own."""
    found: list[Figure] = []
    for vendor in GOALS_MB:
        command = [sys.executable, "-m", "tests.bench.store_disk", "--only", vendor]
        told = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
        found += msgspec.json.decode(told, type=list[Figure])
    return found


def _one(vendor: str) -> list[Figure]:
    from tests.support.postgres import postgres_server

    with tempfile.TemporaryDirectory(prefix="fogbreak-bench-") as name:
        if vendor == "sqlite":
            begin(Path(name))
            return _measure(vendor)
        with postgres_server() as url:
            begin(Path(name), database=url)
            return _measure(vendor)


def _measure(vendor: str) -> list[Figure]:
    """Hours of four probes of every component, by the minute: counted, then packed."""
    from django.conf import settings

    from statuspage.monitoring.models import CheckBlock, CheckResult, Progress
    from statuspage.monitoring.packing import HOT, HOUR, pack_settled
    from tests.bench.store_turn import store_checks, watched_estate

    end = START + timedelta(hours=HOURS)
    empty = _room()
    probes = watched_estate(START, components=COMPONENTS, interval_s=INTERVAL_S)
    bare = _room()
    checks = store_checks(probes, START, HOURS * 3600.0, failing=0.01)
    rows = _room() - bare
    counting = cost(lambda: _count(end))
    counts = _room() - bare - rows
    moments = ("concluded_until", "tallied_until", "counted_until")
    Progress.objects.create(**dict.fromkeys(moments, end + 2 * HOT))
    packing = cost(lambda: pack_settled(now=end + 2 * HOT + HOUR, longest_s=600.0))
    assert not CheckResult.objects.exists(), "something was not packed"
    assert CheckBlock.objects.exists()
    packed = _room() - bare - counts
    # A row stays for the rest of its hour and until it is settled; all is kept for so many days.
    hot = (HOT + HOUR / 2) / timedelta(days=settings.RAW_DAYS)
    whole = (packed + counts + hot * rows) / checks
    size = f"{vendor}, {checks:,} checks every {INTERVAL_S:.0f} s"
    return [
        Figure(name=f"{size}: as rows", measured=f"{rows / checks:.1f} MB/M"),
        Figure(name="packed", measured=f"{packed / checks:.1f} MB/M"),
        Figure(name="their counts by minute, hour and day, and ever", measured=f"{counts / checks:.1f} MB/M"),
        Figure(
            name=f"a million checks with their counts, {hot:.1%} of them rows",
            measured=f"{whole:.1f} MB",
            goal=f"at most {GOALS_MB[vendor]:.0f} MB",
            reached=whole <= GOALS_MB[vendor],
        ),
        Figure(name="the tables of an empty site", measured=f"{empty / 2**20:.1f} MiB"),
        Figure(name="packing, CPU per 10,000 checks", measured=f"{packing / checks * 10_000:.2f} s"),
        Figure(name="counting, CPU per 10,000 checks", measured=f"{counting / checks * 10_000:.2f} s"),
    ]


def _count(until: datetime) -> None:
    """As turns do, minute by minute."""
    from zoneinfo import ZoneInfo

    from statuspage.monitoring.tallies import Tally, watched_probes
    from statuspage.monitoring.totals import count_settled

    probes, since, minute = watched_probes(), START - timedelta(seconds=1), START
    while since < until:
        tally = Tally(ZoneInfo("Asia/Shanghai"))
        tally.add_stored(probes, since, minute)
        tally.store()
        since, minute = minute, min(until, minute + timedelta(minutes=1))
    count_settled(START - timedelta(seconds=1), until + timedelta(hours=1))


def _room() -> int:
    """Bytes of all tables of checks and counts, with their indexes, when what was deleted is given back."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
            return int(cursor.fetchone()[0])
        whole = 0
        for name in TABLES:
            cursor.execute(f"VACUUM FULL monitoring_{name}")
            cursor.execute(f"SELECT pg_total_relation_size('monitoring_{name}')")
            whole += int(cursor.fetchone()[0])
        return whole


if __name__ == "__main__":
    sys.exit(main())

"""Measures how people are told: ``make bench-notify``. Needs the Debian packages postgresql and redis-server.

Mails a second by one worker; the first mail after an update with 100,000 subscribers, and what the page loses
meanwhile; what is lost or sent twice while workers, broker and database are killed at random. A sink of our
own takes the mails; it shares the machine's cores.
"""

import argparse
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.faults.parts import Keeper, Part
from tests.bench.faults.servers import Postgres, Redis
from tests.support.processes import free_port, listens, wait_until
from tests.support.units import command_of

ROOT = Path(__file__).resolve().parents[2]
SPEED, FIRST_S, TWICE = 300.0, 10.0, 1 / 10_000
WORKERS = 2
# On average so long lies between two kills.
BETWEEN_KILLS_S = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """One mail that the sink took."""

    at: float
    to: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A site without processes: its settings, and where its mails go."""

    folder: Path
    environ: dict[str, str]
    notes: Path

    def run(self, module: str, *words: str) -> str:
        """A module of the benchmark, to its end; gives what it printed."""
        command = [sys.executable, "-m", f"tests.bench.notify.{module}", *words]
        done = subprocess.run(
            command, env=self.environ, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
        )
        return done.stdout

    def start_worker(self, *words: str) -> subprocess.Popen[bytes]:
        """A worker that goes on until it is killed."""
        command = [sys.executable, "-m", "tests.bench.notify.work", "on", *words]
        return subprocess.Popen(command, env=self.environ, cwd=ROOT)

    def accepted(self) -> list[Accepted]:
        """All that the sink took so far."""
        if not self.notes.exists():
            return []
        lines = (line.split() for line in self.notes.read_text().splitlines())
        return [Accepted(at=float(at), to=to, name=name) for at, to, name in lines]


@contextmanager
def bench(database: str = "", broker: str = "") -> Iterator[Bench]:
    """An empty site with a sink; SQLite where no database is named."""
    with tempfile.TemporaryDirectory(prefix="fogbreak-notify-") as name, ExitStack() as stack:
        folder, port = Path(name), free_port()
        folder.chmod(0o755)
        notes = folder / "accepted"
        environ = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "statuspage.settings",
            "DEBUG": "0",
            "SECRET_KEY": "bench" + "".join(map(chr, range(65, 91))) * 2,
            "VAR_DIR": str(folder / "var"),
            "EMAIL_URL": f"smtp://127.0.0.1:{port}",
            "MAIL_FROM": "status@pay.example",
            "MAIL_BOUNCES": "bounces@pay.example",
        }
        environ |= {"DATABASE_URL": database} if database else {}
        environ |= {"BROKER_URL": broker} if broker else {}
        sink = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.notify.sink", str(port), str(notes)], cwd=ROOT
        )
        stack.callback(sink.wait)
        stack.callback(sink.kill)
        wait_until(lambda: listens(port), seconds=30, what="the sink")
        yield Bench(folder=folder, environ=environ, notes=notes)


def speed(count: int) -> float:
    """Mails a second by one worker, from the update to the last of ``count``."""
    with bench() as site:
        site.run("rows", "fill", str(count))
        site.run("rows", "tell")
        took = float(site.run("work").split()[-1])
        mails = site.accepted()
        assert len({mail.to for mail in mails}) == count, f"{len(mails)} mails"
        return len(mails) / took


def first_mail(count: int) -> tuple[float, list[float], list[float]]:
    """Seconds to the first mail, and how long publications took before and after the update."""
    with bench() as site:
        site.run("rows", "fill", str(count))
        calm = [float(line) for line in site.run("rows", "publish", "12").split()]
        worker = site.start_worker()
        try:
            time.sleep(3)
            told_at = float(site.run("rows", "tell"))
            busy = [float(line) for line in site.run("rows", "publish", "25").split()]
            wait_until(lambda: bool(site.accepted()), seconds=60, what="the first mail")
        finally:
            worker.kill()
            worker.wait()
        return min(mail.at for mail in site.accepted()) - told_at, calm, busy


def killed(count: int, chance: random.Random) -> tuple[Counter[str], int, int, float]:
    """What was killed, how many mails were lost and how many came twice, and how long it took."""
    with tempfile.TemporaryDirectory(prefix="fogbreak-notify-servers-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        database, broker = Postgres(folder, folder / "postgres.log"), Redis(folder)
        for server in (database, broker):
            server.start()
            server.wait()
        try:
            with bench(database.url(), broker.url()) as site:
                return _killed(site, database, broker, count, chance)
        finally:
            for server in (database, broker):
                server.stop(signal.SIGKILL)


def _killed(
    site: Bench, database: Postgres, broker: Redis, count: int, chance: random.Random
) -> tuple[Counter[str], int, int, float]:
    site.run("rows", "fill", str(count))
    parts = [*(_worker(site, number) for number in range(WORKERS)), _schedule(site)]
    keeper = Keeper(parts)
    for part in parts:
        part.start()
    keeper.start()
    try:
        site.run("rows", "tell")
        started = time.monotonic()
        hits = _kill_until_told(site, parts, database, broker, count, chance)
        took = time.monotonic() - started
        # Whatever would come twice does so once all leases have ended.
        time.sleep(130)
        told = Counter(mail.to for mail in site.accepted())
        return hits, count - len(told), sum(told.values()) - len(told), took
    finally:
        keeper.end()


def _kill_until_told(
    site: Bench,
    parts: Sequence[Part],
    database: Postgres,
    broker: Redis,
    count: int,
    chance: random.Random,
) -> Counter[str]:
    hits: Counter[str] = Counter()
    until = time.monotonic() + 1200
    while len({mail.to for mail in site.accepted()}) < count and time.monotonic() < until:
        time.sleep(chance.expovariate(1 / BETWEEN_KILLS_S))
        what = chance.choice(["worker", "worker", "broker", "database"])
        hits[what] += 1
        if what == "worker":
            chance.choice(parts[:WORKERS]).send_all(signal.SIGKILL)
        else:
            {"broker": broker, "database": database}[what].restart(signal.SIGKILL)
    return hits


def _worker(site: Bench, number: int) -> Part:
    (command,) = command_of("fogbreak-deliveries.service")
    named = [word.replace("@test", f"{number}@test") for word in command]
    return _part(site, f"deliveries{number}", named)


def _schedule(site: Bench) -> Part:
    (command,) = command_of("fogbreak-schedule.service")
    return _part(site, "schedule", command)


def _part(site: Bench, name: str, command: Sequence[str]) -> Part:
    return Part(name, command, environ=site.environ, folder=ROOT, log=site.folder / f"{name}.log")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=("speed", "first", "killed"))
    parser.add_argument("--mails", type=int, default=6000, help="for the speed (6000)")
    parser.add_argument("--subscribers", type=int, default=100_000, help="for the first mail (100000)")
    parser.add_argument("--deliveries", type=int, default=20_000, help="while things are killed (20000)")
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    failed = []
    if told.only in {None, "speed"}:
        rate = speed(told.mails)
        print(f"mails a second by one worker: {rate:.0f} (at least {SPEED:.0f})", flush=True)
        failed += ["speed"] if rate < SPEED else []
    if told.only in {None, "first"}:
        waited, calm, busy = first_mail(told.subscribers)
        print(f"first mail of {told.subscribers}: after {waited:.1f} s (at most {FIRST_S:g})")
        for when, times in (("before", calm), ("meanwhile", busy)):
            worst, middle = max(times) * 1000, statistics.median(times) * 1000
            print(
                f"a publication {when}: {middle:.0f} ms, at worst {worst:.0f} ms of {len(times)}", flush=True
            )
        failed += ["first mail"] if waited > FIRST_S else []
    if told.only in {None, "killed"}:
        hits, lost, twice, took = killed(told.deliveries, random.Random(told.seed))
        kills = ", ".join(f"{what} {number} times" for what, number in sorted(hits.items()))
        print(f"killed: {kills}; {told.deliveries} mails in {took:.0f} s: {lost} lost, {twice} came twice")
        failed += ["lost"] if lost else []
        failed += ["twice"] if twice > told.deliveries * TWICE else []
    print(f"not reached: {', '.join(failed)}" if failed else "all is reached")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())

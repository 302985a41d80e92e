"""Attacks the web server, alone and behind nginx, while a polite reader asks: ``make bench-attack``.

Needs the Debian package nginx. The reader opens a new connection for each question. Strangers, server and
reader share the machine's cores, so the figures of a busy machine say nothing.
"""

import argparse
import os
import platform
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.attackers import ATTACKS

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("none", *ATTACKS, "all")
# One question each so often.
PACE_S = 0.02
P99_MS = 50.0
MEMORY_MIB = 400.0
ASK = b"GET /en/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: br\r\nConnection: close\r\n\r\n"
FILL = """
import django; django.setup()
from django.utils import timezone
from tests.support.public_rows import make_incident, make_world
make_incident(make_world(now=timezone.now(), days=3))
"""
PUBLISH = """
import django; django.setup()
from django.utils import timezone
from statuspage.public.publish.publisher import publish
publish(timezone.now())
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What the reader got: milliseconds of each answer in their order, and how many questions had none."""

    took: list[float]
    failed: int

    def share(self, part: float) -> float:
        """So large a part was answered within this many milliseconds."""
        return self.took[min(len(self.took) - 1, int(len(self.took) * part))] if self.took else float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table."""

    server: str
    attack: str
    read: Read
    memory_mib: float

    @property
    def is_well(self) -> bool:
        return self.read.failed == 0 and self.read.share(0.99) <= P99_MS and self.memory_mib <= MEMORY_MIB


def main() -> int:
    """Print the table; 0 where the page stood through all of it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--connections", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=5.0, help="length of each attack")
    parser.add_argument("--only", choices=["alone", "nginx"])
    parser.add_argument("--attacks", nargs="+", choices=KINDS, default=KINDS, help="these only")
    chosen = parser.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="fogbreak-attack-") as name:
        _prepare(Path(name))
        for server in ("alone", "nginx"):
            if chosen.only in {None, server}:
                rows += _under_attack(Path(name), server, chosen.attacks, chosen.connections, chosen.seconds)
    print(f"\n{datetime.now(tz=UTC):%Y-%m-%d %H:%M} UTC, {platform.machine()}, {os.cpu_count()} cores")
    print(f"{chosen.connections} connections, {chosen.seconds:g} s each; bodies pour at a gigabit a second")
    print(f"to reach: no question without its answer, p99 {P99_MS:g} ms, memory {MEMORY_MIB:g} MiB\n")
    print("| server | attack | asked | failed | p50 ms | p99 ms | memory MiB |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for row in rows:
        read = row.read
        asked = len(read.took) + read.failed
        figures = f"{read.share(0.5):.1f} | {read.share(0.99):.1f} | {row.memory_mib:.0f}"
        print(f"| {row.server} | {row.attack} | {asked} | {read.failed} | {figures} |")
    return 0 if rows and all(row.is_well for row in rows) else 1


def _under_attack(
    folder: Path, server: str, attacks: list[str], connections: int, seconds: float
) -> Iterator[Row]:
    from tests.bench.load import memory_mib

    with _served(folder, behind_nginx=server == "nginx") as (port, pids):
        for attack in attacks:
            print(f"{server}: {attack}", file=sys.stderr, flush=True)
            with under_attack(attack, port, connections=connections, seconds=seconds + 12):
                read = polite(port, seconds=seconds)
                held = sum(memory_mib(pid) for pid in pids)
            yield Row(server=server, attack=attack, read=read, memory_mib=held)


@contextmanager
def under_attack(kind: str, port: int, *, connections: int, seconds: float) -> Iterator[None]:
    """Strangers at work on ``port`` until the block ends, but no longer than ``seconds``."""
    if kind == "none":
        yield
        return
    words = ("-m", "tests.bench.attackers", kind, str(port))
    numbers = ("--connections", str(connections), "--seconds", str(seconds))
    with subprocess.Popen([sys.executable, *words, *numbers], cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield
        finally:
            process.kill()


def polite(port: int, *, seconds: float, ask: bytes = ASK) -> Read:
    """Ask for the page again and again, each time by a connection of its own."""
    took: list[float] = []
    failed = 0
    ends = time.monotonic() + seconds
    while (began := time.monotonic()) < ends:
        if _is_answered(port, ask):
            took.append((time.monotonic() - began) * 1000)
        else:
            failed += 1
        time.sleep(max(0.0, began + PACE_S - time.monotonic()))
    return Read(took=sorted(took), failed=failed)


def _is_answered(port: int, ask: bytes) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as caller:
            caller.sendall(ask)
            got = b""
            while part := caller.recv(65536):
                got += part
    except OSError:
        return False
    head, _, body = got.partition(b"\r\n\r\n")
    return head.startswith(b"HTTP/1.1 200") and len(body) > 1000


def _prepare(folder: Path) -> None:
    """An empty site of this run's own, with one incident."""
    statics = ("manage.py", "collectstatic", "--noinput", "-v0")
    for words in (("manage.py", "migrate", "-v0"), statics, ("-c", FILL)):
        subprocess.run([sys.executable, *words], cwd=ROOT, env=_environ(folder), check=True)


def _environ(folder: Path) -> dict[str, str]:
    left_out = {"BROKER_URL", "FOGBREAK_DEMO", "DEBUG", "SNAPSHOT_DIR"}
    return {
        **{name: value for name, value in os.environ.items() if name not in left_out},
        "SECRET_KEY": "only-for-measuring-" + "0123456789" * 4,
        "VAR_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'bench.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "statuspage.settings",
    }


@contextmanager
def _served(folder: Path, *, behind_nginx: bool) -> Iterator[tuple[int, list[int]]]:
    """The port that strangers know, and the processes that serve it."""
    from tests.support.nginx import nginx_server
    from tests.support.processes import free_port, running, wait_until

    port, log = free_port(), folder / "serve.log"
    environ = _environ(folder) | {"TRUSTED_PROXIES": str(int(behind_nginx))}
    subprocess.run([sys.executable, "-c", PUBLISH], cwd=ROOT, env=environ, check=True)
    command = [sys.executable, "manage.py", "serve", "--port", str(port)]
    with ExitStack() as stack:
        process = stack.enter_context(running(command, log=log, environ=environ, folder=ROOT))
        login = ASK.replace(b"/en/", b"/admin/login/")
        wait_until(lambda: _is_answered(port, ASK), seconds=60, what="the page")
        wait_until(lambda: _is_answered(port, login), seconds=60, what="what is dynamic")
        if not behind_nginx:
            yield port, [process.pid]
            return
        url = stack.enter_context(nginx_server(folder, snapshot=folder / "snapshot", app=port))
        yield int(url.rpartition(":")[2]), [process.pid, int((folder / "pid").read_text())]


if __name__ == "__main__":
    sys.exit(main())

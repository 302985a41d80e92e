"""Measures how the published page is served and how soon a change is on it, beside nginx.

Run by ``make bench-page``: needs the Debian packages nginx and nghttp2-client. One run, the server on one
core and the client on the other, so the ratio tells more than the numbers.
"""

import argparse
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "statuspage.settings")

ROOT = Path(__file__).resolve().parents[2]
PLAIN = """
daemon off; master_process off; worker_processes 1; pid {folder}/plain.pid; error_log {folder}/plain.log;
events {{ worker_connections 1024; }}
http {{ access_log off; include /etc/nginx/mime.types; keepalive_requests 1000000; gzip_static on;
  server {{ listen 127.0.0.1:{port}; root {root}; }} }}
"""
OURS = """
daemon off; master_process off; worker_processes 1; pid {folder}/ours.pid; error_log {folder}/ours.log;
events {{ worker_connections 1024; }}
http {{ access_log off; include /etc/nginx/mime.types; keepalive_requests 1000000;
{servers}
}}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=int, default=5, help="length of each load")
    parser.add_argument("--components", type=int, default=1000)
    parser.add_argument("--incidents", type=int, default=5000)
    parser.add_argument("--only", choices=["load", "change"], help="one half of it")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fogbreak-bench-") as name:
        folder = Path(name)
        _begin(folder)
        rows: list[tuple[str, str, str]] = []
        if chosen.only != "change":
            rows += under_load(folder, chosen.seconds)
        if chosen.only != "load":
            rows += after_a_change(folder, components=chosen.components, incidents=chosen.incidents)
    width = max(len(row[0]) for row in rows)
    print(f"\n{'figure':<{width}}  {'measured':>14}  to reach")
    for figure, measured, goal in rows:
        print(f"{figure:<{width}}  {measured:>14}  {goal}")


def _begin(folder: Path) -> None:
    """Settings and an empty database of this run's own."""
    for name in ("BROKER_URL", "SITE_URL", "FOGBREAK_DEMO"):
        os.environ.pop(name, None)
    os.environ.update(DEBUG="1", VAR_DIR=str(folder), DATABASE_URL=f"sqlite:///{folder / 'bench.sqlite3'}")
    os.environ["SNAPSHOT_DIR"] = str(folder / "snapshot")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def under_load(folder: Path, seconds: int) -> list[tuple[str, str, str]]:
    """Requests a second, the slowest of a hundred at half of that, and memory."""
    from statuspage.public.publish.publisher import publish
    from tests.bench.load import counting_processor, load, memory_mib
    from tests.support.processes import free_port
    from tests.support.public_rows import make_incident, make_past_day, make_world

    world = make_world(now=datetime.now(tz=UTC))
    make_past_day(world)
    make_incident(world)
    publish(world.now)
    ports = [free_port() for _ in range(3)]
    addresses = [f"http://127.0.0.1:{port}/" for port in ports]
    with (
        _nginx(folder, ports[0], ours=False),
        _nginx(folder, ports[1], ours=True),
        _app(folder, ports[2]) as pid,
    ):
        for address in addresses:
            load(address, folder, seconds=1)
        plain, ours = (load(address, folder, seconds=seconds) for address in addresses[:2])
        plain_random = load(addresses[0], folder, seconds=seconds, random_query=True)
        with counting_processor(pid) as took:
            app = load(addresses[2], folder, seconds=seconds)
        with counting_processor(pid) as took_random:
            random = load(addresses[2], folder, seconds=seconds, random_query=True)
        half = load(addresses[2], folder, seconds=seconds, per_second=app.per_second / 2)
        held = memory_mib(pid)
    failed = sum(run.failed for run in (plain, plain_random, ours, app, random, half))
    more = (took_random.seconds / random.per_second) / (took.seconds / app.per_second)
    return [
        ("nginx, the same file: requests a second", f"{plain.per_second:.0f}", ""),
        ("app: requests a second", f"{app.per_second:.0f}", ""),
        ("app, over nginx", f"{app.per_second / plain.per_second:.2f}", "at least 0.5"),
        ("deploy/nginx.conf, over nginx", f"{ours.per_second / plain.per_second:.2f}", "at least 0.95"),
        # With a list of addresses the client itself is slower, whomever it asks.
        (
            "app over nginx, both with random queries",
            f"{random.per_second / plain_random.per_second:.2f}",
            "at least 0.5",
        ),
        ("app: processor time an answer, random over plain", f"{more:.2f}", "at most 1.05"),
        ("app: p99 at half of that load", f"{half.p99_ms:.2f} ms", "at most 5 ms"),
        ("app: memory of all its processes", f"{held:.0f} MiB", "at most 120 MiB"),
        ("failed requests", str(failed), "0"),
    ]


def after_a_change(folder: Path, *, components: int, incidents: int) -> list[tuple[str, str, str]]:
    """From an update of one incident to its page, on a very large site."""
    from django.core.management import call_command

    from probes.vocabulary.bilingual import Bilingual
    from probes.vocabulary.states import IncidentStatus
    from statuspage.incidents import handling
    from statuspage.incidents.models import Incident
    from statuspage.public.publish.publisher import publish
    from tests.bench.big_site import make_big_site

    call_command("flush", verbosity=0, interactive=False)
    now = datetime.now(tz=UTC)
    make_big_site(now, components=components, incidents=incidents)
    started = time.perf_counter()
    while not publish(now).complete:
        now += timedelta(seconds=1)
    first = time.perf_counter() - started
    took = []
    for turn in range(3):
        now += timedelta(seconds=15)
        text = Bilingual(zh=f"第 {turn} 次更新", en=f"Update number {turn}")
        started = time.perf_counter()
        incident = Incident.objects.get(resolved_at__isnull=True)
        handling.say(incident, status=IncidentStatus.IDENTIFIED, body=text, author=None, now=now)
        publish(now)
        took.append(time.perf_counter() - started)
        page = folder / "snapshot" / "current" / "en" / "incidents" / incident.public_id / "index.html"
        assert text.en in page.read_text(encoding="utf-8")
    size = f"{components} components, {incidents} past incidents"
    return [
        (f"first snapshot of {size}", f"{first:.1f} s", ""),
        (f"change to page, {size}", f"{min(took):.2f} s", "at most 1 s"),
    ]


@contextmanager
def _nginx(folder: Path, port: int, *, ours: bool) -> Iterator[None]:
    from tests.bench.load import SERVER_CORE, on_core
    from tests.support.processes import listens, running, wait_until

    root = folder / "snapshot" / "current"
    name = "ours" if ours else "plain"
    configuration = folder / f"{name}.conf"
    servers = _our_servers(port, root) if ours else ""
    template = OURS if ours else PLAIN
    configuration.write_text(template.format(folder=folder, port=port, root=root, servers=servers))
    command = on_core(SERVER_CORE, "nginx", "-c", configuration, "-e", folder / f"{name}.log")
    path = f"{os.environ.get('PATH', '')}:/usr/sbin"
    with running(command, log=folder / f"{name}.out", environ={**os.environ, "PATH": path}):
        wait_until(lambda: listens(port), seconds=10, what=f"nginx ({name}) listens")
        yield


def _our_servers(port: int, root: Path) -> str:
    """deploy/nginx.conf as it is, but on this port, without TLS and its redirect."""
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    text = re.sub(r"server \{\s+listen 80;.*?\n\}\n", "", text, flags=re.DOTALL)
    text = re.sub(r"^\s*ssl_\w+ .*;\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"listen 443[^;]*;", f"listen 127.0.0.1:{port};", text)
    return text.replace("/var/lib/fogbreak/snapshot/current", str(root))


@contextmanager
def _app(folder: Path, port: int) -> Iterator[int]:
    from tests.bench.load import SERVER_CORE, on_core
    from tests.support.processes import listens, running, wait_until

    command = on_core(
        SERVER_CORE,
        *(sys.executable, "manage.py", "serve", "--port", str(port), "--fronts", "1"),
    )
    environ = {**os.environ, "DEBUG": "0", "SECRET_KEY": "bench" * 10}
    with running(command, log=folder / "app.out", environ=environ, folder=ROOT) as process:
        wait_until(lambda: listens(port), seconds=30, what="the app listens")
        yield process.pid


if __name__ == "__main__":
    main()

"""A site as a newcomer sets it up: README's steps in order, in an environment of the run-time lock alone."""

import json
import os
import re
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.production.place import SHIPPED, clean_environ
from tests.production.readme import blocks, replaced
from tests.production.units import INSTALLED_AT, STATE, read_unit, start
from tests.support.nginx import nginx_server
from tests.support.postgres import postgres_server
from tests.support.processes import free_port, running, wait_until
from tests.support.rabbitmq import rabbitmq_server
from tests.support.redis import redis_server

SQLITE, POSTGRES = "SQLite", "PostgreSQL"
MEMORY, REDIS, RABBITMQ = "memory", "Redis", "RabbitMQ"
# As README promises; what checks every change may run on a busy machine.
RIGHT_AFTER_S = 180 if os.environ.get("CI") else 60
# What asks for the rights of the machine's owner: here it is noted or left out.
STANDING_IN = """
sudo() { "$@"; }
useradd() { :; }
chown() { :; }
systemctl() { if [ "$1" = enable ]; then shift 2; printf '%s\\n' "$@" >> units; fi; }
"""
# On a busy machine one waits for another at a lock, gives up and goes on a second later.
WAITED = re.compile("database is locked|lock timeout")
ENVIRON = {**clean_environ(), "DJANGO_SUPERUSER_PASSWORD": "tried-by-a-newcomer"}
ACCOUNT = "createsuperuser --noinput --username admin --email admin@example.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """What a site is made of. ``by_hand``: the commands of README for one machine instead of the units."""

    database: str
    broker: str
    by_hand: bool = False
    schedules: int = 1
    without: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """By which its figures are told: all but what every site has."""
        runs = "engine" if self.broker == MEMORY else "workers"
        started = "by hand" if self.by_hand else "by units"
        schedules = f", {self.schedules} schedules" if self.schedules > 1 else ""
        return f"{self.database}, {self.broker}, {runs} {started}{schedules}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A running site. ``parts``: what may be taken away, each with its stack; ``started``: monotonic."""

    combination: Combination
    app: str
    nginx: str
    folder: Path
    environ: Mapping[str, str]
    parts: dict[str, ExitStack]
    started: float

    @property
    def snapshot(self) -> Path:
        return Path(self.environ["VAR_DIR"]) / "snapshot"

    @property
    def logs(self) -> list[Path]:
        """What each part wrote, without the servers that are not ours."""
        return sorted(self.folder.glob("*.log"))

    def text(self, path: str, *, of: str = "") -> str:
        """A body through nginx, or from ``of``."""
        with urllib.request.urlopen((of or self.nginx) + path, timeout=30) as reply:
            return str(reply.read().decode())

    def json(self, path: str) -> Any:
        return json.loads(self.text(path))

    def states(self) -> set[str]:
        """How the components stand, as the page has it; empty where it does not answer."""
        try:
            rows = self.json("/api/v2/components.json")["components"]
        except (OSError, urllib.error.URLError):
            return set()
        return {row["x_state"] for row in rows if not row["group"]}

    def seconds_until_right(self) -> float:
        """From the start of its parts until the page tells of every component that it works."""
        wait_until(
            lambda: self.states() == {"operational"},
            seconds=self.started + RIGHT_AFTER_S - time.monotonic(),
            what=f"a right page; see {self.folder}",
            every=0.5,
        )
        return time.monotonic() - self.started

    def complaints(self) -> list[str]:
        """What the logs say of errors."""
        return [
            f"{log.name}: {line}"
            for log in self.logs
            for line in log.read_text(encoding="utf-8").splitlines()
            if re.search(r"\bERROR\b|Traceback", line) and not WAITED.search(line)
        ]

    def manage(self, *words: str, environ: Mapping[str, str] | None = None) -> str:
        """What ``manage.py`` prints, perhaps with other variables; raises CalledProcessError."""
        command: list[str | Path] = [self.folder / ".venv" / "bin" / "python", "manage.py", *words]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=environ or self.environ,
            check=True,
            capture_output=True,
            text=True,
            timeout=120,
        )
        printed: str = done.stdout
        return printed

    def start_unit(self, name: str, replacements: Mapping[str, str] | None = None, *, part: str = "") -> None:
        """Start a unit as a part, perhaps once more with other words in its command."""
        stack = self.parts.setdefault(part or name, ExitStack())
        here = {
            **(replacements or {}),
            INSTALLED_AT: str(self.folder),
            STATE: self.environ["VAR_DIR"],
            "--port 8000": f"--port {urlsplit(self.app).port}",
        }
        unit = read_unit(name, self.folder / "etc" / "systemd", here)
        start(unit, stack=stack, place=self.folder, environ=self.environ)

    def stop(self, name: str) -> None:
        """End a part."""
        self.parts.pop(name).close()

    def stop_ours(self) -> None:
        """End all but database and broker."""
        for name in [name for name in self.parts if name not in {"database", "broker"}]:
            self.stop(name)


@contextmanager
def site_for_real(shared: Path, folder: Path, combination: Combination) -> Iterator[Site]:
    """The site of this combination from the copy of the source in ``shared``, with nginx in front."""
    place = folder / "site"
    place.mkdir()
    for name in (*SHIPPED, ".venv"):
        (place / name).symlink_to(shared / name)
    port = free_port()
    with ExitStack() as stack:
        parts = {name: ExitStack() for name in ("database", "broker", "by-hand")}
        stack.callback(_close_all, parts)
        servers = _servers(combination, parts, folder)
        script = _script(combination, place, port, servers)
        parts["by-hand"].enter_context(
            running(["bash", "-e", "-c", script], log=place / "by-hand.log", environ=ENVIRON, folder=place)
        )
        wait_until((place / "prepared").exists, seconds=300, what=f"README's steps; see {place}", every=0.2)
        started = time.monotonic()
        environ = _environ(place / ("fogbreak.env" if combination.by_hand else "etc/environment"))
        snapshot = Path(environ["VAR_DIR"]) / "snapshot"
        nginx = stack.enter_context(nginx_server(folder, snapshot=snapshot, app=port))
        site = Site(
            combination=combination,
            app=f"http://127.0.0.1:{port}",
            nginx=nginx,
            folder=place,
            environ=environ,
            parts=parts,
            started=started,
        )
        for unit in _units(place, combination):
            site.start_unit(unit)
        for number in range(1, combination.schedules):
            site.start_unit("fogbreak-schedule", {"/fogbreak/schedule": f"/fogbreak/schedule-{number}"})
        yield site


def _close_all(parts: Mapping[str, ExitStack]) -> None:
    for name in reversed(list(parts)):
        parts[name].close()


def _servers(combination: Combination, parts: Mapping[str, ExitStack], folder: Path) -> dict[str, str]:
    """The lines of README that name database and broker, with the addresses of servers that run now."""
    brokers = {REDIS: redis_server, RABBITMQ: rabbitmq_server}
    found = {}
    if combination.database == POSTGRES:
        found["DATABASE_URL"] = parts["database"].enter_context(postgres_server())
    if combination.broker in brokers:
        found["BROKER_URL"] = parts["broker"].enter_context(brokers[combination.broker](folder))
    return found


def _script(combination: Combination, place: Path, port: int, servers: Mapping[str, str]) -> str:
    """README's steps for this combination; it goes on for as long as what it started."""
    steps = blocks()
    east, south, control, proxy, sites = (free_port() for _ in range(5))
    simulate = (
        f"manage.py simulate --ports east={east},south={south},control={control},proxy={proxy},sites={sites}"
    )
    several = [_with_url(line, servers) for line in steps["several"].splitlines()]
    done = "touch prepared"
    last = (
        [done, replaced(steps["one-machine"], {"--port 8000": f"--port {port}"})]
        if combination.by_hand
        else [
            replaced(
                steps["installation"],
                {
                    "/etc/fogbreak/": f"{place}/etc/",
                    "/etc/systemd/system/": f"{place}/etc/systemd",
                    STATE: f"{place}/lib/fogbreak",
                },
            ),
            steps["units-of-one" if combination.broker == MEMORY else "units-of-several"],
            done,
            "wait",
        ]
    )
    return "\n".join(
        [
            STANDING_IN,
            f"mkdir -p {place}/etc/systemd {place}/lib",
            steps["environment"],
            replaced(steps["variables"], {"127.0.0.1:8000": f"127.0.0.1:{port}"}),
            *several,
            *(f"echo {name}={value} >> fogbreak.env" for name, value in combination.variables.items()),
            replaced(steps["simulator"], {"manage.py simulate": simulate}),
            replaced(steps["preparation"], {"createsuperuser": ACCOUNT}),
            *last,
        ]
    )


def _with_url(line: str, servers: Mapping[str, str]) -> str:
    """``echo "NAME=URL" >> fogbreak.env`` with the URL of a server that runs; nothing where there is none."""
    found = re.fullmatch(r'echo "(\w+)=(.*)" >> fogbreak.env', line)
    assert found is not None, line
    return line.replace(found[2], servers[found[1]]) if found[1] in servers else ""


def _environ(file: Path) -> dict[str, str]:
    """The variables of a file, as a shell reads it."""
    read = ["bash", "-c", 'set -a; . "$0"; env -0', str(file)]
    printed = subprocess.run(read, env=ENVIRON, check=True, capture_output=True, text=True).stdout
    return dict(entry.split("=", 1) for entry in printed.split("\0") if entry)


def _units(place: Path, combination: Combination) -> list[str]:
    """Those that README's command enabled, in its order."""
    enabled = place / "units"
    names = enabled.read_text(encoding="utf-8").split() if enabled.exists() else []
    return [name for name in names if name not in {"fogbreak.target", *combination.without}]

"""A whole site that is there to be broken: every process as it is deployed, and what they talk to."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.bench.faults.network import own_network
from tests.bench.faults.parts import Keeper, Part
from tests.bench.faults.relay import Relay
from tests.bench.faults.servers import Postgres, RabbitMq, Redis
from tests.bench.faults.target import Target, loop_in_thread, running_target
from tests.support.faketime import with_clock_off
from tests.support.nginx import nginx_server
from tests.support.processes import free_port
from tests.support.units import command_of

ROOT = Path(__file__).resolve().parents[3]
COMPONENTS = ("alpha", "beta", "gamma")
VANTAGES = ("east", "south")
VARIANTS = ("sqlite", "redis", "rabbitmq")
INTERVAL_S = 3
DISK_MB = 192
# A dozen processes start at once, perhaps on a machine that has other things to do.
STARTS_S = 300.0


class Inspector:
    """A process that reads the site's database past all that is broken."""

    def __init__(self, environ: dict[str, str], log: Path) -> None:
        self._environ, self._log = environ, log
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()

    def ask(self, question: str) -> dict[str, Any]:
        """The answer; one with ``error`` where the database does not answer either."""
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                with self._log.open("a") as errors:
                    self._process = subprocess.Popen(
                        [sys.executable, "-m", "tests.bench.faults.inspector"],
                        stdin=subprocess.PIPE,
                        stdout=subprocess.PIPE,
                        stderr=errors,
                        text=True,
                        env=self._environ,
                        cwd=ROOT,
                    )
            assert self._process.stdin
            assert self._process.stdout
            self._process.stdin.write(question + "\n")
            self._process.stdin.flush()
            told = self._process.stdout.readline()
        answer: dict[str, Any] = json.loads(told) if told else {"error": "the inspector ended"}
        return answer

    def end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@dataclass(kw_only=True)
class Site:
    """What runs, by name.

    ``disk`` is a small file system for the database, where one may be mounted; ``has_network`` says that the
    network is its own.
    """

    variant: str
    folder: Path
    target: Target
    parts: dict[str, Part]
    web: str
    nginx: str
    inspector: Inspector
    postgres: Postgres | None = None
    redis: Redis | None = None
    rabbitmq: RabbitMq | None = None
    relays: dict[str, list[Relay]] = field(default_factory=dict)
    has_network: bool = False
    database_clock: Path | None = None
    disk: Path | None = None

    @property
    def database_file(self) -> Path:
        return (self.disk or self.folder / "var") / "fogbreak.sqlite3"

    def is_current(self, since: float) -> str:
        """Empty where all that is shown is newer than ``since`` (seconds since 1970); else what is not."""
        told = self.inspector.ask("newest")
        if "error" in told:
            return f"database: {told['error']}"
        behind = [slug for slug, at in told["probes"].items() if at <= since]
        if behind or len(told["probes"]) < told["wanted"]:
            return f"{len(behind)} probes without a newer check, such as {behind[:1]}"
        if told["concluded"] <= since:
            return "nothing newer is concluded"
        if (known := self._known_until()) <= since:
            return f"the page knows until {known - since:+.0f} s"
        return "" if self._web_answers() else "the web server does not answer from the database"

    def _known_until(self) -> float:
        with suppress(OSError, ValueError, KeyError, TypeError):
            with urllib.request.urlopen(f"{self.nginx}/api/v2/summary.json", timeout=3) as reply:
                body = json.load(reply)
            return datetime.fromisoformat(body["page"]["x_known_until"]).timestamp()
        return 0.0

    def _web_answers(self) -> bool:
        with suppress(OSError), urllib.request.urlopen(f"{self.web}/metrics", timeout=10) as reply:
            return b"fogbreak_database_up 1.0" in reply.read()
        return False


@contextmanager
def running_site(folder: Path, variant: str) -> Iterator[Site]:
    """A site of 12 probes in two places, asked every three seconds; it is current when the block begins."""
    has_network = own_network()
    with ExitStack() as stack:
        loop = stack.enter_context(loop_in_thread())
        target = stack.enter_context(running_target(loop))
        disk = stack.enter_context(_small_disk(folder))
        environ = _environment(folder)
        site = Site(
            variant=variant,
            folder=folder,
            target=target,
            parts={},
            web=environ["SITE_URL"],
            nginx="",
            inspector=Inspector(environ, folder / "inspector.log"),
            has_network=has_network,
            disk=disk,
        )
        if variant == "sqlite":
            environ["DATABASE_URL"] = f"sqlite:///{site.database_file}"
        else:
            _add_servers(site, stack, environ)
        stack.callback(site.inspector.end)
        _prepare(site, environ)
        port = int(environ["SITE_URL"].rpartition(":")[2])
        for name, command in _commands(variant, folder, port).items():
            site.parts[name] = _part(site, name, command, environ, loop)
        (folder / "var" / "snapshot").mkdir(parents=True, exist_ok=True)
        site.nginx = stack.enter_context(nginx_server(folder, snapshot=folder / "var" / "snapshot", app=port))
        keeper = Keeper(list(site.parts.values()))
        stack.callback(keeper.end)
        for part in site.parts.values():
            part.start()
        keeper.start()
        _wait_until_current(site)
        yield site


def _wait_until_current(site: Site) -> None:
    began, problem = time.time(), "at once"
    while problem:
        assert time.time() - began < STARTS_S, f"{site.folder}: not current after {STARTS_S:.0f} s: {problem}"
        time.sleep(1)
        problem = site.is_current(began)


def _environment(folder: Path) -> dict[str, str]:
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if name not in {"DEBUG", "FOGBREAK_DEMO"}}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "statuspage.settings",
        "SECRET_KEY": "a-bench-that-breaks-everything-" + "x" * 40,
        "SITE_URL": f"http://127.0.0.1:{port}",
        "VAR_DIR": str(folder / "var"),
        "BROKER_URL": "memory://",
        "PUBLISH_SECONDS": "4",
    }


def _add_servers(site: Site, stack: ExitStack, environ: dict[str, str]) -> None:
    place = site.disk or site.folder
    site.database_clock = site.folder / "clock.postgres"
    off = {**with_clock_off(0, file=site.database_clock), "NO_FAKE_STAT": "1"}
    off.pop("PYTHONPATH")
    site.database_clock.chmod(0o644)
    site.postgres = Postgres(place, site.folder / "postgres.log", off)
    site.postgres.start()
    stack.callback(site.postgres.stop, signal.SIGINT)
    site.postgres.wait()
    environ["DATABASE_URL"] = site.postgres.url()
    broker: Redis | RabbitMq = Redis(site.folder) if site.variant == "redis" else RabbitMq(site.folder)
    broker.start()
    stack.callback(broker.stop, signal.SIGTERM)
    if isinstance(broker, Redis):
        site.redis = broker
    else:
        site.rabbitmq = broker
        stack.callback(broker.end)
    broker.wait()
    environ["BROKER_URL"] = broker.url()


def _prepare(site: Site, environ: dict[str, str]) -> None:
    catalog = site.folder / "catalog.toml"
    catalog.write_text(_catalog(site.target.port), encoding="utf-8")
    steps = (["migrate", "--noinput"], ["collectstatic", "--noinput"], ["sync_catalog", str(catalog)])
    for words in steps:
        command = [sys.executable, "manage.py", *words]
        subprocess.run(command, cwd=ROOT, env=environ, check=True, capture_output=True, timeout=180)


def _catalog(port: int) -> str:
    named = 'name_zh = "{0}"\nname_en = "{0}"\n'
    lines = ['timezone = "Asia/Shanghai"\n']
    lines += [f'[[components]]\nslug = "{slug}"\n{named.format(slug)}' for slug in COMPONENTS]
    for slug, tier in (("ordinary", "low"), ("young", "elevated")):
        lines.append(f'[[personas]]\nslug = "{slug}"\nrisk_tier = "{tier}"\n{named.format(slug)}')
    lines += [f'[[vantages]]\nslug = "{slug}"\n{named.format(slug)}' for slug in VANTAGES]
    lines.append(
        f'[[endpoints]]\nslug = "target"\ngateway = "generic_http"\n{named.format("target")}'
        f'base_url = "http://127.0.0.1:{port}"\n'
    )
    for component in COMPONENTS:
        for persona in ("ordinary", "young"):
            for vantage in VANTAGES:
                slug = f"{component}.{persona}.{vantage}"
                lines.append(
                    f'[[probes]]\ncomponents = ["{component}"]\npersonas = ["{persona}"]\n'
                    f'vantages = ["{vantage}"]\nendpoint = "target"\noperation = "get"\n'
                    f"interval_seconds = {INTERVAL_S}\ntimeout_seconds = 2\n"
                    f'[probes.options]\npath = "/{slug}"\nexpect_text = "fine"\n'
                )
    return "\n".join(lines)


def _commands(variant: str, folder: Path, port: int) -> dict[str, list[str]]:
    (web,) = command_of("fogbreak-web.service")
    commands = {"web": [str(port) if word == "8000" else word for word in web]}
    if variant == "sqlite":
        return {**commands, "engine": command_of("fogbreak-engine.service")[0]}
    for number in ("1", "2"):
        (schedule,) = command_of("fogbreak-schedule.service")
        commands[f"schedule-{number}"] = [
            str(folder / f"schedule-{number}") if "/var/lib" in word else word for word in schedule
        ]
        for purpose in ("site", "reports", "notices"):
            commands[f"{purpose}-{number}"] = _named(command_of(f"fogbreak-{purpose}.service")[0], number)
        for vantage in VANTAGES:
            (checks,) = command_of("fogbreak-checks@.service", instance=vantage)
            commands[f"checks-{vantage}-{number}"] = _named(checks, number)
    return commands


def _named(command: list[str], number: str) -> list[str]:
    return [f"{word}{number}" if word.endswith("@test") else word for word in command]


def _part(site: Site, name: str, command: list[str], environ: dict[str, str], loop: Any) -> Part:
    """With a network of its own to the servers, and a clock of its own, or on one machine a common one."""
    told = dict(environ)
    if site.postgres is not None:
        broker = site.redis or site.rabbitmq
        assert broker is not None
        relays = [Relay(loop, site.postgres.port), Relay(loop, broker.port)]
        site.relays[name] = relays
        told["DATABASE_URL"] = site.postgres.url(relays[0].port)
        told["BROKER_URL"] = broker.url(relays[1].port)
    clock = site.folder / ("clock" if site.variant == "sqlite" else f"clock.{name}")
    told |= with_clock_off(0, file=clock) | {"NO_FAKE_STAT": "1"}
    return Part(name, command, environ=told, folder=ROOT, log=site.folder / f"{name}.log", clock=clock)


@contextmanager
def _small_disk(folder: Path) -> Iterator[Path | None]:
    """A file system of its own in a file of ``folder``, where this user may make and mount one."""
    place, image = folder / "disk", folder / "disk.image"
    place.mkdir()
    with image.open("wb") as file:
        file.truncate(DISK_MB * 1024 * 1024)
    # A real one: memory's knows no files that nobody may change.
    made = os.geteuid() == 0 and _succeeds("mkfs.ext4", "-q", "-m", "0", str(image))
    if not made or not _succeeds("mount", "-o", "loop", str(image), str(place)):
        yield None
        return
    try:
        yield place
    finally:
        _succeeds("umount", "--lazy", str(place))


def _succeeds(*command: str) -> bool:
    found = shutil.which(command[0])
    return bool(found) and not subprocess.run(command, check=False, capture_output=True).returncode

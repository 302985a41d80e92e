"""The site for real: PostgreSQL, Redis, a process per purpose and vantage, and Prometheus that watches it."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.support.binaries import require_binary
from tests.support.postgres import postgres_server
from tests.support.pretended import Pretended
from tests.support.processes import free_port, listens, running, wait_until
from tests.support.redis import redis_server
from tests.support.units import command_of

ROOT = Path(__file__).parents[2]
CATALOG = ROOT / "probes" / "simulator" / "catalog.toml"
PROMETHEUS = ROOT / "deploy" / "prometheus"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where a running site answers."""

    url: str
    prometheus: str
    folder: Path

    def json(self, path: str) -> Any:
        """A body of the API."""
        with urllib.request.urlopen(self.url + path, timeout=5) as reply:
            return json.load(reply)

    def query(self, expression: str) -> list[Any]:
        """What Prometheus answers now."""
        address = f"{self.prometheus}/api/v1/query?{urlencode({'query': expression})}"
        with urllib.request.urlopen(address, timeout=5) as reply:
            found: list[Any] = json.load(reply)["data"]["result"]
            return found

    def alerts(self) -> set[str]:
        """The alerts that are firing."""
        with urllib.request.urlopen(f"{self.prometheus}/api/v1/alerts", timeout=5) as reply:
            rows = json.load(reply)["data"]["alerts"]
        return {row["labels"]["alertname"] for row in rows if row["state"] == "firing"}


@contextmanager
def site_for_real(folder: Path, world: Pretended) -> Iterator[Site]:
    """Everything started by the commands of deploy/systemd, against ``world``; ends with the block."""
    prometheus = require_binary("prometheus", package="prometheus")
    with ExitStack() as stack:
        port = free_port()
        environ = {
            **{name: value for name, value in os.environ.items() if name not in {"DEBUG", "FOGBREAK_DEMO"}},
            **world.environment,
            "SECRET_KEY": "a-test-that-starts-everything-" + "x" * 20,
            "DATABASE_URL": stack.enter_context(postgres_server()),
            "BROKER_URL": stack.enter_context(redis_server(folder)),
            "SITE_URL": f"http://127.0.0.1:{port}",
            "VAR_DIR": str(folder / "var"),
            "CHECK_INTERVAL_FACTOR": str(1 / 12),
            "SCRAPE_PRIVATE_HOSTS": "127.0.0.1",
        }
        manage = [sys.executable, "manage.py"]
        steps = [
            *command_of("fogbreak-migrate.service"),
            *command_of("fogbreak-web.service", key="ExecStartPre"),
            [*manage, "sync_catalog", str(CATALOG)],
        ]
        for step in steps:
            subprocess.run(step, cwd=ROOT, env=environ, check=True, capture_output=True, timeout=120)
        for name, command in _commands(folder, port).items():
            log = folder / f"{name}.log"
            stack.enter_context(running(command, log=log, environ=environ, folder=ROOT))
        scraper = free_port()
        config = _scrape_config(folder, port)
        stack.enter_context(
            running(
                [
                    prometheus,
                    f"--config.file={config}",
                    f"--storage.tsdb.path={folder / 'tsdb'}",
                    f"--web.listen-address=127.0.0.1:{scraper}",
                ],
                log=folder / "prometheus.log",
            )
        )
        site = Site(url=f"http://127.0.0.1:{port}", prometheus=f"http://127.0.0.1:{scraper}", folder=folder)
        wait_until(lambda: _answers(site.url + "/"), seconds=90, what=f"the page; see {folder}")
        wait_until(lambda: listens(scraper), seconds=30, what="Prometheus")
        yield site


def _commands(folder: Path, port: int) -> dict[str, list[str]]:
    (web,) = command_of("fogbreak-web.service")
    (schedule,) = command_of("fogbreak-schedule.service")
    (site,) = command_of("fogbreak-site.service")
    (reports,) = command_of("fogbreak-reports.service")
    checks = {
        vantage: command_of("fogbreak-checks@.service", instance=vantage)[0] for vantage in ("east", "south")
    }
    return {
        "web": [str(port) if word == "8000" else word for word in web],
        "schedule": [str(folder / "schedule") if "/var/lib" in word else word for word in schedule],
        "site": site,
        "reports": reports,
        **{f"checks-{vantage}": command for vantage, command in checks.items()},
    }


def _scrape_config(folder: Path, port: int) -> Path:
    """The configuration as deployed, but for the target and a pace that suits a test."""
    text = (PROMETHEUS / "prometheus.yml").read_text(encoding="utf-8")
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{port}").replace("15s", "2s")
    text = text.replace("rules.yml", str(PROMETHEUS / "rules.yml"))
    config = folder / "prometheus.yml"
    config.write_text(text, encoding="utf-8")
    return config


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=3) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False

"""Prometheus as it is deployed, but for the target and a pace that suits a test."""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.support.binaries import require_binary
from tests.support.processes import free_port, listens, running, wait_until

DEPLOYED = Path(__file__).parents[2] / "deploy" / "prometheus"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prometheus:
    """Where a running one answers."""

    url: str

    def query(self, expression: str) -> list[Any]:
        """What it answers now."""
        address = f"{self.url}/api/v1/query?{urlencode({'query': expression})}"
        with urllib.request.urlopen(address, timeout=5) as reply:
            found: list[Any] = json.load(reply)["data"]["result"]
            return found


@contextmanager
def prometheus_server(folder: Path, *, scrapes: str) -> Iterator[Prometheus]:
    """A server that scrapes the site at this URL; it ends with the block."""
    binary = require_binary("prometheus", package="prometheus")
    port = free_port()
    text = (DEPLOYED / "prometheus.yml").read_text(encoding="utf-8")
    text = text.replace("127.0.0.1:8000", urlsplit(scrapes).netloc).replace("15s", "2s")
    config = folder / "prometheus.yml"
    config.write_text(text.replace("rules.yml", str(DEPLOYED / "rules.yml")), encoding="utf-8")
    command: list[str | Path] = [
        binary,
        f"--config.file={config}",
        f"--storage.tsdb.path={folder / 'tsdb'}",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with running(command, log=folder / "prometheus.log"):
        wait_until(lambda: listens(port), seconds=30, what=f"Prometheus; see {folder}")
        yield Prometheus(url=f"http://127.0.0.1:{port}")

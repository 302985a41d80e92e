"""What the same requests cost others: blackbox_exporter, and asyncio's bare streams as the floor."""

import asyncio
import re
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

from tests.bench.load import CLIENT_CORE, SERVER_CORE, on_core, processor_seconds
from tests.bench.probing.cost import AT_ONCE, Cost, cpu_seconds
from tests.bench.probing.targets import Targets
from tests.support.binaries import require_binary
from tests.support.processes import free_port, listens, running, wait_until

_MODULES = """
modules:
  plain: {{prober: http, timeout: 10s, http: {{preferred_ip_protocol: ip4}}}}
  tls: {{prober: http, timeout: 10s,
    http: {{preferred_ip_protocol: ip4, fail_if_not_ssl: true, tls_config: {{ca_file: "{ca_bundle}"}}}}}}
"""


class Blackbox:
    """A running blackbox_exporter, asked over its own interface as Prometheus does."""

    def __init__(self, url: str, pid: int) -> None:
        self._url, self._pid = url, pid

    def cost(self, module: str, target: str, checks: int) -> Cost:
        """What so many probes of ``target`` cost its process; the client's cost is not counted."""
        address = f"{self._url}/probe?module={module}&target={quote(target, safe='')}"
        began, before = time.monotonic(), processor_seconds(self._pid)
        ask = ["h2load", "--h1", "-n", str(checks), "-c", str(AT_ONCE), "-t", "1", address]
        said = subprocess.run(
            on_core(CLIENT_CORE, *ask), check=True, capture_output=True, text=True, timeout=60
        ).stdout
        answered = re.search(r"(\d+) succeeded", said)
        return Cost(
            checks=checks,
            accepted=int(answered[1]) if answered and self._succeeds(address) else 0,
            cpu_s=processor_seconds(self._pid) - before,
            wall_s=time.monotonic() - began,
        )

    def _succeeds(self, address: str) -> bool:
        said = subprocess.run(["curl", "-s", address], check=True, capture_output=True, text=True).stdout
        return "probe_success 1" in said


@contextmanager
def blackbox(folder: Path, asked: Targets) -> Iterator[Blackbox]:
    """Debian's blackbox_exporter on the core of those who ask."""
    program = require_binary("prometheus-blackbox-exporter", package="prometheus-blackbox-exporter")
    config, port = folder / "blackbox.yml", free_port()
    config.write_text(_MODULES.format(ca_bundle=asked.ca_bundle), encoding="utf-8")
    listen = f"--web.listen-address=127.0.0.1:{port}"
    command = on_core(SERVER_CORE, program, f"--config.file={config}", listen, "--log.level=error")
    with running(command, log=folder / "blackbox.log") as process:
        wait_until(lambda: listens(port), seconds=10, what=f"blackbox_exporter; see {folder}")
        yield Blackbox(f"http://127.0.0.1:{port}", process.pid)


def streams_cost(url: str, checks: int, context: ssl.SSLContext | None) -> Cost:
    """What asyncio's own streams need for the same requests; nothing is timed or told apart."""
    parts, accepted = urlsplit(url), 0
    gate = asyncio.Semaphore(AT_ONCE)
    request = f"GET / HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode()

    async def ask() -> None:
        nonlocal accepted
        async with gate:
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port, ssl=context)
            writer.write(request)
            answer = await reader.read()
            accepted += b" 200 OK" in answer
            writer.transport.abort()

    async def ask_all() -> None:
        await asyncio.gather(*(ask() for _ in range(checks)))

    began, before = time.monotonic(), cpu_seconds()
    asyncio.run(ask_all())
    return Cost(
        checks=checks, accepted=accepted, cpu_s=cpu_seconds() - before, wall_s=time.monotonic() - began
    )

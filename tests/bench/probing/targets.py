"""What is asked: an nginx that answers at once, plain and over TLS, and endpoints that take their time."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import uvloop

from tests.bench.load import CLIENT_CORE, on_core
from tests.support.binaries import require_binary
from tests.support.certificates import make_authority
from tests.support.processes import free_port, listens, running, wait_until

BODY = '{"status":"ok"}'
DELAY_MS = 100.0
_ANSWER = f"HTTP/1.1 200 OK\r\nContent-Length: {len(BODY)}\r\nConnection: close\r\n\r\n{BODY}".encode()
_NGINX = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log; worker_rlimit_nofile 16384;
events {{ worker_connections 8192; }}
http {{ access_log off; ssl_session_tickets off; ssl_session_cache off;
  server {{ listen 127.0.0.1:{plain} backlog=4096; listen 127.0.0.1:{tls} ssl backlog=4096;
    ssl_certificate {chain}; ssl_certificate_key {chain};
    location / {{ default_type application/json; return 200 '{body}'; }} }} }}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """Addresses of what is asked, ``plain`` also by name; ``ca_bundle`` is the authority of ``tls``."""

    plain: str
    named: str
    tls: str
    ca_bundle: str
    slow: str
    silent: str


@contextmanager
def targets(folder: Path) -> Iterator[Targets]:
    """All of them, on the core that nobody who asks runs on."""
    authority = make_authority(folder)
    chain = folder / "server.pem"
    authority.write_chain("127.0.0.1", chain)
    plain, tls, slow, silent = (free_port() for _ in range(4))
    config = folder / "nginx.conf"
    config.write_text(
        _NGINX.format(folder=folder, plain=plain, tls=tls, chain=chain, body=BODY), encoding="utf-8"
    )
    nginx = require_binary("nginx", package="nginx")
    serve = on_core(CLIENT_CORE, nginx, "-c", config, "-e", folder / "error.log")
    dawdle = on_core(CLIENT_CORE, sys.executable, "-m", "tests.bench.probing.targets", str(slow), str(silent))
    with running(serve, log=folder / "nginx.log"), running(dawdle, log=folder / "slow.log"):
        wait_until(lambda: all(map(listens, (plain, tls, slow, silent))), seconds=20, what=f"see {folder}")
        yield Targets(
            named=f"http://localhost:{plain}",
            plain=f"http://127.0.0.1:{plain}",
            tls=f"https://127.0.0.1:{tls}",
            ca_bundle=authority.bundle,
            slow=f"http://127.0.0.1:{slow}",
            silent=f"http://127.0.0.1:{silent}",
        )


class _Slow(asyncio.Protocol):
    """Answers whatever came after :data:`DELAY_MS`."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but its name

    def data_received(self, data: bytes) -> None:
        asyncio.get_running_loop().call_later(DELAY_MS / 1000, self._transport.write, _ANSWER)


async def _serve(slow: int, silent: int) -> None:
    loop = asyncio.get_running_loop()
    kinds: dict[int, Callable[[], asyncio.Protocol]] = {slow: _Slow, silent: asyncio.Protocol}
    servers = [
        await loop.create_server(kind, "127.0.0.1", port, backlog=4096) for port, kind in kinds.items()
    ]
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    uvloop.run(_serve(*map(int, sys.argv[1:3])))

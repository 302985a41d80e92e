"""A Redis server of the test's own, from Debian's binary, that keeps nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.binaries import require_binary
from tests.support.processes import free_port, listens, running, wait_until


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """A running server's ``redis://`` URL; its log goes to ``folder``."""
    server = require_binary("redis-server", package="redis-server")
    port = free_port()
    log = folder / "redis.log"
    command: list[str | Path] = [
        server,
        "--bind",
        "127.0.0.1",
        "--port",
        str(port),
        "--save",
        "",
        "--dir",
        folder,
    ]
    with running(command, log=log, folder=folder):
        wait_until(lambda: listens(port), seconds=10, what=f"Redis on port {port}: {log}")
        yield f"redis://127.0.0.1:{port}/0"

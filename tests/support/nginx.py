"""Debian's nginx with the configuration that is deployed, on ports and a folder of a test's own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.binaries import require_binary
from tests.support.processes import free_port, listens, running, wait_until

CONFIG = Path(__file__).parents[2] / "deploy" / "nginx.conf"


@contextmanager
def nginx_server(
    folder: Path, *, snapshot: Path, app: int, below_a_path: bool = False, access_log: str = "off"
) -> Iterator[str]:
    """The URL of an nginx that serves ``snapshot``; the rest goes to port ``app``; logs to ``folder``.

    Where it serves a site ``below_a_path``, that is /status, and the lines that wait for it are let in.
    """
    nginx = require_binary("nginx", package="nginx")
    port = free_port()
    site = _on_loopback(port, app, snapshot)
    (folder / "site.conf").write_text(_below_a_path(site) if below_a_path else site, encoding="utf-8")
    (folder / "nginx.conf").write_text(
        f"{'user root;' if os.geteuid() == 0 else ''}\n"
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{ worker_connections 8192; }}\n"
        f"http {{ include /etc/nginx/mime.types; access_log {access_log}; "
        f"client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; "
        f"include {folder}/site.conf; }}\n",
        encoding="utf-8",
    )
    command: list[str | Path] = [nginx, "-c", folder / "nginx.conf", "-e", folder / "error.log"]
    with running(command, log=folder / "nginx.log"):
        wait_until(lambda: listens(port), seconds=10, what=f"nginx; see {folder}")
        yield f"http://127.0.0.1:{port}"


def _below_a_path(site: str) -> str:
    waiting = "    # rewrite "
    assert site.count(waiting) == 2
    return site.replace(waiting, "    rewrite ")


def _on_loopback(port: int, app: int, snapshot: Path) -> str:
    """The deployed configuration with ports and folders that a test has, and without TLS."""
    text = CONFIG.read_text(encoding="utf-8")
    for old, new in (
        ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        ("listen 443 ssl ", f"listen 127.0.0.1:{port} "),
        ("ssl_certificate /etc/ssl/fogbreak/fullchain.pem;", ""),
        ("ssl_certificate_key /etc/ssl/fogbreak/key.pem;", ""),
        ("/var/lib/fogbreak/snapshot", str(snapshot)),
        ("127.0.0.1:8000", f"127.0.0.1:{app}"),
    ):
        assert old in text, old
        text = text.replace(old, new)
    return text

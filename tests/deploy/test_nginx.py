"""nginx with the deployed configuration serves what is published when the app is gone."""

import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from statuspage.public.publish import publish
from tests.support.binaries import require_binary
from tests.support.processes import free_port, listens, running, wait_until
from tests.support.public_rows import make_world

CONFIG = Path(__file__).parents[2] / "deploy" / "nginx.conf"


@pytest.fixture
def address(db: None, tmp_path: Path, settings) -> Iterator[str]:
    """A published snapshot behind nginx, with nothing listening where the app should."""
    nginx = require_binary("nginx", package="nginx")
    settings.SNAPSHOT_DIR = tmp_path / "snapshot"
    publish(make_world(days=2).now)
    port, nobody = free_port(), free_port()
    (tmp_path / "site.conf").write_text(_on_loopback(port, nobody, tmp_path), encoding="utf-8")
    (tmp_path / "nginx.conf").write_text(
        f"{'user root;' if os.geteuid() == 0 else ''}\n"
        f"daemon off; pid {tmp_path}/pid; error_log {tmp_path}/error.log; events {{}}\n"
        f"http {{ include /etc/nginx/mime.types; access_log off; client_body_temp_path {tmp_path}/body; "
        f"proxy_temp_path {tmp_path}/proxy; include {tmp_path}/site.conf; }}\n",
        encoding="utf-8",
    )
    command = [nginx, "-c", tmp_path / "nginx.conf", "-e", tmp_path / "error.log"]
    with running(command, log=tmp_path / "nginx.log"):
        wait_until(lambda: listens(port), seconds=10, what=f"nginx; see {tmp_path}")
        yield f"http://127.0.0.1:{port}"


def test_nginx_serves_pages_and_api_when_the_app_is_gone(address):
    with urllib.request.urlopen(f"{address}/en/") as page, urllib.request.urlopen(f"{address}/") as chinese:
        assert b"Payment status" in page.read()
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert chinese.headers["Content-Type"] == "text/html; charset=utf-8"
    with urllib.request.urlopen(f"{address}/api/v2/summary.json") as body:
        assert body.headers["Access-Control-Allow-Origin"] == "*"
        assert body.headers["Content-Type"].startswith("application/json")


def test_nginx_says_bad_gateway_when_something_dynamic_is_asked_and_the_app_is_gone(address):
    with pytest.raises(urllib.error.HTTPError, match="502"):
        urllib.request.urlopen(f"{address}/admin/")


def test_nginx_hides_the_manifest_when_it_is_asked_for(address):
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{address}/.manifest.json")


def _on_loopback(port: int, app: int, folder: Path) -> str:
    """The deployed configuration with ports and folders that a test has, and without TLS."""
    text = CONFIG.read_text(encoding="utf-8")
    for old, new in (
        ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{port};"),
        ("ssl_certificate /etc/ssl/fogbreak/fullchain.pem;", ""),
        ("ssl_certificate_key /etc/ssl/fogbreak/key.pem;", ""),
        ("/var/lib/fogbreak/snapshot", str(folder / "snapshot")),
        ("127.0.0.1:8000", f"127.0.0.1:{app}"),
    ):
        assert old in text, old
        text = text.replace(old, new)
    return text

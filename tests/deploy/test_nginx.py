"""nginx with the deployed configuration serves what is published when the app is gone."""

import json
import os
import re
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from statuspage.management.commands.nginx_headers import with_headers
from statuspage.public.headers import HEADERS, Kind, kind_at
from statuspage.public.publish.manifest import AGED, MANIFEST, read_manifest
from statuspage.public.publish.publisher import publish
from tests.support.nginx import CONFIG, nginx_server
from tests.support.processes import free_port
from tests.support.public_rows import make_world


@pytest.fixture
def address(db: None, tmp_path: Path, settings: Settings) -> Iterator[str]:
    """A published snapshot behind nginx, with nothing listening where the app should."""
    settings.SNAPSHOT_DIR = tmp_path / "snapshot"
    publish(make_world(days=2).now)
    with nginx_server(tmp_path, snapshot=settings.SNAPSHOT_DIR, app=free_port()) as url:
        yield url


def test_nginx_serves_pages_and_api_when_the_app_is_gone(address: str) -> None:
    with urllib.request.urlopen(f"{address}/en/") as page, urllib.request.urlopen(f"{address}/") as chinese:
        assert b"Payment status" in page.read()
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert chinese.headers["Content-Type"] == "text/html; charset=utf-8"
    with urllib.request.urlopen(f"{address}/api/v2/summary.json") as body:
        assert body.headers["Access-Control-Allow-Origin"] == "*"
        assert body.headers["Content-Type"].startswith("application/json")


def test_nginx_says_bad_gateway_when_something_dynamic_is_asked_and_the_app_is_gone(address: str) -> None:
    with pytest.raises(urllib.error.HTTPError, match="502"):
        urllib.request.urlopen(f"{address}/admin/")


@pytest.mark.parametrize("path", ["/.manifest.json", "/.aged/en/index.html"])
def test_nginx_hides_the_manifest_and_old_forms_when_they_are_asked_for(address: str, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(address + path)


def test_nginx_warns_when_the_line_for_cron_found_the_snapshot_too_old(
    address: str, settings: Settings
) -> None:
    manifest = settings.SNAPSHOT_DIR / "current" / MANIFEST
    cron = re.search(r"# {3}(?:\* ){5}(.*)", CONFIG.read_text(encoding="utf-8"))
    assert cron is not None
    line = cron[1].replace("/var/lib/fogbreak/snapshot", str(settings.SNAPSHOT_DIR))

    warned = []
    for minutes in (0, 3, 1):
        at = time.time() - 60 * minutes
        os.utime(manifest, (at, at))
        subprocess.run(["sh", "-c", line], check=True)
        with urllib.request.urlopen(f"{address}/en/") as page, urllib.request.urlopen(f"{address}/widget.js"):
            warned.append(b'id="stale" class="stale">' in page.read())
            assert dict(HEADERS[Kind.PAGE]).items() <= dict(page.headers).items()
        with urllib.request.urlopen(f"{address}/api/v2/status.json") as body:
            assert json.load(body)["status"]["x_unknown"] is warned[-1]

    assert warned == [False, True, False]


def test_nginx_sends_the_headers_of_the_app_when_a_file_of_each_kind_is_asked_for(
    address: str, settings: Settings
) -> None:
    manifest = read_manifest(settings.SNAPSHOT_DIR)
    assert manifest is not None
    entries = [entry for entry in manifest.entries if not entry.path.startswith(AGED)]
    assert [entry.path for entry in entries if kind_at(entry.path) is not entry.kind] == []

    for entry in {entry.kind: entry for entry in entries}.values():
        with urllib.request.urlopen(address + entry.path) as answer:
            sent = {name: answer.headers[name] for headers in HEADERS.values() for name, _ in headers}

        assert {name: value for name, value in sent.items() if value} == dict(HEADERS[entry.kind])


def test_headers_are_written_into_the_configuration_when_they_are_others_than_stand_there() -> None:
    written = CONFIG.read_text(encoding="utf-8")
    other = written.replace("max-age=31536000", "max-age=5").replace(
        "add_header Refresh", "add_header Reload"
    )

    assert with_headers(written) == written
    assert with_headers(other) == written

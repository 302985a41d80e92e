"""nginx with the deployed configuration serves what is published when the app is gone."""

import http.client
import re
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from statuspage.ages import STALE_AFTER_S
from statuspage.management.commands.nginx_headers import with_headers
from statuspage.monitoring.models import Progress
from statuspage.public.headers import HEADERS, kind_at
from statuspage.public.publish.manifest import AGED, read_manifest
from statuspage.public.publish.publisher import publish
from statuspage.public.serve.limits import Limits
from statuspage.wording.refusals import REFUSALS, both
from tests.support.fronts import PAGE, front, small_snapshot
from tests.support.nginx import CONFIG, nginx_server
from tests.support.processes import free_port
from tests.support.public_rows import make_world

pytestmark = pytest.mark.slow


@pytest.fixture
def address(db: None, tmp_path: Path, settings: Settings) -> Iterator[str]:
    """A published snapshot behind nginx, with nothing listening where the app should."""
    settings.SNAPSHOT_DIR = tmp_path / "snapshot"
    publish(make_world(now=timezone.now(), days=2).now)
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


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/favicon.ico", "image/x-icon"),
        ("/apple-touch-icon.png", "image/png"),
        ("/manifest.webmanifest", "application/manifest+json"),
        ("/en/manifest.webmanifest", "application/manifest+json"),
        ("/en/share/now.png", "image/png"),
    ],
)
def test_nginx_serves_icons_and_pictures_as_the_app_does_when_phones_look_for_them(
    address: str, path: str, content_type: str
) -> None:
    with urllib.request.urlopen(address + path) as answer:
        assert answer.headers["Content-Type"] == content_type
        assert answer.headers["Cache-Control"] == dict(HEADERS[kind_at(path)])["Cache-Control"]
        assert "Content-Encoding" not in answer.headers


def test_nginx_says_in_both_languages_that_it_is_busy_when_the_app_is_gone(address: str) -> None:
    with pytest.raises(urllib.error.HTTPError, match="503") as raised:
        urllib.request.urlopen(f"{address}/only-me/")

    assert raised.value.headers["Retry-After"] == "5"
    assert raised.value.read().decode() == both(REFUSALS[HTTPStatus.SERVICE_UNAVAILABLE])


def test_nginx_shows_a_new_snapshot_within_two_seconds_when_the_old_one_was_just_asked_for(
    address: str,
) -> None:
    before = _read(f"{address}/en/")
    later = timezone.now() + timedelta(seconds=5)
    Progress.objects.update(concluded_until=later)
    publish(later)
    published = time.monotonic()

    while _read(f"{address}/en/") == before and time.monotonic() < published + 10:
        time.sleep(0.05)

    assert time.monotonic() < published + 2


@pytest.mark.parametrize("path", ["/.manifest.json", "/.aged/en/index.html", "/.fresh/"])
def test_nginx_hides_the_manifest_and_old_forms_when_they_are_asked_for(address: str, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(address + path)


@pytest.mark.parametrize(
    ("path", "target"),
    [
        pytest.param("/admin", "/admin/", id="a folder without its slash"),
        pytest.param("plain:/en/", "https://status.example.com/en/", id="a page without TLS"),
    ],
)
def test_nginx_leads_nobody_to_another_site_when_the_host_is_anothers(
    address: str, path: str, target: str, tmp_path: Path
) -> None:
    ports = re.findall(r"listen 127\.0\.0\.1:(\d+)", (tmp_path / "site.conf").read_text())
    port = int(ports[0] if path.startswith("plain:") else ports[1])
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as asked:
        asked.request("GET", path.removeprefix("plain:"), headers={"Host": "evil.example"})

        assert asked.getresponse().getheader("Location") == target


@pytest.mark.parametrize(
    "path",
    [
        "/report/",
        "/only-me/",
        "/subscribe/",
        "/en/subscribe/stop/abc/",
        "/api/v1/incidents",
        "/admin/incidents/incident/add/",
    ],
)
def test_nginx_takes_bodies_as_large_as_the_app_does_when_they_are_sent_there(
    tmp_path: Path, path: str
) -> None:
    most = Limits().body_bytes(path)
    small_snapshot(tmp_path / "snapshot")

    with (
        front(tmp_path / "snapshot") as app,
        nginx_server(tmp_path, snapshot=tmp_path / "snapshot", app=app) as address,
    ):
        with urllib.request.urlopen(address + path, data=bytes(most), timeout=10) as answer:
            taken = answer.read()
        larger = _refusal(address, path, most + 1)

    assert taken.endswith(b" %d" % most)
    assert larger.startswith(b"HTTP/1.1 413")


def test_nginx_takes_the_path_off_when_the_site_lies_below_one(tmp_path: Path) -> None:
    folder = small_snapshot(tmp_path / "snapshot")

    with (
        front(folder, below="/status") as app,
        nginx_server(tmp_path, snapshot=folder, app=app, below_a_path=True) as address,
    ):
        page, plain = _read(f"{address}/status/"), _read(f"{address}/")
        asked = _read(f"{address}/status/only-me/?on=fenfu-qr")
        admin = _read(f"{address}/status/admin/incidents/")
        led = [_led(address, path) for path in ("/status", "/status/admin")]

    assert page == plain == PAGE
    assert asked.startswith(b"GET /only-me/ on=fenfu-qr ")
    assert admin.startswith(b"GET /admin/incidents/ ")
    assert led == ["/status/", "/status/admin/"]


def test_no_log_of_nginx_holds_it_when_an_address_has_a_token(tmp_path: Path) -> None:
    folder, logged, token = small_snapshot(tmp_path / "snapshot"), tmp_path / "access.log", "abcdef234567" * 3

    with (
        front(folder) as app,
        nginx_server(tmp_path, snapshot=folder, app=app, access_log=str(logged)) as address,
    ):
        answers = [_read(f"{address}/en/subscribe/{page}/{token}/") for page in ("confirm", "manage", "stop")]
        _read(f"{address}/en/only-me/")

    assert all(token.encode() in answer for answer in answers)
    assert "/en/only-me/" in logged.read_text()
    assert token not in logged.read_text()


def _led(address: str, path: str) -> str | None:
    """Where a request is sent to."""
    with closing(http.client.HTTPConnection(address.removeprefix("http://"), timeout=10)) as asked:
        asked.request("GET", path)
        return asked.getresponse().getheader("Location")


def _refusal(address: str, path: str, size: int) -> bytes:
    """What is answered to the head of a body that does not come."""
    host, _, port = address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as asking:
        asking.sendall(f"POST {path} HTTP/1.1\r\nHost: h\r\nContent-Length: {size}\r\n\r\n".encode())
        return asking.recv(4096)


OLD = {
    "/en/": b'id="stale" class="stale">',
    "/en/embed/": b'<body class="t-unknown">',
    "/api/v2/status.json": b'"indicator":"minor","description":"Status Unknown","x_unknown":true',
    "/api/v2/components.json": b'"x_state":"unknown"',
    "/en/badge/status.json": b'"message": "Unknown"',
    "/en/badge/fenfu-qr/status.svg": b"Unknown",
}


@pytest.mark.parametrize(
    ("minutes", "is_old"),
    [
        pytest.param(0, False, id="just now"),
        pytest.param(-1, False, id="a minute ago"),
        pytest.param(-3, True, id="three minutes ago"),
        pytest.param(60, True, id="by a clock that is ahead"),
    ],
)
def test_nginx_says_by_itself_that_nobody_knows_when_the_snapshot_is_too_old(
    address: str, minutes: int, is_old: bool
) -> None:
    publish(timezone.now() + timedelta(minutes=minutes))

    said = {path: words in _read(address + path) for path, words in OLD.items()}

    assert said == dict.fromkeys(OLD, is_old)


def test_nginx_comes_to_say_that_nobody_knows_when_time_passes_and_nothing_is_published(address: str) -> None:
    soon = 10 * (time.time() // 10 + 1) + (10 if time.time() % 10 > 8 else 0)
    publish(datetime.fromtimestamp(soon - STALE_AFTER_S, tz=UTC))
    before = {path: words in _read(address + path) for path, words in OLD.items()}
    is_early = time.time() < soon

    time.sleep(max(0.0, soon + 0.2 - time.time()))

    assert not (is_early and any(before.values()))
    assert all(words in _read(address + path) for path, words in OLD.items())


def _read(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:
        body: bytes = answer.read()
        return body


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

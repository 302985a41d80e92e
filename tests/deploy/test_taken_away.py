"""Engine, broker, database and app are taken away one by one while a reader keeps reloading."""

import os
import re
import shutil
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from statuspage.ages import STALE_AFTER_S
from statuspage.public.publish.manifest import MANIFEST, POINTER, read_manifest
from statuspage.public.publish.shelf import point_to
from tests.deploy.site import ROOT
from tests.support.nginx import nginx_server
from tests.support.postgres import postgres_server
from tests.support.processes import free_port, running, wait_until
from tests.support.redis import redis_server
from tests.support.units import command_of

pytestmark = [pytest.mark.slow, pytest.mark.alone]

# A small site with one incident, made in a process of its own, for it is not the tests' database.
FILL = """
import django; django.setup()
from django.utils import timezone
from tests.support.public_rows import make_incident, make_world
print(make_incident(make_world(now=timezone.now(), days=3)).public_id)
"""
AT_PAGE = re.compile(r'<time datetime="([^"]+)" data-form="seconds"')
AT_JSON = re.compile(r'"updated_at":"([^"]+)","x_known_until"')
PACE_S = 0.05
EVERYTHING = ("engine", "broker", "database", "app")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One answer that the reader got: ``status`` 0 is none at all. ``left`` is what still ran before it."""

    left: tuple[str, ...]
    url: str
    status: int
    body: str


@dataclass
class Reader(threading.Thread):
    """Reloads ``urls`` in turn, for as long as it is not told to stop."""

    urls: list[str]
    parts: dict[str, ExitStack]
    looks: list[Look] = field(default_factory=list)
    is_done: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        while not self.is_done.wait(PACE_S):
            for url in self.urls:
                left = tuple(self.parts)
                self.looks.append(Look(left=left, url=url, **_fetched(url)))

    def keep_reading(self, rounds: int) -> None:
        """Return after so many more rounds."""
        wanted = len(self.looks) + (rounds + 1) * len(self.urls)
        wait_until(lambda: len(self.looks) >= wanted, seconds=20, what="the reader goes on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What was read on the way, and the addresses of the app and of nginx."""

    app: str
    nginx: str
    looks: list[Look]
    stale_from: int

    def through(self, address: str, *, without: str | None = None) -> list[Look]:
        """What ``address`` answered while the app was there; or after ``without`` was taken away."""
        return [
            look
            for look in self.looks
            if look.url.startswith(address) and (without not in look.left if without else "app" in look.left)
        ]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site after all of it was taken away."""
    folder = tmp_path_factory.mktemp("taken")
    snapshot = folder / "var" / "snapshot"
    with ExitStack() as nginx_stack, _running_site(folder) as (app, port, incident, parts):
        nginx = nginx_stack.enter_context(nginx_server(folder, snapshot=snapshot, app=port))
        paths = ("/", "/en/", f"/incidents/{incident}/", "/api/v2/summary.json")
        for path in paths:
            wait_until(partial(_is_there, app + path), seconds=60, what=path)
        reader = Reader(urls=[address + path for address in (app, nginx) for path in paths], parts=parts)
        reader.start()
        try:
            stale_from = _take_away(parts, reader, snapshot)
        finally:
            reader.is_done.set()
            reader.join(20)
        yield Site(app=app, nginx=nginx, looks=reader.looks, stale_from=stale_from)


def test_app_answers_everything_when_engine_broker_and_database_are_taken_away(site: Site) -> None:
    looks = site.through(site.app)

    assert {look.status for look in looks} == {200}
    assert {look.left for look in looks} == {EVERYTHING, EVERYTHING[1:], EVERYTHING[2:], EVERYTHING[3:]}


def test_nginx_answers_everything_when_the_app_is_taken_away_too(site: Site) -> None:
    looks = [look for look in site.looks if look.url.startswith(site.nginx)]

    assert {look.status for look in looks} == {200}
    assert {look.left for look in looks} >= {EVERYTHING, ()}


def test_every_answer_tells_its_age_when_nothing_makes_a_new_one(site: Site) -> None:
    read = [look for look in site.looks if look.status == 200]

    ages = [_age_told(look) for look in read]

    assert len(read) > 200
    assert None not in ages
    assert len({age for age, look in zip(ages, read, strict=True) if "engine" not in look.left}) == 1


def test_app_warns_when_the_clock_of_the_last_page_has_passed(site: Site) -> None:
    late = [look for look in site.looks[site.stale_from :] if look.url.startswith(site.app) and look.status]
    early = [look for look in site.through(site.app) if "engine" in look.left]

    assert len(late) >= 4
    assert all(_warns(look) for look in late)
    assert not any('id="stale" class="stale">' in look.body for look in early)


def test_page_brings_what_its_script_needs_to_warn_when_nginx_serves_it(site: Site) -> None:
    pages = [look for look in site.through(site.nginx, without="app") if not look.url.endswith(".json")]

    assert len(pages) >= 3
    assert all(f'data-stale="{STALE_AFTER_S}"' in look.body for look in pages)
    assert all('id="stale" class="stale" hidden' in look.body for look in pages)


@contextmanager
def _running_site(folder: Path) -> Iterator[tuple[str, int, str, dict[str, ExitStack]]]:
    """The app's URL and port, an incident's id, and all parts that can be taken away, each by its stack."""
    parts = {name: ExitStack() for name in EVERYTHING}
    port = free_port()
    with ExitStack() as all_parts:
        for name in reversed(EVERYTHING):
            all_parts.push(parts[name])
        environ = {
            **{name: value for name, value in os.environ.items() if name not in {"DEBUG", "FOGBREAK_DEMO"}},
            "SECRET_KEY": "a-test-that-takes-everything-away-" + "x" * 20,
            "DATABASE_URL": parts["database"].enter_context(postgres_server()),
            "BROKER_URL": parts["broker"].enter_context(redis_server(folder)),
            "SITE_URL": f"http://127.0.0.1:{port}",
            "VAR_DIR": str(folder / "var"),
            "DJANGO_SETTINGS_MODULE": "statuspage.settings",
        }
        for step in command_of("fogbreak-migrate.service"):
            subprocess.run(step, cwd=ROOT, env=environ, check=True, capture_output=True, timeout=120)
        filled = subprocess.run(
            [sys.executable, "-c", FILL], cwd=ROOT, env=environ, check=True, capture_output=True, text=True
        )
        for part, name, command in _commands(folder, port):
            log = folder / f"{name}.log"
            parts[part].enter_context(running(command, log=log, environ=environ, folder=ROOT))
        yield f"http://127.0.0.1:{port}", port, filled.stdout.strip(), parts


def _commands(folder: Path, port: int) -> list[tuple[str, str, list[str]]]:
    (web,) = command_of("fogbreak-web.service")
    (site,) = command_of("fogbreak-site.service")
    (schedule,) = command_of("fogbreak-schedule.service")
    return [
        ("app", "web", [str(port) if word == "8000" else word for word in web]),
        ("engine", "site", site),
        (
            "engine",
            "schedule",
            [str(folder / "schedule") if "/var/lib" in word else word for word in schedule],
        ),
    ]


def _take_away(parts: dict[str, ExitStack], reader: Reader, snapshot: Path) -> int:
    """One after the other; from which look on the page was too old is given back."""
    reader.keep_reading(8)
    for name in ("engine", "broker", "database"):
        parts[name].close()
        del parts[name]
        reader.keep_reading(8)
    _let_time_pass(snapshot)
    reader.keep_reading(1)
    stale_from = len(reader.looks)
    reader.keep_reading(8)
    parts.pop("app").close()
    reader.keep_reading(8)
    return stale_from


def _let_time_pass(folder: Path) -> None:
    """As if the engine had gone some minutes earlier: the last snapshot again, with an older time."""
    last = read_manifest(folder)
    assert last is not None
    older = folder / f"{last.folder}-older"
    shutil.copytree(folder / POINTER, older)
    at = datetime.now(UTC) - timedelta(seconds=STALE_AFTER_S + 60)
    manifest = msgspec.structs.replace(last, at=at, folder=older.name)
    (older / MANIFEST).write_bytes(msgspec.json.encode(manifest))
    point_to(older, folder)


def _is_there(url: str) -> bool:
    return bool(_fetched(url)["status"] == 200)


def _fetched(url: str) -> dict[str, Any]:
    try:
        with urllib.request.urlopen(url, timeout=10) as reply:
            return {"status": reply.status, "body": reply.read().decode()}
    except urllib.error.HTTPError as error:
        return {"status": error.code, "body": error.read().decode(errors="replace")}
    except OSError:
        return {"status": 0, "body": ""}


def _age_told(look: Look) -> str | None:
    found = (AT_JSON if look.url.endswith(".json") else AT_PAGE).search(look.body)
    return found and found[1].replace(".000", "").partition(".")[0].removesuffix("Z")


def _warns(look: Look) -> bool:
    if look.url.endswith(".json"):
        return '"x_unknown":true' in look.body
    return 'id="stale" class="stale">' in look.body

"""A site whose address has a path: everything on it leads to addresses below that path, and they answer."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from django.contrib.auth.models import User
from django.core.wsgi import get_wsgi_application
from django.test import Client
from django.urls import clear_script_prefix, get_resolver
from pytest_django import Settings
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from statuspage.environment import OUR_FOLDERS, site_address
from statuspage.public.publish.manifest import AGED, MANIFEST, manifest_in
from statuspage.public.serve.requests import without_prefix
from statuspage.public.serve.server import SnapshotServer
from tests.support.fronts import front, said, small_snapshot
from tests.support.public_rows import World, make_incident, make_maintenance, make_past_day
from tests.support.wsgi import Answer, ask

pytestmark = pytest.mark.usefixtures("connection_kept")

HOST = "https://pay.example"
# Where an address stands in a page, by which a browser or its script goes somewhere.
ATTRIBUTES = ("href", "src", "action", "hx-get", "hx-post", "data-icon", "data-unknown")
PROGRAMS = ("api/v2/summary.json", "api/v1/openapi.json", "api/v1/incidents", "history.json", "widget.js")

Crawl = Callable[[str], dict[str, Answer]]


@pytest.fixture(autouse=True)
def no_prefix_left() -> Iterator[None]:
    """What the handler remembers of the last request is of no other test's site."""
    yield
    clear_script_prefix()


@pytest.fixture
def crawl(world: World, published: Callable[[], Path], settings: Settings) -> Crawl:
    """Publishes a site that lies at a path, and follows every address on it: the answers by address."""
    make_past_day(world)
    make_incident(world)
    make_maintenance(world)

    def run(path: str) -> dict[str, Answer]:
        lie_at(settings, path)
        folder = published().parent
        settings.SNAPSHOT_DIR = folder
        made = manifest_in(folder / "current")
        assert made is not None
        server = SnapshotServer(get_wsgi_application(), folder, below=path, clock=lambda: made.at)
        return followed(server, [HOST + path + "/", *(f"{HOST}{path}/{name}" for name in PROGRAMS)])

    return run


def lie_at(settings: Settings, path: str) -> None:
    """As settings.py makes it of SITE_URL."""
    settings.SITE_URL, settings.SITE_PATH = HOST + path, path
    settings.FORCE_SCRIPT_NAME = path or None
    settings.STATIC_URL = f"{path}/static/"
    settings.SESSION_COOKIE_PATH = settings.CSRF_COOKIE_PATH = f"{path}/"
    settings.ALLOWED_HOSTS = ["pay.example", "127.0.0.1"]
    # Static files as they lie in the source, for nobody has collected them.
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = True
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


def followed(server: SnapshotServer, begin: list[str], **headers: str) -> dict[str, Answer]:
    """Of addresses that differ in the values of their query alone, one is asked for."""
    answers: dict[str, Answer] = {}
    waiting, seen = list(begin), set[tuple[str, ...]]()
    while waiting:
        parts = urlsplit(waiting.pop())
        key = (parts.path, *sorted(parse_qs(parts.query)))
        if key in seen:
            continue
        seen.add(key)
        address = parts._replace(fragment="").geturl()
        answers[address] = ask(server, parts.path, query=parts.query, host=parts.netloc, **headers)
        waiting += [found for found in addresses(address, answers[address]) if found.startswith(HOST)]
    return answers


def addresses(base: str, answer: Answer) -> Iterator[str]:
    """Every whole address that an answer leads to."""
    kind = answer.headers.get("Content-Type", "")
    if "Location" in answer.headers:
        yield urljoin(base, answer.headers["Location"])
    if kind.startswith("text/html"):
        for node in HTMLParser(answer.body.decode()).css("*"):
            named = [node.attributes.get(name) for name in ATTRIBUTES]
            content = node.attributes.get("content") or ""
            if node.tag == "meta" and content.startswith(("/", "http")):
                named.append(content)
            yield from (urljoin(base, name) for name in named if name and not name.startswith(("#", "data:")))
    text = answer.body.decode("latin-1").replace("\r\n ", "")
    yield from re.findall(re.escape(HOST) + r"[^\s\"'<>\\&]*", text)


@pytest.mark.parametrize("path", ["", "/status"], ids=["a host of its own", "below a path"])
def test_every_address_leads_below_the_site_and_is_answered_when_followed(crawl: Crawl, path: str) -> None:
    answers = crawl(path)

    led = {to for address, answer in answers.items() for to in addresses(address, answer)}
    assert len(answers) > 60
    assert {to for to in led if to != HOST + path and not to.startswith(f"{HOST}{path}/")} == set()
    assert {address for address, answer in answers.items() if answer.status != 200} == set()
    assert any("/only-me/?" in address for address in answers)
    assert any(address.endswith("/history.atom") for address in answers)


def test_description_of_the_api_names_the_path_when_the_site_lies_below_one(crawl: Crawl) -> None:
    answers = crawl("/status")

    assert b'"/status/api/v1/incidents"' in answers[f"{HOST}/status/api/v1/openapi.json"].body


def test_page_is_answered_with_and_without_the_path_when_a_proxy_takes_it_off(
    world: World, published: Callable[[], Path], settings: Settings
) -> None:
    lie_at(settings, "/status")
    server = SnapshotServer(
        get_wsgi_application(), published().parent, below="/status", clock=lambda: world.now
    )

    bodies = [ask(server, path).body for path in ("/status/en/", "/en/")]
    bare = [ask(server, path).body for path in ("/status", "/status/", "/")]

    assert bodies[0] == bodies[1]
    assert b'<html lang="en">' in bodies[0]
    assert bare[0] == bare[1] == bare[2]
    assert ask(server, "/status/en/about").headers["Location"] == "about/"


def test_admin_stays_below_the_path_when_somebody_logs_in(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    lie_at(settings, "/status")
    server = SnapshotServer(get_wsgi_application(), tmp_path, below="/status")
    staff = Client()
    staff.force_login(User.objects.create_superuser("admin"))
    cookie = f"sessionid={staff.cookies['sessionid'].value}"

    shut = ask(server, "/status/admin/", host="pay.example")
    login = ask(server, "/status/admin/login/", host="pay.example")
    pages = {
        path: ask(server, f"/status{path}", host="pay.example", cookie=cookie)
        for path in ("/admin/", "/admin/incidents/incident/", "/admin/incidents/maintenance/add/")
    }

    assert shut.headers["Location"] == "/status/admin/login/?next=/status/admin/"
    assert "Path=/status/" in login.headers["Set-Cookie"]
    led = {to for path, page in pages.items() for to in addresses(f"{HOST}/status{path}", page)}
    assert {page.status for page in pages.values()} == {200}
    assert {to for to in led if not to.startswith(f"{HOST}/status/")} == {f"{HOST}/status"}
    sheet = next(to for to in led if to.endswith("/base.css"))
    assert ask(server, urlsplit(sheet).path, host="pay.example").status == 200


@pytest.mark.parametrize(
    ("target", "told"),
    [
        pytest.param(b"/status/a?b", b"/a b ", id="with the path"),
        pytest.param(b"/a?b", b"/a b ", id="without it"),
        pytest.param(b"/statuses/a", b"/statuses/a  ", id="another path that begins alike"),
        pytest.param(b"http://here/status/a?b", b"/a b ", id="a whole address"),
    ],
)
def test_front_takes_the_path_off_when_the_site_lies_below_it(
    tmp_path: Path, target: bytes, told: bytes
) -> None:
    with front(small_snapshot(tmp_path), below="/status") as port:
        answer = said(port, b"POST " + target + b" HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")

    assert b"POST " + told in answer


def test_paths_are_left_alone_when_the_site_has_a_host_of_its_own() -> None:
    assert [without_prefix(path, "") for path in ("/", "/en/", "")] == ["/", "/en/", ""]


@pytest.mark.parametrize(
    ("address", "why"),
    [
        pytest.param("https://pay.example/en", "has a folder /en", id="a folder of ours"),
        pytest.param("https://pay.example/admin/status", "has a folder /admin", id="below a folder of ours"),
        pytest.param("https://pay.example/a b", "of letters, digits", id="a space"),
        pytest.param("https://pay.example/状态", "of letters, digits", id="no ASCII"),
        pytest.param("https://pay.example/?page=1", "of letters, digits", id="a query"),
    ],
)
def test_address_is_refused_when_a_site_cannot_lie_there(address: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        site_address(address)


def test_no_folder_of_the_site_is_forgotten_when_paths_are_refused(
    world: World, published: Callable[[], Path]
) -> None:
    make_incident(world)
    make_maintenance(world)
    made = manifest_in(published())
    assert made is not None, MANIFEST

    files = {entry.path.removeprefix(AGED).lstrip("/") for entry in made.entries}
    routes = {str(route.pattern) for route in get_resolver().url_patterns}

    folders = {path.partition("/")[0] for path in (*files, *routes) if "/" in path}
    assert folders - OUR_FOLDERS == set()

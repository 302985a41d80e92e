"""The front that answers from memory, by the rules of RFC 9110 and 9111."""

import gzip
import json
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

import brotli
import pytest
from django.conf import settings

from statuspage.ages import STALE_AFTER_S
from statuspage.monitoring.models import Progress
from statuspage.public.headers import HEADERS, Kind
from statuspage.public.serve.server import SnapshotServer
from tests.support.public_rows import World, make_incident
from tests.support.wsgi import ask


def inner(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    start_response("418 I'm a teapot", [])
    return [b"inner"]


@pytest.fixture
def server(published: Callable[[], Path], world: World) -> SnapshotServer:
    folder = published().parent
    return SnapshotServer(inner, folder, clock=lambda: world.now + timedelta(seconds=5))


ENCODINGS = [
    ("", None),
    ("gzip", "gzip"),
    ("gzip, deflate, br", "br"),
    ("br;q=0, gzip", "gzip"),
    ("br;q=0.5, gzip;q=1.0", "gzip"),
    ("gzip;q=0.5, *;q=0.1", "gzip"),
    ("x-gzip", "gzip"),
    ("identity", None),
    ("identity, gzip;q=0.5", None),
    ("identity;q=0.5, gzip;q=0.5", "gzip"),
    ("identity;q=0", None),
    ("identity;q=0, *", "br"),
    ("br;q=0, *", "gzip"),
    ("*", "br"),
    ("*;q=0", None),
    ("gzip;q=nonsense", None),
]


@pytest.mark.parametrize(("accepted", "encoding"), ENCODINGS)
def test_server_picks_a_form_that_the_reader_takes_when_asked(
    server: SnapshotServer, accepted: str, encoding: str | None
) -> None:
    plain = ask(server)

    answer = ask(server, accept_encoding=accepted)

    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]
    assert answer.headers.get("Content-Encoding") == encoding
    assert unpack(answer.body) == plain.body
    assert answer.headers["Content-Length"] == str(len(answer.body))
    assert answer.headers["Vary"] == "Accept-Encoding"


def test_server_sends_the_same_bytes_when_the_query_differs(server: SnapshotServer) -> None:
    assert ask(server, query="x=1").body == ask(server).body


def test_server_sends_no_body_when_asked_for_the_head(server: SnapshotServer) -> None:
    whole = ask(server)

    head = ask(server, method="HEAD")

    assert head.body == b""
    assert head.headers == whole.headers


CONDITIONS = [
    ("the same tag", lambda tag, date: {"if_none_match": tag}, 304),
    ("one of several tags", lambda tag, date: {"if_none_match": f'"x", W/{tag}'}, 304),
    ("any tag", lambda tag, date: {"if_none_match": "*"}, 304),
    ("another tag", lambda tag, date: {"if_none_match": '"x"'}, 200),
    ("the same date", lambda tag, date: {"if_modified_since": date}, 304),
    ("an older date", lambda tag, date: {"if_modified_since": "Thu, 01 Jan 2015 00:00:00 GMT"}, 200),
    ("a malformed date", lambda tag, date: {"if_modified_since": "yesterday"}, 200),
    (
        "a date beyond all years",
        lambda tag, date: {"if_modified_since": "Thu, 01 Jan 99999999999 00:00:00 GMT"},
        200,
    ),
    (
        "another tag and the same date",
        lambda tag, date: {"if_none_match": '"x"', "if_modified_since": date},
        200,
    ),
]


@pytest.mark.parametrize(
    ("headers", "status"), [case[1:] for case in CONDITIONS], ids=[case[0] for case in CONDITIONS]
)
def test_server_answers_a_conditional_request_by_the_rules_when_sent(
    server: SnapshotServer, headers: Callable[[str, str], dict[str, str]], status: int
) -> None:
    first = ask(server)

    answer = ask(server, **headers(first.headers["ETag"], first.headers["Last-Modified"]))

    assert answer.status == status
    assert answer.headers["ETag"] == first.headers["ETag"]
    assert answer.body == (b"" if status == 304 else first.body)


def test_server_tells_forms_apart_by_their_tag_when_compressed(server: SnapshotServer) -> None:
    plain, packed = ask(server), ask(server, accept_encoding="gzip")

    answer = ask(server, accept_encoding="gzip", if_none_match=plain.headers["ETag"])

    assert plain.headers["ETag"] != packed.headers["ETag"]
    assert answer.status == 200


def test_server_refuses_other_methods_when_the_page_is_published(server: SnapshotServer) -> None:
    answer = ask(server, method="POST")

    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


def test_server_hands_on_when_the_path_is_not_published(server: SnapshotServer) -> None:
    assert ask(server, "/admin/").body == b"inner"


def test_server_adds_the_slash_when_it_was_left_out(server: SnapshotServer) -> None:
    answer = ask(server, "/about")

    assert (answer.status, answer.headers["Location"]) == (301, "about/")


def test_server_opens_the_api_to_every_origin_when_asked_by_a_browser(server: SnapshotServer) -> None:
    answer = ask(server, "/api/v2/summary.json", origin="https://other.example")
    preflight = ask(server, "/api/v2/summary.json", method="OPTIONS")

    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert (preflight.status, preflight.headers["Access-Control-Allow-Origin"]) == (204, "*")


def test_server_forbids_foreign_and_inline_code_when_it_sends_a_page(server: SnapshotServer) -> None:
    policy = ask(server).headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_server_shows_the_warning_when_the_snapshot_is_old(
    published: Callable[[], Path], world: World
) -> None:
    now = [world.now + timedelta(seconds=100)]
    server = SnapshotServer(inner, published().parent, clock=lambda: now[0])
    fresh = ask(server, accept_encoding="br")

    now[0] = world.now + timedelta(seconds=121)
    stale = ask(server, accept_encoding="br", if_none_match=fresh.headers["ETag"])

    assert stale.status == 200
    assert stale.headers["Content-Encoding"] == "br"
    assert b'id="stale" class="stale">' in brotli.decompress(stale.body)
    assert b'id="stale" class="stale" hidden>' in brotli.decompress(fresh.body)


@pytest.mark.parametrize(
    ("known_s", "is_old"),
    [
        pytest.param(60, False, id="known until a minute before"),
        pytest.param(110, True, id="known until almost two minutes before"),
        pytest.param(130, False, id="known until so long before that it says so itself"),
    ],
)
def test_page_is_as_old_as_what_it_knows_when_it_was_made_later(
    published: Callable[[], Path], world: World, known_s: int, is_old: bool
) -> None:
    Progress.objects.update(concluded_until=world.now - timedelta(seconds=known_s))
    server = SnapshotServer(inner, published().parent, clock=lambda: world.now + timedelta(seconds=30))

    page, api = ask(server, "/en/"), ask(server, "/api/v2/status.json")

    assert (b'id="stale" class="stale">' in page.body) is is_old
    assert json.loads(api.body)["status"]["x_unknown"] is (is_old or known_s > 120)


@pytest.mark.parametrize(
    ("known_s", "as_of_s"),
    [
        pytest.param(60, 60, id="known until a minute before"),
        pytest.param(-60, 0, id="known until a minute later"),
        pytest.param(130, 0, id="known until so long before that it says so itself"),
    ],
)
@pytest.mark.parametrize("path", ["/en/", "/en/_now.html", "/en/components/fenfu-qr/"])
def test_script_reckons_from_what_the_page_knows_when_it_was_made_later(
    published: Callable[[], Path], world: World, path: str, known_s: int, as_of_s: int
) -> None:
    Progress.objects.update(concluded_until=world.now - timedelta(seconds=known_s))
    server = SnapshotServer(inner, published().parent, clock=lambda: world.now)

    page = ask(server, path).body.decode()

    since = int((world.now - timedelta(seconds=as_of_s)).timestamp())
    assert re.findall(r'data-made="(\d+)"', page) == [str(since)]


def test_nothing_claims_to_know_when_the_snapshot_is_old(published: Callable[[], Path], world: World) -> None:
    old = SnapshotServer(inner, published().parent, clock=lambda: world.now + timedelta(hours=1))

    page, now, api = (ask(old, path) for path in ("/en/", "/en/_now.html", "/api/v2/status.json"))

    last = b"We do not know how things stand now. Last known:"
    assert b"<title>" + last in page.body
    assert re.search(rb'<link rel="icon"[^>]*favicon-unknown', page.body)
    for body in (page.body, now.body):
        assert b'<span class="last">' + last + b" </span>" in body
        assert b'class="verdict t-unknown"' in body
        assert (
            b'<span class="badge"><svg class="icon" aria-hidden="true" focusable="false"><use href="#i-unk'
            in body
        )
    assert json.loads(api.body)["status"] == {
        "indicator": "minor",
        "description": "Status Unknown",
        "x_unknown": True,
    }


@pytest.mark.parametrize("hours", [1, -1], ids=["is an hour old", "comes from a clock that is ahead"])
@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/en/embed/", b'<body class="t-unknown">'),
        ("/en/badge/status.json", b'"message": "Unknown", "color": "5d646e"'),
        ("/badge/fenfu-qr/status.svg", "情况不明".encode()),
        ("/api/v2/components.json", b'"status":"degraded_performance"'),
        ("/api/v2/incidents/unresolved.json", b'"x_state":"unknown"'),
    ],
)
def test_what_has_no_script_tells_that_nobody_knows_when_the_snapshot(
    published: Callable[[], Path], world: World, path: str, words: bytes, hours: int
) -> None:
    make_incident(world)
    now = [world.now]
    server = SnapshotServer(inner, published().parent, clock=lambda: now[0])
    fresh = ask(server, path)

    now[0] += timedelta(hours=hours)

    assert words in ask(server, path).body
    assert words not in fresh.body


@pytest.mark.parametrize("kind", [Kind.EMBED, Kind.API, Kind.FEED])
def test_caches_let_go_of_what_has_no_script_when_it_may_have_become_too_old(kind: Kind) -> None:
    for name, value in HEADERS[kind]:
        if name.endswith("Cache-Control"):
            seconds = {part: int(number) for part, number in re.findall(r"([a-z-]+)=(\d+)", value)}
            held = seconds["max-age"] + max(
                seconds.get("stale-while-revalidate", 0), seconds["stale-if-error"]
            )
            # The snapshot may be nearly as old as it becomes before the next one.
            assert held + 2 * settings.PUBLISH_SECONDS <= STALE_AFTER_S


def test_page_of_what_is_over_stays_as_it_is_when_the_snapshot_is_old(
    published: Callable[[], Path], world: World
) -> None:
    over = make_incident(world, ago=timedelta(hours=5), lasted=timedelta(hours=1))
    now = [world.now]
    server = SnapshotServer(inner, published().parent, clock=lambda: now[0])
    fresh = ask(server, f"/incidents/{over.public_id}/")

    now[0] = world.now + timedelta(hours=1)

    assert ask(server, f"/incidents/{over.public_id}/").body == fresh.body


def test_old_form_is_served_by_no_address_of_its_own_when_asked_for(server: SnapshotServer) -> None:
    assert ask(server, "/.aged/en/").body == b"inner"


def test_server_turns_to_the_new_snapshot_when_the_pointer_moves(
    published: Callable[[], Path], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = SnapshotServer(inner, published().parent)
    first = ask(server).headers["ETag"]
    world.now += timedelta(seconds=15)
    Progress.objects.update(concluded_until=world.now)
    published()

    assert ask(server).headers["ETag"] != first


def test_servers_agree_at_once_when_several_processes_serve_one_folder(
    published: Callable[[], Path], world: World
) -> None:
    folder = published().parent
    servers = [SnapshotServer(inner, folder) for _ in range(2)]
    before = {ask(server, "/api/v2/status.json").headers["ETag"] for server in servers}
    world.now += timedelta(seconds=15)
    published()

    after = {ask(server, "/api/v2/status.json").headers["ETag"] for server in servers}

    assert (len(before), len(after)) == (1, 1)
    assert before != after


def test_server_goes_on_when_the_folder_vanishes(published: Callable[[], Path], world: World) -> None:
    folder = published().parent
    server = SnapshotServer(inner, folder, clock=lambda: world.now)
    before = ask(server, accept_encoding="br")

    shutil.rmtree(folder)

    assert ask(server, accept_encoding="br").body == before.body


def test_server_says_that_nothing_is_published_when_there_is_no_snapshot(tmp_path: Path) -> None:
    server = SnapshotServer(inner, tmp_path, clock=lambda: datetime.now(tz=UTC))

    answer = ask(server)

    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")


def test_server_says_once_that_a_manifest_is_of_another_version_when_asked_often(
    published: Callable[[], Path], world: World, caplog: pytest.LogCaptureFixture
) -> None:
    folder = published().parent
    first = SnapshotServer(inner, folder, clock=lambda: world.now)
    before = ask(first)
    (published() / ".manifest.json").write_text('{"format": "of another version"}')

    during = [ask(first) for _ in range(3)]
    said = [record.message for record in caplog.records if "no manifest" in record.message]
    published()
    after = ask(first)

    assert {answer.body for answer in during} == {before.body}
    assert len(said) == 1
    assert after.status == 200
    assert after.headers["Last-Modified"] >= before.headers["Last-Modified"]

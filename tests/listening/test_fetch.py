import gzip
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from probes.listening.fetching import fetch
from probes.listening.fetching.fetch import (
    MOST_BYTES,
    ROBOTS_KEPT_SECONDS,
    ROBOTS_RETRY_SECONDS,
    ROBOTS_SECONDS,
    Fetched,
    Fetcher,
    FetchError,
    NotYetError,
)
from probes.network.addresses import ForbiddenAddressError, is_public, public_only
from tests.support.websites import Answer, Asked, website


def build_fetcher(private_hosts: tuple[str, ...] = ("127.0.0.1",), **more: Any) -> Fetcher:
    return Fetcher(agent="Fogbreak/1 (+https://status.example)", private_hosts=private_hosts, **more)


def get(fetcher: Fetcher, url: str, **more: Any) -> Fetched:
    return fetcher.get(url, delay_s=0, **more)


@contextmanager
def dripping_site(pause_s: float) -> Iterator[str]:
    """A site whose answer comes byte by byte and never ends."""
    stopped = threading.Event()

    def drip() -> None:
        connection, _ = server.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
            while not stopped.wait(pause_s):
                try:
                    connection.sendall(b"x")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            stopped.set()
            thread.join()


class Hours:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
        ("fe80::1%eth0", False),
        ("fec0::1", False),
        ("::10.0.0.1", False),
        ("64:ff9b::5db8:d822", True),
    ],
)
def test_is_public_tells_addresses_apart_when_asked(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_fetcher_refuses_a_private_host_when_no_setting_allows_it() -> None:
    with website(page=Answer(b"secret")) as site, pytest.raises(FetchError, match="not public"):
        get(build_fetcher(private_hosts=()), f"{site.url}/page")


@pytest.mark.parametrize(
    "host",
    ["2130706433", "0x7f000001", "127.1", "0", "[::ffff:127.0.0.1]", "[::]", "localhost.", "①②⑦.⓪.⓪.①"],
)
def test_fetcher_refuses_a_private_host_when_it_is_spelled_otherwise(host: str) -> None:
    with website(page=Answer(b"x")) as site:
        port = site.url.rpartition(":")[2]

        with pytest.raises(FetchError, match="not public"):
            get(build_fetcher(private_hosts=()), f"http://{host}:{port}/page")

        assert site.asked == []


def test_host_is_refused_when_one_of_its_addresses_is_private() -> None:
    guard = public_only([])

    with pytest.raises(ForbiddenAddressError, match=r"leads to 127\.0\.0\.1"):
        guard("evil.example", 80, ["93.184.216.34", "127.0.0.1"])
    assert guard("good.example", 80, ["93.184.216.34"]) == ["93.184.216.34"]


def test_fetcher_refuses_a_redirect_when_it_leads_to_a_private_host() -> None:
    with (
        website(page=Answer(status=302, headers={"Location": "http://localhost:1/admin"})) as site,
        pytest.raises(FetchError, match="not public"),
    ):
        get(build_fetcher(), f"{site.url}/page")


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://x/y", "javascript:alert(1)", "http://[bad/", "http://h:99999/"]
)
def test_fetcher_refuses_a_redirect_when_it_leaves_the_web(target: str) -> None:
    with (
        website(page=Answer(status=302, headers={"Location": target})) as site,
        pytest.raises(FetchError, match="redirects to"),
    ):
        get(build_fetcher(), f"{site.url}/page")


def test_fetcher_gives_up_when_redirects_go_in_a_circle() -> None:
    with (
        website(page=Answer(status=302, headers={"Location": "/page"})) as site,
        pytest.raises(FetchError, match="redirects"),
    ):
        get(build_fetcher(), f"{site.url}/page")


@pytest.mark.parametrize("url", ["http://[bad/", "http://h:99999/", "http://h\0/", "q?q=分付", "http:///x"])
def test_fetcher_names_the_address_when_it_is_none(url: str) -> None:
    with pytest.raises(FetchError, match="not an address"):
        get(build_fetcher(), url)


def test_fetcher_encodes_an_address_when_it_is_not_ascii() -> None:
    with website(**{"q?q=%E5%88%86%E4%BB%98%20x%41": Answer(b"x")}) as site:
        found = get(build_fetcher(), f"{site.url}/q?q=分付 x%41")

    assert found.body == b"x"
    assert found.url.isascii()


def test_fetcher_follows_a_redirect_when_it_is_written_in_raw_utf_8() -> None:
    raw = "/分付 x".encode().decode("latin-1")  # as the server sends it, byte by byte
    answers = {
        "page": Answer(status=302, headers={"Location": raw}),
        "%E5%88%86%E4%BB%98%20x": Answer(b"x"),
    }
    with website(**answers) as site:
        assert get(build_fetcher(), f"{site.url}/page").body == b"x"


def test_fetcher_asks_without_a_condition_when_the_tag_is_not_ascii() -> None:
    with website(page=Answer(b"x", headers={"ETag": '"\xe9"'})) as site:
        fetcher = build_fetcher()
        first = get(fetcher, f"{site.url}/page")

        assert get(fetcher, f"{site.url}/page", etag=first.etag).body == b"x"


@pytest.mark.parametrize("etag", ['"分付"', '"cut off ', '"\x01"'])
def test_fetcher_gets_the_page_when_its_etag_cannot_be_sent(etag: str) -> None:
    with website(page=Answer(b"x")) as site:
        assert get(build_fetcher(), f"{site.url}/page", etag=etag).body == b"x"
        assert "if-none-match" not in site.asked[-1].headers


def test_fetcher_says_who_it_is_and_asks_robots_first_when_it_visits() -> None:
    with website(page=Answer(b"x")) as site:
        get(build_fetcher(), f"{site.url}/page")

        assert [request.path for request in site.asked] == ["/robots.txt", "/page"]
        assert site.asked[1].headers["user-agent"] == "Fogbreak/1 (+https://status.example)"


def test_fetcher_stays_away_when_robots_forbid() -> None:
    robots = Answer(b"User-agent: *\nDisallow: /private")
    with website(**{"robots.txt": robots, "private": Answer(b"x"), "open": Answer(b"y")}) as site:
        fetcher = build_fetcher()

        with pytest.raises(FetchError, match=r"robots\.txt"):
            get(fetcher, f"{site.url}/private")

        assert get(fetcher, f"{site.url}/open").body == b"y"
        assert site.paths() == ["/open"]


def test_fetcher_stays_away_when_robots_begin_with_a_byte_order_mark() -> None:
    robots = Answer(b"\xef\xbb\xbfUser-agent: *\nDisallow: /")
    with (
        website(**{"robots.txt": robots, "page": Answer(b"x")}) as site,
        pytest.raises(FetchError, match=r"robots\.txt"),
    ):
        get(build_fetcher(), f"{site.url}/page")


def test_fetcher_stays_away_for_now_when_robots_cannot_be_had() -> None:
    with (
        website(**{"robots.txt": Answer(status=503), "page": Answer(b"x")}) as site,
        pytest.raises(FetchError, match=r"robots.txt answered 503"),
    ):
        get(build_fetcher(), f"{site.url}/page")


def test_fetcher_asks_robots_once_in_a_while_when_they_cannot_be_had() -> None:
    hours = Hours()
    robots = Answer(status=503, headers={"Retry-After": "7"})
    with website(**{"robots.txt": robots, "page": Answer(b"x")}) as site:
        fetcher = build_fetcher(sleep=hours.sleep, clock=hours)
        for page in ("page", "page", "other"):
            with pytest.raises(FetchError, match=r"robots.txt answered 503") as caught:
                get(fetcher, f"{site.url}/{page}")
            assert caught.value.retry_after_s == 7

        assert len(site.asked) == 1
        site.answers.clear()
        site.answers["/page"] = Answer(b"x")
        hours.seconds = ROBOTS_RETRY_SECONDS
        assert get(fetcher, f"{site.url}/page").body == b"x"


def test_fetcher_leaves_robots_alone_for_as_long_as_they_ask_when_they_cannot_be_had() -> None:
    hours = Hours()
    robots = Answer(status=503, headers={"Retry-After": "3600"})
    with website(**{"robots.txt": robots, "page": Answer(b"x")}) as site:
        fetcher = build_fetcher(sleep=hours.sleep, clock=hours)
        for seconds in (0, 31, 3599):
            hours.seconds = seconds
            with pytest.raises(FetchError, match=r"robots.txt answered 503") as caught:
                get(fetcher, f"{site.url}/page")
            assert caught.value.retry_after_s == 3600 - seconds
        assert len(site.asked) == 1

        del site.answers["/robots.txt"]
        hours.seconds = 3600
        assert get(fetcher, f"{site.url}/page").body == b"x"


def test_failure_of_robots_is_for_good_for_every_page_when_it_was_for_the_first() -> None:
    nowhere = Answer(status=302, headers={"Location": "http://[nowhere"})
    with website(**{"robots.txt": nowhere}) as site:
        fetcher = build_fetcher(clock=Hours())
        for page in ("page", "other"):
            with pytest.raises(FetchError, match="redirects to") as caught:
                get(fetcher, f"{site.url}/{page}")
            assert caught.value.permanent
        assert len(site.asked) == 1


@pytest.mark.parametrize(
    "failing",
    [{"status": 503, "headers": {"Retry-After": "7"}}, {"status": 302, "headers": {"Location": "http://["}}],
)
def test_pages_are_had_by_the_known_rules_for_a_day_when_robots_fail(failing: dict[str, Any]) -> None:
    hours = Hours()
    with website(page=Answer(b"x"), other=Answer(b"y"), private=Answer(b"z")) as site:
        site.answers["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /private")
        fetcher = build_fetcher(clock=hours, sleep=hours.sleep)
        get(fetcher, f"{site.url}/page")
        site.answers["/robots.txt"] = Answer(**failing)
        hours.seconds = ROBOTS_SECONDS + 1

        assert get(fetcher, f"{site.url}/page").body == b"x"
        assert get(fetcher, f"{site.url}/other").body == b"y"
        with pytest.raises(FetchError, match="forbids it"):
            get(fetcher, f"{site.url}/private")
        assert [asked.path for asked in site.asked].count("/robots.txt") == 2

        hours.seconds = ROBOTS_KEPT_SECONDS + 1
        with pytest.raises(FetchError, match=r"robots.txt answered 503|redirects to"):
            get(fetcher, f"{site.url}/page")


@contextmanager
def hanging() -> Iterator[tuple[Callable[[Asked], Answer], threading.Event, threading.Event]]:
    """An answer that hangs until it is let go of; tells when it is asked for."""
    asked_for, let_go = threading.Event(), threading.Event()

    def hang(asked: Asked) -> Answer:
        asked_for.set()
        let_go.wait(30)
        return Answer(b"")

    try:
        yield hang, asked_for, let_go
    finally:
        let_go.set()


def test_other_pages_of_a_host_are_put_off_when_its_robots_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "LONGEST_NAP_SECONDS", 0.05)
    with (
        ThreadPoolExecutor(1) as thread,
        hanging() as (hang, asked_for, let_go),
        website(page=Answer(b"x"), other=Answer(b"y")) as site,
    ):
        site.answers["/robots.txt"] = hang
        fetcher = build_fetcher()
        first = thread.submit(get, fetcher, f"{site.url}/page")
        assert asked_for.wait(30)

        with pytest.raises(NotYetError):
            get(fetcher, f"{site.url}/other")

        assert not first.done()
        let_go.set()
        assert first.result().body == b"x"
        assert get(fetcher, f"{site.url}/other").body == b"y"
        assert [asked.path for asked in site.asked].count("/robots.txt") == 1


def test_other_pages_of_a_host_are_had_by_older_rules_when_its_robots_hang() -> None:
    hours = Hours()
    with (
        ThreadPoolExecutor(1) as thread,
        hanging() as (hang, asked_for, _),
        website(page=Answer(b"x"), other=Answer(b"y")) as site,
    ):
        fetcher = build_fetcher(clock=hours, sleep=hours.sleep)
        get(fetcher, f"{site.url}/page")
        site.answers["/robots.txt"] = hang
        hours.seconds = ROBOTS_SECONDS + 1
        first = thread.submit(get, fetcher, f"{site.url}/page")
        assert asked_for.wait(30)

        assert get(fetcher, f"{site.url}/other").body == b"y"
        assert not first.done()


def test_robots_have_half_of_a_pages_time_when_they_drip() -> None:
    with (
        dripping_site(pause_s=0.01) as url,
        pytest.raises(FetchError, match=r"took longer than 0\.1 s"),
    ):
        get(build_fetcher(most_seconds=0.2), f"{url}/page")


def test_fetcher_brings_nothing_when_the_page_has_not_changed() -> None:
    def answer(asked: Asked) -> Answer:
        unchanged = asked.headers.get("if-none-match") == '"v1"'
        return Answer(status=304) if unchanged else Answer(b"x", headers={"ETag": '"v1"'})

    with website(page=answer) as site:
        fetcher = build_fetcher()
        first = get(fetcher, f"{site.url}/page")

        assert get(fetcher, f"{site.url}/page", etag=first.etag).body is None


def test_fetcher_waits_between_two_requests_when_they_go_to_one_host() -> None:
    naps: list[float] = []
    with website(page=Answer(b"x")) as site:
        fetcher = build_fetcher(sleep=naps.append)
        fetcher.get(f"{site.url}/page", delay_s=5)
        fetcher.get(f"{site.url}/page", delay_s=5)

    assert len(naps) == 1
    assert 4 < naps[0] <= 5


def test_fetcher_gives_each_its_turn_when_threads_ask_one_host_at_once() -> None:
    naps: list[float] = []
    with website(**{f"page{number}": Answer(b"x") for number in range(4)}) as site:
        fetcher = build_fetcher(sleep=naps.append)
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda n: fetcher.get(f"{site.url}/page{n}", delay_s=1.5), range(4)))

        assert [round(nap) for nap in sorted(naps)] == [1, 3, 4]
        assert [request.path for request in site.asked].count("/robots.txt") == 1


def test_fetcher_has_its_full_time_when_it_waited_for_its_turn() -> None:
    hours = Hours()
    robots = Answer(b"User-agent: *\nCrawl-delay: 4.5")
    with website(**{"robots.txt": robots, "page": Answer(b"x")}) as site:
        fetcher = build_fetcher(sleep=hours.sleep, clock=hours, most_seconds=3)
        get(fetcher, f"{site.url}/page")

        assert get(fetcher, f"{site.url}/page").body == b"x"
        assert hours.seconds == 4.5


def test_fetcher_holds_no_thread_when_a_host_wants_to_be_left_alone_for_long() -> None:
    hours = Hours()
    robots = Answer(b"User-agent: *\nCrawl-delay: 60")
    with website(**{"robots.txt": robots, "page": Answer(b"x")}) as site:
        fetcher = build_fetcher(sleep=hours.sleep, clock=hours)
        get(fetcher, f"{site.url}/page")

        with pytest.raises(NotYetError) as caught:
            get(fetcher, f"{site.url}/page")

        assert (caught.value.wait_s, hours.seconds) == (60, 0)
        hours.seconds = 60
        assert get(fetcher, f"{site.url}/page").body == b"x"
        assert site.paths() == ["/page"] * 2


def test_fetcher_gives_what_was_kept_once_when_a_visit_goes_on() -> None:
    hours = Hours()
    kept = Fetched(url="http://forum.example/one", body=b"x" * 20_000_000)
    fetcher = build_fetcher(clock=hours)
    fetcher.keep({kept.url: kept})
    hours.seconds = 1
    fetcher.keep({"http://forum.example/two": kept})

    assert get(fetcher, "http://forum.example/two") is kept
    # Of more than is kept the oldest goes first.
    with pytest.raises(FetchError):
        get(fetcher, kept.url)


def test_fetcher_gives_up_in_time_when_a_page_hangs() -> None:
    with (
        hanging() as (hang, _, _),
        website(page=hang) as site,
        pytest.raises(FetchError, match=r"took longer than 0\.5 s"),
    ):
        get(build_fetcher(most_seconds=0.5), f"{site.url}/page")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120), ("9" * 400, 30 * 86_400), ("²", None), ("Fri, 31 Dec 9999 23:59:59 GMT", 30 * 86_400)],
    ids=["seconds", "a number without end", "no number", "a date far off"],
)
def test_fetcher_tells_how_long_to_wait_when_the_site_asks(value: str, seconds: int | None) -> None:
    answer = Answer(status=503, headers={"Retry-After": value.encode().decode("latin-1")})
    with website(page=answer) as site, pytest.raises(FetchError) as caught:
        get(build_fetcher(), f"{site.url}/page")

    assert caught.value.retry_after_s == seconds


@pytest.mark.parametrize("size", [30, 100], ids=["small chunks", "one chunk"])
def test_fetcher_refuses_a_compression_bomb_when_it_unfolds(size: int) -> None:
    bomb = gzip.compress(b"0" * (size * 1_000_000))
    with (
        website(page=Answer(bomb, headers={"Content-Encoding": "gzip"})) as site,
        pytest.raises(FetchError, match=f"more than {MOST_BYTES:,} bytes"),
    ):
        get(build_fetcher(), f"{site.url}/page")


def test_fetcher_refuses_a_page_without_end_when_it_exceeds_the_cap() -> None:
    with website(page=Answer(b"0" * (MOST_BYTES + 1))) as site, pytest.raises(FetchError, match="more than"):
        get(build_fetcher(), f"{site.url}/page")


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        pytest.param(zlib.compress(b"hello" * 9), {"Content-Encoding": "deflate"}, id="deflate"),
        pytest.param(
            zlib.compress(b"hello" * 9, wbits=-15), {"Content-Encoding": "deflate"}, id="bare deflate"
        ),
        pytest.param(gzip.compress(b"hello" * 9), {"Content-Encoding": "gzip"}, id="gzip"),
        pytest.param(
            gzip.compress(b"hello" * 4) + gzip.compress(b"hello" * 5),
            {"Content-Encoding": "gzip"},
            id="gzip in two members",
        ),
        pytest.param(b"hello" * 9, {}, id="plain"),
        pytest.param(b"hello" * 9, {"Content-Encoding": "utf-8"}, id="a charset for a coding"),
    ],
)
def test_fetcher_unpacks_a_page_when_it_comes_compressed(body: bytes, headers: dict[str, str]) -> None:
    with website(page=Answer(body, headers=headers)) as site:
        assert get(build_fetcher(), f"{site.url}/page").body == b"hello" * 9


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param(
            Answer(gzip.compress(b"x" * 999)[:-12], headers={"Content-Encoding": "gzip"}),
            "cut off",
            id="half gzip",
        ),
        pytest.param(
            Answer(gzip.compress(b"x" * 9) + gzip.compress(b"y")[:-9], headers={"Content-Encoding": "gzip"}),
            "cut off",
            id="half of the second member",
        ),
        pytest.param(
            Answer(zlib.compress(b"x" * 999, wbits=-15)[:-3], headers={"Content-Encoding": "deflate"}),
            "cut off",
            id="half bare deflate",
        ),
        pytest.param(
            Answer(b"nonsense", headers={"Content-Encoding": "gzip"}), "no gzip", id="no gzip at all"
        ),
        pytest.param(
            Answer(b"\x28\xb5\x2f\xfd\x04", headers={"Content-Encoding": "zstd"}),
            "cannot undo",
            id="Zstandard",
        ),
        pytest.param(Answer(b"x", claimed_length=99), "broke off after 1 bytes", id="half a page"),
        pytest.param(Answer(status=403), "HTTP 403", id="forbidden"),
    ],
)
def test_fetcher_says_why_when_a_page_cannot_be_had(answer: Answer, reason: str) -> None:
    with website(page=answer) as site, pytest.raises(FetchError, match=reason):
        get(build_fetcher(), f"{site.url}/page")

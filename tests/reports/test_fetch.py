import gzip
import zlib

import pytest

from probes.reports.addresses import is_public
from probes.reports.fetch import MOST_BYTES, Fetcher, FetchError
from tests.support.websites import Answer, website


def build_fetcher(private_hosts=("127.0.0.1",), **more):
    return Fetcher(agent="Fogbreak/1 (+https://status.example)", private_hosts=private_hosts, **more)


def get(fetcher, url, **more):
    return fetcher.get(url, delay_s=0, **more)


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
    ],
)
def test_is_public_tells_addresses_apart_when_asked(address, public):
    assert is_public(address) is public


def test_fetcher_refuses_a_private_host_when_no_setting_allows_it():
    with website(page=Answer(b"secret")) as site, pytest.raises(FetchError, match="not public"):
        get(build_fetcher(private_hosts=()), f"{site.url}/page")


def test_fetcher_refuses_a_redirect_when_it_leads_to_a_private_host():
    with (
        website(page=Answer(status=302, headers={"Location": "http://localhost:1/admin"})) as site,
        pytest.raises(FetchError, match="not public"),
    ):
        get(build_fetcher(), f"{site.url}/page")


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://x/y", "javascript:alert(1)"])
def test_fetcher_refuses_a_redirect_when_it_leaves_the_web(target):
    with (
        website(page=Answer(status=302, headers={"Location": target})) as site,
        pytest.raises(FetchError, match="redirects to"),
    ):
        get(build_fetcher(), f"{site.url}/page")


def test_fetcher_gives_up_when_redirects_go_in_a_circle():
    with (
        website(page=Answer(status=302, headers={"Location": "/page"})) as site,
        pytest.raises(FetchError, match="redirects"),
    ):
        get(build_fetcher(), f"{site.url}/page")


def test_fetcher_says_who_it_is_and_asks_robots_first_when_it_visits():
    with website(page=Answer(b"x")) as site:
        get(build_fetcher(), f"{site.url}/page")

        assert [request.path for request in site.asked] == ["/robots.txt", "/page"]
        assert site.asked[1].headers["user-agent"] == "Fogbreak/1 (+https://status.example)"


def test_fetcher_stays_away_when_robots_forbid():
    robots = Answer(b"User-agent: *\nDisallow: /private")
    with website(**{"robots.txt": robots, "private": Answer(b"x"), "open": Answer(b"y")}) as site:
        fetcher = build_fetcher()

        with pytest.raises(FetchError, match=r"robots\.txt"):
            get(fetcher, f"{site.url}/private")

        assert get(fetcher, f"{site.url}/open").body == b"y"
        assert site.paths() == ["/open"]


def test_fetcher_stays_away_for_now_when_robots_cannot_be_had():
    with (
        website(**{"robots.txt": Answer(status=503), "page": Answer(b"x")}) as site,
        pytest.raises(FetchError, match=r"robots.txt answered 503"),
    ):
        get(build_fetcher(), f"{site.url}/page")


def test_fetcher_brings_nothing_when_the_page_has_not_changed():
    def answer(asked):
        unchanged = asked.headers.get("if-none-match") == '"v1"'
        return Answer(status=304) if unchanged else Answer(b"x", headers={"ETag": '"v1"'})

    with website(page=answer) as site:
        fetcher = build_fetcher()
        first = get(fetcher, f"{site.url}/page")

        assert get(fetcher, f"{site.url}/page", etag=first.etag).body is None


def test_fetcher_waits_between_two_requests_when_they_go_to_one_host():
    naps = []
    with website(page=Answer(b"x")) as site:
        fetcher = build_fetcher(sleep=naps.append)
        fetcher.get(f"{site.url}/page", delay_s=5)
        fetcher.get(f"{site.url}/page", delay_s=5)

    assert len(naps) == 1
    assert 4 < naps[0] <= 5


@pytest.mark.parametrize("size", [30, 100], ids=["small chunks", "one chunk"])
def test_fetcher_refuses_a_compression_bomb_when_it_unfolds(size):
    bomb = gzip.compress(b"0" * (size * 1_000_000))
    with (
        website(page=Answer(bomb, headers={"Content-Encoding": "gzip"})) as site,
        pytest.raises(FetchError, match=f"more than {MOST_BYTES:,} bytes"),
    ):
        get(build_fetcher(), f"{site.url}/page")


def test_fetcher_refuses_a_page_without_end_when_it_exceeds_the_cap():
    with website(page=Answer(b"0" * (MOST_BYTES + 1))) as site, pytest.raises(FetchError, match="more than"):
        get(build_fetcher(), f"{site.url}/page")


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        pytest.param(zlib.compress(b"hello" * 9), {"Content-Encoding": "deflate"}, id="deflate"),
        pytest.param(gzip.compress(b"hello" * 9), {"Content-Encoding": "gzip"}, id="gzip"),
        pytest.param(b"hello" * 9, {}, id="plain"),
    ],
)
def test_fetcher_unpacks_a_page_when_it_comes_compressed(body, headers):
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
            Answer(b"nonsense", headers={"Content-Encoding": "gzip"}), "compression", id="no gzip at all"
        ),
        pytest.param(Answer(b"x", headers={"Content-Encoding": "br"}), "not asked for", id="Brotli unasked"),
        pytest.param(Answer(b"x", claimed_length=99), "RemoteProtocolError", id="half a page"),
        pytest.param(Answer(status=403), "HTTP 403", id="forbidden"),
    ],
)
def test_fetcher_says_why_when_a_page_cannot_be_had(answer, reason):
    with website(page=answer) as site, pytest.raises(FetchError, match=reason):
        get(build_fetcher(), f"{site.url}/page")

"""Fetches pages politely and safely: robots.txt, a delay per host, conditional requests, caps on size, time
and hops."""

import ssl
import time
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import httpcore

from probes.reports.addresses import GuardedBackend

MOST_BYTES = 4_000_000  # of a page, after decompression
MOST_HOPS = 4
MOST_SECONDS = 20.0  # for one page, with its redirects
READ_SECONDS = 10.0
ROBOTS_SECONDS = 3600.0
LONGEST_DELAY_SECONDS = 60.0


class FetchError(Exception):
    """A page that could not be had. ``retry_after_s`` is what the site asked for, if it did."""

    def __init__(self, reason: str, *, retry_after_s: float | None = None, permanent: bool = False) -> None:
        super().__init__(reason)
        self.retry_after_s, self.permanent = retry_after_s, permanent


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A page as it came, or the news that it has not changed (``body`` is None then)."""

    url: str
    body: bytes | None
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class _Host:
    robots: RobotFileParser | None = None
    robots_at: float = float("-inf")
    asked_at: float = float("-inf")


class Fetcher:
    """One polite visitor. ``agent`` names us and a page about us; ``private_hosts`` may lead to private
    addresses."""

    def __init__(
        self,
        *,
        agent: str,
        private_hosts: Iterable[str] = (),
        tls: ssl.SSLContext | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._agent, self._sleep, self._clock = agent, sleep, clock
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls, network_backend=GuardedBackend(private_hosts), max_keepalive_connections=0
        )
        self._hosts: dict[str, _Host] = {}

    def get(self, url: str, *, etag: str = "", last_modified: str = "", delay_s: float = 1.0) -> Fetched:
        """The page at ``url``, or that it is unchanged since ``etag``; raises :class:`FetchError`.

        Redirects are followed within limits; where they cross to another site, its own robots.txt is asked.
        """
        deadline = self._clock() + MOST_SECONDS
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        for _ in range(MOST_HOPS + 1):
            self._ask_robots(url, deadline)
            self._wait(url, delay_s)
            answer = self._request(url, conditions, deadline)
            if answer.status == 304 and (etag or last_modified):
                return Fetched(url=url, body=None, etag=etag, last_modified=last_modified)
            if answer.status not in {301, 302, 303, 307, 308}:
                _require_success(answer)
                return Fetched(
                    url=url,
                    body=answer.body,
                    content_type=answer.headers.get("content-type", ""),
                    etag=answer.headers.get("etag", ""),
                    last_modified=answer.headers.get("last-modified", ""),
                )
            url = _redirected(url, answer)
        raise FetchError(f"more than {MOST_HOPS} redirects")

    def close(self) -> None:
        """Ends all connections."""
        self._pool.close()

    def _host(self, url: str) -> tuple[str, _Host]:
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        return site, self._hosts.setdefault(site, _Host())

    def _ask_robots(self, url: str, deadline: float) -> None:
        site, host = self._host(url)
        if host.robots is None or self._clock() - host.robots_at > ROBOTS_SECONDS:
            host.robots, host.robots_at = self._robots(site, deadline), self._clock()
        if not host.robots.can_fetch(self._agent, url):
            raise FetchError(f"robots.txt of {site} forbids it", permanent=True)

    def _robots(self, site: str, deadline: float) -> RobotFileParser:
        """What robots.txt says; by RFC 9309 a missing one allows all, and one that fails forbids all for
        now."""
        rules, url = RobotFileParser(), f"{site}/robots.txt"
        answer = self._request(url, {}, deadline)
        for _ in range(MOST_HOPS):
            if answer.status not in {301, 302, 307, 308}:
                break
            url = _redirected(url, answer)
            answer = self._request(url, {}, deadline)
        if answer.status >= 500 or answer.status == 429:
            raise FetchError(
                f"robots.txt answered {answer.status}",
                retry_after_s=_retry_after(answer.headers.get("retry-after", "")),
            )
        rules.parse(
            answer.body[:500_000].decode("utf-8", "replace").splitlines() if answer.status == 200 else []
        )
        return rules

    def _wait(self, url: str, delay_s: float) -> None:
        _, host = self._host(url)
        asked = host.robots.crawl_delay(self._agent) if host.robots else None
        delay = min(max(delay_s, float(asked or 0)), LONGEST_DELAY_SECONDS)
        left = host.asked_at + delay - self._clock()
        if left > 0:
            self._sleep(left)
        host.asked_at = self._clock()

    def _request(self, url: str, conditions: dict[str, str], deadline: float) -> _Answer:
        headers: dict[bytes | str, bytes | str] = {
            "Host": urlsplit(url).netloc.rpartition("@")[2],
            "User-Agent": self._agent,
            "Accept-Encoding": "gzip, deflate",
            "Accept": "*/*",
            **{name: value for name, value in conditions.items() if value},
        }
        timeouts = {
            "connect": READ_SECONDS,
            "read": READ_SECONDS,
            "write": READ_SECONDS,
            "pool": READ_SECONDS,
        }
        try:
            with self._pool.stream("GET", url, headers=headers, extensions={"timeout": timeouts}) as response:
                named = {
                    name.decode("latin-1").lower(): value.decode("latin-1")
                    for name, value in response.headers
                }
                chunks = self._until(deadline, response.iter_stream())
                return _Answer(status=response.status, headers=named, body=_unpacked(chunks, named))
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
            raise FetchError(f"{type(error).__name__}: {error}".rstrip(": ")) from error
        except (httpcore.UnsupportedProtocol, UnicodeError, ValueError) as error:
            raise FetchError(f"not an address: {error}", permanent=True) from error

    def _until(self, deadline: float, chunks: Iterable[bytes]) -> Iterable[bytes]:
        for chunk in chunks:
            if self._clock() > deadline:
                raise FetchError(f"took longer than {MOST_SECONDS:g} s")
            yield chunk


def _unpacked(chunks: Iterable[bytes], headers: dict[str, str]) -> bytes:
    """The body, decompressed as far as the cap allows; a bomb is refused long before it has unfolded."""
    encoding = headers.get("content-encoding", "").lower().strip()
    if encoding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
        raise FetchError(f"answered in {encoding}, which was not asked for")
    packed = encoding in {"gzip", "x-gzip", "deflate"}
    unpacker = zlib.decompressobj(wbits=47 if "gzip" in encoding else 15)
    parts, size = [], 0
    for chunk in chunks:
        try:
            part = unpacker.decompress(chunk, MOST_BYTES - size + 1) if packed else chunk
        except zlib.error as error:
            raise FetchError(f"broken compression: {error}") from error
        size += len(part)
        if size > MOST_BYTES:
            raise FetchError(f"more than {MOST_BYTES:,} bytes")
        parts.append(part)
    if packed and size and not unpacker.eof:
        raise FetchError("half a page: the compressed body is cut off")
    return b"".join(parts)


def _require_success(answer: _Answer) -> None:
    if answer.status == 200:
        return
    wait = _retry_after(answer.headers.get("retry-after", "")) if answer.status in {429, 503} else None
    raise FetchError(
        f"HTTP {answer.status}", retry_after_s=wait, permanent=answer.status in {401, 403, 404, 410}
    )


def _redirected(url: str, answer: _Answer) -> str:
    target = urljoin(url, answer.headers.get("location", ""))
    if urlsplit(target).scheme not in {"http", "https"} or not urlsplit(target).hostname:
        raise FetchError(f"redirects to {target[:100]!r}", permanent=True)
    if urlsplit(url).scheme == "https" and urlsplit(target).scheme == "http":
        raise FetchError("redirects from https to http", permanent=True)
    return target


def _retry_after(value: str) -> float | None:
    """Seconds to wait, from a number or a date."""
    if value.strip().isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())

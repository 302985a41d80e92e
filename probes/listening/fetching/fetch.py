"""Fetches pages politely and safely: robots.txt, a delay per host, conditional requests, caps on size, time
and hops."""

import ssl
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Lock
from urllib.parse import urljoin, urlsplit

import httpcore

from probes.listening.fetching.addresses import GuardedBackend
from probes.listening.fetching.deadlines import DeadlineBackend
from probes.listening.fetching.robots import Robots, read_robots
from probes.listening.fetching.unpacking import UnpackingError, unpacked
from probes.listening.fetching.urls import wire_url

MOST_BYTES = 4_000_000  # of a page, after decompression
MOST_HOPS = 4
MOST_SECONDS = 20.0  # for one page, with its redirects; our own waiting does not count
READ_SECONDS = 10.0
ROBOTS_SECONDS = 3600.0
LONGEST_DELAY_SECONDS = 60.0
LONGEST_RETRY_SECONDS = 30 * 86_400.0


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
    robots: Robots | None = None
    robots_at: float = float("-inf")
    asked_at: float = float("-inf")  # the latest turn that was given out, which may lie ahead
    lock: Lock = field(default_factory=Lock)


class Fetcher:
    """One polite visitor, of any number of threads. ``agent`` names us and a page about us;
    ``private_hosts`` may lead to private addresses."""

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
        self._tls, self._backend = tls, GuardedBackend(private_hosts)
        self._hosts: dict[str, _Host] = {}

    def get(self, url: str, *, etag: str = "", last_modified: str = "", delay_s: float = 1.0) -> Fetched:
        """The page at ``url``, or that it is unchanged since ``etag``; raises :class:`FetchError`.

        Redirects are followed within limits; where they cross to another site, its own robots.txt is asked.
        """
        deadline = self._clock() + MOST_SECONDS
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        try:
            url = wire_url(url)
        except ValueError as error:
            raise FetchError(f"not an address: {error}", permanent=True) from error
        for _ in range(MOST_HOPS + 1):
            self._ask_robots(url, deadline)
            deadline += self._wait(url, delay_s)
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

    def _host(self, url: str) -> tuple[str, _Host]:
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        return site, self._hosts.setdefault(site, _Host())

    def _ask_robots(self, url: str, deadline: float) -> None:
        site, host = self._host(url)
        with host.lock:
            if host.robots is None or self._clock() - host.robots_at > ROBOTS_SECONDS:
                host.robots, host.robots_at = self._robots(site, deadline), self._clock()
            allowed = host.robots.allows(url)
        if not allowed:
            raise FetchError(f"robots.txt of {site} forbids it", permanent=True)

    def _robots(self, site: str, deadline: float) -> Robots:
        """What robots.txt says; by RFC 9309 a missing one allows all, and one that fails forbids all for
        now."""
        url = f"{site}/robots.txt"
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
        return read_robots(answer.body if answer.status == 200 else b"", agent=self._agent)

    def _wait(self, url: str, delay_s: float) -> float:
        """Take the host's next free turn and sleep until then; gives the seconds."""
        _, host = self._host(url)
        with host.lock:
            delay = min(max(delay_s, host.robots.delay_s if host.robots else 0.0), LONGEST_DELAY_SECONDS)
            now = self._clock()
            host.asked_at = max(now, host.asked_at + delay)
            left = host.asked_at - now
        if left > 0:
            self._sleep(left)
        return left

    def _request(self, url: str, conditions: dict[str, str], deadline: float) -> _Answer:
        headers: dict[bytes | str, bytes | str] = {
            "Host": urlsplit(url).netloc.rpartition("@")[2],
            "User-Agent": self._agent,
            "Accept-Encoding": "gzip, deflate",
            "Accept": "*/*",
            **{name: value for name, value in conditions.items() if value and value.isascii()},
        }
        timeouts = dict.fromkeys(("connect", "read", "write"), READ_SECONDS)
        backend = DeadlineBackend(self._backend, lambda: deadline - self._clock())
        try:
            origin = httpcore.URL(url).origin
            with (
                httpcore.HTTPConnection(origin, self._tls, network_backend=backend) as connection,
                connection.stream("GET", url, headers=headers, extensions={"timeout": timeouts}) as response,
            ):
                named = {name.decode("ascii").lower(): _readable(value) for name, value in response.headers}
                body = unpacked(response.iter_stream(), named.get("content-encoding", ""), most=MOST_BYTES)
                return _Answer(status=response.status, headers=named, body=body)
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
            if self._clock() >= deadline:
                raise FetchError(f"took longer than {MOST_SECONDS:g} s") from error
            raise FetchError(f"{type(error).__name__}: {error}".rstrip(": ")) from error
        except UnpackingError as error:
            raise FetchError(str(error)) from error


def _readable(value: bytes) -> str:
    """A header's value: many a site sends raw UTF-8, the standard has Latin-1 for all that is not ASCII."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _require_success(answer: _Answer) -> None:
    if answer.status == 200:
        return
    wait = _retry_after(answer.headers.get("retry-after", "")) if answer.status in {429, 503} else None
    raise FetchError(
        f"HTTP {answer.status}", retry_after_s=wait, permanent=answer.status in {401, 403, 404, 410}
    )


def _redirected(url: str, answer: _Answer) -> str:
    location = answer.headers.get("location", "")
    try:
        target = wire_url(urljoin(url, location))
    except ValueError as error:
        raise FetchError(f"redirects to {location[:100]!r}", permanent=True) from error
    if urlsplit(url).scheme == "https" and urlsplit(target).scheme == "http":
        raise FetchError("redirects from https to http", permanent=True)
    return target


def _retry_after(value: str) -> float | None:
    """Seconds to wait, from a number or a date."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(float(value), LONGEST_RETRY_SECONDS)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(0.0, (moment - datetime.now(UTC)).total_seconds()), LONGEST_RETRY_SECONDS)

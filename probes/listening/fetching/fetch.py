"""Fetches pages politely and safely: robots.txt, delays, conditions, and caps on size, time and hops."""

import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from threading import Lock
from urllib.parse import urljoin, urlsplit

from probes.listening.fetching.robots import Robots, read_robots
from probes.network.addresses import public_only
from probes.network.dialling import Dialling
from probes.network.exchange import Failure, Reply, Request, exchange_within, tls_context
from probes.network.heads import is_header_value
from probes.network.names import wire_url

MOST_BYTES = 4_000_000  # of a page, after decompression
MOST_HOPS = 4
MOST_SECONDS = 20.0
SILENT_SECONDS = 10.0  # for connecting, and for each piece of an answer
ROBOTS_SECONDS = 3600.0
ROBOTS_KEPT_SECONDS = 86_400.0  # where no newer ones can be had, as RFC 9309 (2.4) allows
ROBOTS_RETRY_SECONDS = 30.0  # after a robots.txt that could not be had, or what it asked for
ROBOTS_SHARE = 0.5  # of a page's time
LONGEST_DELAY_SECONDS = 60.0
LONGEST_NAP_SECONDS = 5.0  # a thread that sleeps reads nothing else
KEPT_SECONDS = 900.0
MOST_KEPT_BYTES = 32_000_000
LONGEST_RETRY_SECONDS = 30 * 86_400.0


class FetchError(Exception):
    """A page that could not be had. ``retry_after_s`` is what the site asked for, if it did."""

    def __init__(self, reason: str, *, retry_after_s: float | None = None, permanent: bool = False) -> None:
        super().__init__(reason)
        self.retry_after_s, self.permanent = retry_after_s, permanent


class NotYetError(Exception):
    """A page whose turn is not yet: the host is to be asked no sooner than in ``wait_s``."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"its host is to be asked again in {wait_s:.0f} s")
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A page as it came, or the news that it has not changed (``body`` is None then)."""

    url: str
    body: bytes | None
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""


@dataclass(slots=True)
class _Host:
    robots: Robots | None = None
    robots_at: float = float("-inf")
    # Why robots.txt could not be had when it was asked for last.
    failure: FetchError | None = None
    failed_at: float = float("-inf")
    asking: Lock = field(default_factory=Lock)  # held by who asks for robots.txt
    # The latest turn that was given out, which may lie ahead.
    asked_at: float = float("-inf")
    lock: Lock = field(default_factory=Lock)


class Fetcher:
    """One polite visitor, of any number of threads.

    ``agent`` names us and a page about us; ``private_hosts`` may lead to private addresses; ``most_seconds``
    are for one page with its redirects, our own waiting not counted.
    """

    def __init__(
        self,
        *,
        agent: str,
        private_hosts: Iterable[str] = (),
        tls: ssl.SSLContext | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        most_seconds: float = MOST_SECONDS,
    ) -> None:
        self._agent, self._sleep, self._clock, self._most_seconds = agent, sleep, clock, most_seconds
        self._tls = tls or tls_context()
        self._dialling = Dialling(guard=public_only(private_hosts), patience_s=SILENT_SECONDS)
        self._hosts: dict[str, _Host] = {}
        self._kept: dict[str, tuple[float, Fetched]] = {}
        self._lock = Lock()

    def keep(self, pages: Mapping[str, Fetched]) -> None:
        """Keep pages, by the address that was asked for, for a visit that goes on later."""
        with self._lock:
            self._kept |= {url: (self._clock(), page) for url, page in pages.items()}
            oldest = sorted(self._kept, key=lambda url: self._kept[url][0])
            size = sum(len(page.body or b"") for _, page in self._kept.values())
            for url in oldest:
                kept_at, page = self._kept[url]
                if size <= MOST_KEPT_BYTES and self._clock() - kept_at <= KEPT_SECONDS:
                    break
                size -= len(page.body or b"")
                del self._kept[url]

    def get(self, url: str, *, etag: str = "", last_modified: str = "", delay_s: float = 1.0) -> Fetched:
        """The page at ``url``, or that it is unchanged since ``etag``; raises :class:`FetchError`.

        Redirects are followed within limits; where they cross to another site, its own robots.txt is asked.
        Raises :class:`NotYetError` where the host wants to be left alone for longer than we wait.
        """
        with self._lock:
            kept_at, kept = self._kept.pop(url, (0.0, None))
        if kept is not None and self._clock() - kept_at <= KEPT_SECONDS:
            return kept
        deadline = self._clock() + self._most_seconds
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        try:
            url = wire_url(url)
        except ValueError as error:
            raise FetchError(f"not an address: {error}", permanent=True) from error
        for _ in range(MOST_HOPS + 1):
            self._ask_robots(url, deadline)
            deadline += self._wait(url, delay_s)
            answer = self._request(url, conditions, deadline, self._most_seconds)
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
        if not self._rules_of(site, host, deadline).allows(url):
            raise FetchError(f"robots.txt of {site} forbids it", permanent=True)

    def _rules_of(self, site: str, host: _Host, deadline: float) -> Robots:
        """The rules of a host, for which one asks at a time: others go by older ones, or come again.

        Older ones hold for a day where no newer ones can be had; raises :class:`FetchError` after that.
        """
        age_s = self._clock() - host.robots_at
        known = host.robots if age_s <= ROBOTS_KEPT_SECONDS else None
        if known is not None and age_s <= ROBOTS_SECONDS:
            return known
        if not host.asking.acquire(timeout=0 if known else LONGEST_NAP_SECONDS):
            if known is None:
                raise NotYetError(LONGEST_NAP_SECONDS)
            return known
        try:
            return self._asked_rules(site, host, deadline)
        except FetchError:
            if known is None:
                raise
            return known
        finally:
            host.asking.release()

    def _asked_rules(self, site: str, host: _Host, deadline: float) -> Robots:
        """The rules of a host by its robots.txt, unless another has asked for it meanwhile."""
        now = self._clock()
        if host.robots is not None and now - host.robots_at <= ROBOTS_SECONDS:
            return host.robots
        if host.failure is not None:
            _raise_again(host.failure, passed_s=now - host.failed_at)
        try:
            robots = self._robots(site, deadline)
        except FetchError as error:
            host.failure, host.failed_at = error, self._clock()
            raise
        host.robots, host.robots_at, host.failure = robots, self._clock(), None
        return robots

    def _robots(self, site: str, deadline: float) -> Robots:
        """What robots.txt says; by RFC 9309 a missing one allows all, a failing one nothing for now."""
        url, most_seconds = f"{site}/robots.txt", ROBOTS_SHARE * self._most_seconds
        deadline = min(deadline, self._clock() + most_seconds)
        answer = self._request(url, {}, deadline, most_seconds)
        for _ in range(MOST_HOPS):
            if answer.status not in {301, 302, 307, 308}:
                break
            url = _redirected(url, answer)
            answer = self._request(url, {}, deadline, most_seconds)
        if answer.status >= 500 or answer.status == 429:
            raise FetchError(
                f"robots.txt answered {answer.status}",
                retry_after_s=retry_after_s(answer.headers),
            )
        return read_robots(answer.body if answer.status == 200 else b"", agent=self._agent)

    def _wait(self, url: str, delay_s: float) -> float:
        """Take the host's next free turn and sleep until then, if that is soon; gives the seconds."""
        _, host = self._host(url)
        with host.lock:
            delay = min(max(delay_s, host.robots.delay_s if host.robots else 0.0), LONGEST_DELAY_SECONDS)
            now = self._clock()
            turn = max(now, host.asked_at + delay)
            left = turn - now
            if left > LONGEST_NAP_SECONDS:
                raise NotYetError(left)
            host.asked_at = turn
        if left > 0:
            self._sleep(left)
        return left

    def _request(
        self, url: str, conditions: Mapping[str, str], deadline: float, most_seconds: float
    ) -> Reply:
        headers = {"User-Agent": self._agent, "Accept-Encoding": "gzip, deflate", "Accept": "*/*"}
        headers |= {name: value for name, value in conditions.items() if value and is_header_value(value)}
        try:
            answer = exchange_within(
                deadline - self._clock(),
                Request(method="GET", url=url, headers=headers),
                context=self._tls,
                dialling=self._dialling,
                most_bytes=MOST_BYTES,
            )
        except TimeoutError as error:
            raise FetchError(f"took longer than {most_seconds:g} s") from error
        if isinstance(answer, Failure):
            raise FetchError(f"{answer.phase}: {answer.detail}" if answer.phase else answer.detail)
        if answer.cut:
            raise FetchError(f"more than {MOST_BYTES:,} bytes")
        if answer.fault:
            raise FetchError(answer.fault_detail)
        return answer


def _raise_again(failure: FetchError, *, passed_s: float) -> None:
    """What was so ``passed_s`` ago, for as long as it is not to be tried again."""
    asked_s = failure.retry_after_s
    if passed_s < max(ROBOTS_RETRY_SECONDS, asked_s or 0.0):
        left_s = None if asked_s is None else max(0.0, asked_s - passed_s)
        raise FetchError(str(failure), retry_after_s=left_s, permanent=failure.permanent)


def _require_success(answer: Reply) -> None:
    if answer.status == 200:
        return
    wait_s = retry_after_s(answer.headers) if answer.status in {429, 503} else None
    raise FetchError(
        f"HTTP {answer.status}", retry_after_s=wait_s, permanent=answer.status in {401, 403, 404, 410}
    )


def _redirected(url: str, answer: Reply) -> str:
    location = answer.headers.get("location", "")
    try:
        target = wire_url(urljoin(url, location))
    except ValueError as error:
        raise FetchError(f"redirects to {location[:100]!r}", permanent=True) from error
    if urlsplit(url).scheme == "https" and urlsplit(target).scheme == "http":
        raise FetchError("redirects from https to http", permanent=True)
    return target


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, from a number or a date.

    A date is taken against the date of the answer itself: the site's clock, which may differ from ours.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value), LONGEST_RETRY_SECONDS)
    try:
        wait = parsedate_to_datetime(value) - parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return min(max(0.0, wait.total_seconds()), LONGEST_RETRY_SECONDS)

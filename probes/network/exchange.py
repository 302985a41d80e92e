"""One HTTP exchange: one attempt, timed by phase, that ends in a reply or in a failure and never raises."""

import asyncio
import errno
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

import httpx

from probes.network.answers import told
from probes.network.bodies import BodyFault, undone
from probes.network.charsets import decode
from probes.network.dialling import Dialling
from probes.network.heads import is_header_value
from probes.network.lookups import UnresolvedError
from probes.network.loops import run
from probes.network.names import REMEMBERED, web_address
from probes.network.proxies import Proxy
from probes.network.stopwatch import Phase, Stopwatch
from probes.network.transport import BODY_CAP, LeanTransport

# What a request says unless it says it itself.
_DEFAULTS = {
    "User-Agent": "Fogbreak/0.1 (status monitor)",
    "Accept-Encoding": "identity",
    "Connection": "close",
}
# Errors of a machine that has run out of something.
_OURS = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EADDRNOTAVAIL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked. ``url`` is absolute; ``body`` is sent as it is."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What was answered; header names in lower case, the body with its codings undone.

    ``cut`` tells that the body went on beyond the cap, ``fault`` that it is not what was sent, and how.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    cut: bool = False
    fault: BodyFault | None = None
    fault_detail: str = ""

    @property
    def text(self) -> str:
        """The body as a text, by its charset."""
        return decode(self.body, self.headers.get("content-type", ""))


class Obstacle(StrEnum):
    """What of our own kept us from asking; the values are the codes that the code book knows."""

    PROXY = "PROXY_FAILED"
    REQUEST = "UNSENDABLE_REQUEST"  # an address or a header that cannot be
    MACHINE = "MONITOR_FAULT"  # no socket is left, or no memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """There was no answer. ``error`` is timeout, connect, dns, tls or protocol; ``detail`` says more.

    With an ``obstacle`` it says nothing about the other side, which was not asked.
    """

    error: str
    phase: str
    detail: str
    obstacle: Obstacle | None = None


@lru_cache(maxsize=8)
def tls_context(ca_bundle: str = "") -> ssl.SSLContext:
    """TLS settings that all requests share (making them takes 20 ms); ``ca_bundle`` replaces public CAs."""
    if ca_bundle:
        return ssl.create_default_context(cafile=ca_bundle)
    # Some systems have no authorities of their own.
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context


def exchange_within(
    seconds: float, request: Request, *, context: ssl.SSLContext, dialling: Dialling, most_bytes: int
) -> Reply | Failure:
    """Like :func:`exchange`, for callers that wait; TimeoutError where the whole of it takes longer."""

    async def asked() -> Reply | Failure:
        async with asyncio.timeout(seconds):
            return await exchange(
                request, stopwatch=Stopwatch(), context=context, dialling=dialling, most_bytes=most_bytes
            )

    return run(asked())


async def exchange(
    request: Request,
    *,
    stopwatch: Stopwatch,
    context: ssl.SSLContext,
    dialling: Dialling,
    proxy: Proxy | None = None,
    most_bytes: int = BODY_CAP,
) -> Reply | Failure:
    """Ask once over a connection of its own: no redirects, retries, cookies or kept connections.

    ``proxy`` is the only one that is used; what the environment says of proxies is not for us. The only thing
    that is raised is the caller's cancellation: no limit is set to the time as a whole.
    """
    transport = LeanTransport(
        context=context, dialling=dialling, proxy=proxy, most_bytes=most_bytes, stopwatch=stopwatch
    )
    try:
        answered = await transport.handle_async_request(_prepared(request))
    except httpx.TransportError as error:
        return _failure(error.__cause__ or error, stopwatch)
    except ValueError as error:
        return _failure(error, stopwatch)
    headers = dict(answered.headers.items())
    body = undone(answered.extensions["body"], headers.get("content-encoding", ""), most=most_bytes)
    return Reply(
        status=answered.status_code,
        headers=headers,
        body=body.content,
        cut=body.cut,
        fault=body.fault,
        fault_detail=body.detail,
    )


def _prepared(request: Request) -> httpx.Request:
    """What is sent; ValueError where it cannot be sent.

    What has no body is mostly the same each time, and making it costs as much as reading the answer does.
    """
    headers = tuple(request.headers.items())
    if request.body:
        return _written(request.method, request.url, headers, request.body)
    return _remembered(request.method, request.url, headers)


def _written(method: str, url: str, headers: Iterable[tuple[str, str]], body: bytes = b"") -> httpx.Request:
    for name, value in headers:
        if not is_header_value(value):
            # It names the header only: keys stand in them.
            raise ValueError(
                f"the value of {name[:60]} cannot be sent: a line break, a space at an end, no ASCII"
            )
    sent = httpx.Headers(_DEFAULTS)
    sent.update(dict(headers))
    return httpx.Request(method, web_address(url), headers=sent, content=body)


@lru_cache(REMEMBERED)
def _remembered(method: str, url: str, headers: tuple[tuple[str, str], ...]) -> httpx.Request:
    return _written(method, url, headers)


def _failure(cause: BaseException, stopwatch: Stopwatch) -> Failure:
    phase = stopwatch.last_phase
    failure = Failure(error=_error(cause, phase), phase=phase or "", detail=told(cause))
    if stopwatch.at_proxy:
        return replace(failure, obstacle=Obstacle.PROXY, detail=f"{stopwatch.at_proxy}: {failure.detail}")
    if isinstance(cause, OSError):
        return replace(failure, obstacle=Obstacle.MACHINE) if cause.errno in _OURS else failure
    return replace(failure, obstacle=Obstacle.REQUEST) if isinstance(cause, ValueError) else failure


def _error(cause: BaseException, phase: Phase | None) -> str:
    """What it is called, from the narrow to the wide: all but the last are kinds of OSError."""
    if isinstance(cause, UnresolvedError):
        return "dns"
    if isinstance(cause, TimeoutError):
        # Of a single wait, the kernel's or ours; the limit of the whole is the caller's, as a cancellation.
        return "timeout"
    if isinstance(cause, ssl.SSLError):
        return "tls"
    # Of what is left it is known only that the connection broke: it is called by how far it had come.
    return _broken_in(phase) if isinstance(cause, OSError) else "protocol"


def _broken_in(phase: Phase | None) -> str:
    """What a connection that failed or broke off in a phase is called."""
    if phase in (Phase.DNS, Phase.CONNECT, None):
        return "connect"
    return "tls" if phase is Phase.TLS else "protocol"

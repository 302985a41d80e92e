"""One HTTP exchange: one attempt, timed by phase, that ends in a reply or in a failure and never raises."""

import asyncio
import errno
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

import httpx

from probes.network.answers import receive, told
from probes.network.bodies import BodyFault, undone
from probes.network.charsets import decode
from probes.network.connection import Connection
from probes.network.dialling import Dialling
from probes.network.heads import ProtocolError, request_head
from probes.network.lookups import UnresolvedError
from probes.network.loops import run
from probes.network.names import WebAddress, web_address
from probes.network.proxies import Proxy
from probes.network.stopwatch import Phase, Stopwatch

# What a request says unless it says it itself, as lines that need no looking at each time.
_DEFAULTS = {
    "user-agent": "User-Agent: Fogbreak/0.1 (status monitor)",
    "accept-encoding": "Accept-Encoding: identity",
    "connection": "Connection: close",
}
BODY_CAP = 256 * 1024  # bytes; no payment answer is near it

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
    # From the narrow to the wide: the first three are kinds of OSError as well. Of what is left it is known
    # only that the connection broke: "connect", "tls" or "protocol", by how far it had come.
    connection = Connection(stopwatch, dialling)
    try:
        return await _ask(request, connection, stopwatch, context, proxy, most_bytes)
    except UnresolvedError as error:
        return _failure("dns", stopwatch, error)
    except TimeoutError as error:
        # Of a single wait, the kernel's or ours; the limit of the whole is the caller's, as a cancellation.
        return _failure("timeout", stopwatch, error)
    except ssl.SSLError as error:
        return _failure("tls", stopwatch, error)
    except OSError as error:
        failure = _failure(_broken_in(stopwatch.phase), stopwatch, error)
        return replace(failure, obstacle=Obstacle.MACHINE) if error.errno in _OURS else failure
    except ProtocolError as error:
        return _failure("protocol", stopwatch, error)
    except ValueError as error:
        return replace(_failure("protocol", stopwatch, error), obstacle=Obstacle.REQUEST)
    finally:
        connection.drop()
        stopwatch.enter(None)


async def _ask(
    request: Request,
    connection: Connection,
    stopwatch: Stopwatch,
    context: ssl.SSLContext,
    proxy: Proxy | None,
    most_bytes: int,
) -> Reply:
    place = web_address(request.url)
    asked = _written(request, place, proxy)
    await connection.open(place.host, place.port, proxy, tunnelled=place.tls)
    if place.tls:
        await connection.start_tls(context, place.host)
    stopwatch.enter(Phase.FIRST_BYTE)
    await connection.write(asked)
    head, came = await receive(connection.read, request.method, most=most_bytes, stopwatch=stopwatch)
    headers = head.by_name()
    body = undone(came, headers.get("content-encoding", ""), most=most_bytes)
    return Reply(
        status=head.status,
        headers=headers,
        body=body.content,
        cut=body.cut,
        fault=body.fault,
        fault_detail=body.detail,
    )


def _written(request: Request, place: WebAddress, proxy: Proxy | None) -> bytes:
    """The bytes of a request; ValueError where it cannot be sent."""
    headers, target = list(request.headers.items()), place.target
    if proxy is not None and not place.tls:
        headers += proxy.headers.items()
        target = place.absolute
    head = request_head(request.method, target, place.authority, headers, request.body, _DEFAULTS)
    return head + request.body


def _broken_in(phase: Phase | None) -> str:
    """What a connection that failed or broke off in a phase is called."""
    if phase in (Phase.DNS, Phase.CONNECT, None):
        return "connect"
    return "tls" if phase is Phase.TLS else "protocol"


def _failure(error: str, stopwatch: Stopwatch, cause: Exception) -> Failure:
    failure = Failure(error=error, phase=stopwatch.phase or "", detail=told(cause))
    if not stopwatch.at_proxy:
        return failure
    return replace(failure, obstacle=Obstacle.PROXY, detail=f"{stopwatch.at_proxy}: {failure.detail}")

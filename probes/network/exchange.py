"""One HTTP exchange: one attempt, timed by phase, that ends in a reply or in a failure and never raises."""

import asyncio
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any

import httpcore
import httpx

from probes.network.bodies import Body, BodyFault, undone
from probes.network.charsets import decode
from probes.network.connection import Backend, Phase, Stopwatch
from probes.network.dialling import Dialling, UnresolvedError
from probes.network.names import wire_url
from probes.network.proxies import Proxy

USER_AGENT = "Fogbreak/0.1 (status monitor)"
BODY_CAP = 256 * 1024  # bytes; no payment answer is near it
# A line break would begin another header, and space at the ends is no part of a value.
_VALUE = re.compile(r"(?![ \t])[\t\x20-\x7e]*(?<![ \t])")
_PHASES = {
    "http11.send_request_headers.started": Phase.FIRST_BYTE,
    "http11.receive_response_headers.complete": Phase.BODY,
}


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

    return asyncio.run(asked())


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
    try:
        return await _ask(_prepared(request, proxy), stopwatch, context, dialling, proxy, most_bytes)
    except UnresolvedError as error:
        return _failure("dns", stopwatch, error)
    except TimeoutError as error:
        # Of a single wait, the kernel's or ours; the limit of the whole is the caller's, as a cancellation.
        return _failure("timeout", stopwatch, error)
    except ssl.SSLError as error:
        return _failure("tls", stopwatch, error)
    except (OSError, httpcore.NetworkError) as error:
        return _failure(_broken_in(stopwatch.phase), stopwatch, error)
    except httpcore.RemoteProtocolError as error:
        return _failure("protocol", stopwatch, error)
    except (httpcore.LocalProtocolError, ValueError) as error:
        return replace(_failure("protocol", stopwatch, error), obstacle=Obstacle.REQUEST)
    finally:
        stopwatch.enter(None)


def _prepared(request: Request, proxy: Proxy | None) -> tuple[httpcore.Request, bool]:
    """What is sent, and whether over TLS; ValueError where it cannot be sent.

    httpx writes the address and the headers; a pool of connections, its own or httpcore's, would only be in
    the way of one attempt.
    """
    headers = httpx.Headers({"User-Agent": USER_AGENT, "Accept-Encoding": "identity", "Connection": "close"})
    headers.update(_sendable(request.headers))
    asked = httpx.Request(request.method, wire_url(request.url), headers=headers, content=request.body)
    tls, target = asked.url.scheme == "https", asked.url.raw_path
    if proxy is not None and not tls:
        asked.headers.update(proxy.headers)
        target = str(asked.url.copy_with(fragment=None)).encode("ascii")
    url = httpcore.URL(
        scheme=asked.url.raw_scheme, host=asked.url.raw_host, port=asked.url.port, target=target
    )
    return httpcore.Request(asked.method, url, headers=asked.headers.raw, content=request.body), tls


def is_header_value(text: str) -> bool:
    """Whether a header can hold ``text``."""
    return _VALUE.fullmatch(text) is not None


def _sendable(headers: Mapping[str, str]) -> Mapping[str, str]:
    """The headers; ValueError where one cannot be sent. It names the header only: keys stand in them."""
    for name, value in headers.items():
        if not is_header_value(value):
            raise ValueError(
                f"the value of {name[:60]} cannot be sent: a line break, a space at an end, no ASCII"
            )
    return headers


async def _ask(
    prepared: tuple[httpcore.Request, bool],
    stopwatch: Stopwatch,
    context: ssl.SSLContext,
    dialling: Dialling,
    proxy: Proxy | None,
    most_bytes: int,
) -> Reply:
    asked, tls = prepared
    backend = Backend(stopwatch, dialling, proxy, tunnelled=tls)
    connection = httpcore.AsyncHTTPConnection(asked.url.origin, ssl_context=context, network_backend=backend)

    async def trace(event: str, info: Mapping[str, Any]) -> None:
        if phase := _PHASES.get(event):
            stopwatch.enter(phase)

    asked.extensions["trace"] = trace
    try:
        answered = await connection.handle_async_request(asked)
        came = await _read(answered, most_bytes, stopwatch)
    finally:
        backend.drop()
    headers = dict(httpx.Headers(answered.headers))
    body = undone(came, headers.get("content-encoding", ""), most=most_bytes)
    return Reply(
        status=answered.status,
        headers=headers,
        body=body.content,
        cut=body.cut,
        fault=body.fault,
        fault_detail=body.detail,
    )


async def _read(answered: httpcore.Response, most: int, stopwatch: Stopwatch) -> Body:
    """The body as it comes; where the connection breaks off, what came until then."""
    body = bytearray()
    stopwatch.status = answered.status
    try:
        async for chunk in answered.aiter_stream():
            body += chunk
            stopwatch.body_bytes = len(body)
            if len(body) > most:
                return Body(content=bytes(body[:most]), cut=True)
    except TimeoutError:
        raise
    except (OSError, httpcore.NetworkError, httpcore.ProtocolError) as error:
        came = Body(content=bytes(body))
        return came.spoilt(BodyFault.TRUNCATED, f"broke off after {len(body):,} bytes: {_told(error)}")
    return Body(content=bytes(body))


def _broken_in(phase: Phase | None) -> str:
    """What a connection that failed or broke off in a phase is called."""
    if phase in (Phase.DNS, Phase.CONNECT, None):
        return "connect"
    return "tls" if phase is Phase.TLS else "protocol"


def _failure(error: str, stopwatch: Stopwatch, cause: Exception) -> Failure:
    failure = Failure(error=error, phase=stopwatch.phase or "", detail=_told(cause))
    if not stopwatch.at_proxy:
        return failure
    return replace(failure, obstacle=Obstacle.PROXY, detail=f"{stopwatch.at_proxy}: {failure.detail}")


def _told(cause: Exception) -> str:
    detail = f"{type(cause).__name__}: {cause}" if str(cause) else type(cause).__name__
    return detail[:300]

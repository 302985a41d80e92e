"""One HTTP exchange: one attempt, timed by phase, that ends in a reply or in a failure and never raises."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import httpcore
import httpx

from probes.network.connection import Backend, Dialling, Phase, Stopwatch, UnresolvedError

USER_AGENT = "Fogbreak/0.1 (status monitor)"
BODY_CAP = 256 * 1024  # bytes; no payment answer is near it


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked. ``url`` is absolute; ``body`` is sent as it is."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What was answered; header names in lower case. ``cut`` tells that the body went on beyond the cap."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """There was no answer. ``error`` is timeout, connect, dns, tls or protocol; ``detail`` says more."""

    error: str
    phase: str
    detail: str


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
    most_bytes: int = BODY_CAP,
) -> Reply | Failure:
    """Ask once over a connection of its own: no redirects, retries, cookies or kept connections.

    The only thing that it raises is the caller's cancellation: it sets no limit to the time as a whole.
    """
    # From the narrow to the wide: the first three are kinds of OSError as well. Of what is left it is known
    # only that the connection broke: "connect", "tls" or "protocol", by how far it had come.
    try:
        return await _ask(request, stopwatch, context, dialling, most_bytes)
    except UnresolvedError as error:
        return _failure("dns", stopwatch, error)
    except TimeoutError as error:
        # Of a single wait, the kernel's or ours; the limit of the whole is the caller's, as a cancellation.
        return _failure("timeout", stopwatch, error)
    except ssl.SSLError as error:
        return _failure("tls", stopwatch, error)
    except (OSError, httpcore.NetworkError) as error:
        return _failure(_broken_in(stopwatch.phase), stopwatch, error)
    except (httpcore.ProtocolError, httpx.InvalidURL, httpcore.UnsupportedProtocol, ValueError) as error:
        return _failure("protocol", stopwatch, error)
    finally:
        stopwatch.enter(None)


async def _ask(
    request: Request, stopwatch: Stopwatch, context: ssl.SSLContext, dialling: Dialling, most_bytes: int
) -> Reply:
    headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity", "Connection": "close"}
    prepared = httpx.Request(
        request.method, request.url, headers=headers | dict(request.headers), content=request.body
    )
    transport = _Transport(stopwatch, context, dialling)
    async with transport:
        response = await transport.handle_async_request(prepared)
        body, cut = await _read(response.stream, most_bytes)
    answered = {name.lower(): value for name, value in response.headers.items()}
    return Reply(status=response.status_code, headers=answered, body=body, cut=cut)


class _Transport(httpx.AsyncBaseTransport):
    """A transport of one connection; httpx's own pool would only be in the way."""

    def __init__(self, stopwatch: Stopwatch, context: ssl.SSLContext, dialling: Dialling) -> None:
        self._stopwatch, self._context = stopwatch, context
        self._backend = Backend(stopwatch, dialling)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        connection = httpcore.AsyncHTTPConnection(
            url.origin, ssl_context=self._context, network_backend=self._backend
        )
        asked = httpcore.Request(
            request.method,
            url,
            headers=request.headers.raw,
            content=request.stream,
            extensions={"trace": self._trace},
        )
        answered = await connection.handle_async_request(asked)
        return httpx.Response(answered.status, headers=answered.headers, stream=_Body(answered.stream))

    async def _trace(self, event: str, info: Mapping[str, Any]) -> None:
        if event == "http11.send_request_headers.started":
            self._stopwatch.enter(Phase.FIRST_BYTE)
        elif event == "http11.receive_response_headers.complete":
            self._stopwatch.enter(Phase.BODY)

    async def aclose(self) -> None:
        self._backend.drop()


class _Body(httpx.AsyncByteStream):
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            yield chunk


async def _read(stream: httpx.SyncByteStream | httpx.AsyncByteStream, most: int) -> tuple[bytes, bool]:
    body = bytearray()
    assert isinstance(stream, httpx.AsyncByteStream)
    async for chunk in stream:
        body += chunk
        if len(body) > most:
            return bytes(body[:most]), True
    return bytes(body), False


def _broken_in(phase: Phase | None) -> str:
    """What a connection that failed or broke off in a phase is called."""
    if phase in (Phase.DNS, Phase.CONNECT, None):
        return "connect"
    return "tls" if phase is Phase.TLS else "protocol"


def _failure(error: str, stopwatch: Stopwatch, cause: Exception) -> Failure:
    detail = f"{type(cause).__name__}: {cause}" if str(cause) else type(cause).__name__
    return Failure(error=error, phase=stopwatch.phase or "", detail=detail[:300])

"""A lean transport under httpx: one attempt over a connection of its own, every phase of it timed.

It takes the place of httpx's own, httpcore's pool of connections, with which checks cost three times as much:
on every call httpcore asks which async library runs, and searches the whole path for one that is not there.
What httpx's requests and responses themselves cost is a tenth of a check.
"""

import ssl
from collections.abc import AsyncIterator

import httpx

from probes.network.answers import receive, told
from probes.network.bodies import Body
from probes.network.connection import TimedConnection
from probes.network.dialling import Dialling
from probes.network.heads import Head, ProtocolError, request_head
from probes.network.proxies import Proxy
from probes.network.stopwatch import Phase, Stopwatch

BODY_CAP = 256 * 1024  # bytes; no payment answer is near it
_REACHING = frozenset({None, Phase.DNS, Phase.CONNECT, Phase.TLS})


class LeanTransport(httpx.AsyncBaseTransport):
    """Sends a request once: no pool, retries or kept connections. May stand under any ``httpx.AsyncClient``.

    ``proxy`` is the only one that is used; what the environment says of proxies is not for us. ``stopwatch``
    times the one request that is sent; without it each has one of its own. No limit is set to the time as a
    whole, which is the caller's. What goes wrong is one of httpx's transport errors, with its cause.
    """

    def __init__(
        self,
        *,
        context: ssl.SSLContext,
        dialling: Dialling,
        proxy: Proxy | None = None,
        most_bytes: int = BODY_CAP,
        stopwatch: Stopwatch | None = None,
    ) -> None:
        self._context, self._dialling, self._proxy = context, dialling, proxy
        self._most_bytes, self._stopwatch = most_bytes, stopwatch

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer; its extension ``body`` is what came of the body, still packed, as a :class:`Body`."""
        body = await request.aread()
        stopwatch = self._stopwatch or Stopwatch()
        connection = TimedConnection(stopwatch, self._dialling)
        try:
            head, came = await self._ask(request, body, connection, stopwatch)
        except (OSError, ProtocolError, ValueError) as error:
            raise _named(error, stopwatch.phase)(told(error), request=request) from error
        finally:
            connection.drop()
            stopwatch.enter(None)
        return httpx.Response(
            head.status,
            headers=head.headers,
            stream=_BodyStream(came),
            extensions={"body": came, "reason_phrase": head.reason.encode("ascii", "replace")},
        )

    async def _ask(
        self, request: httpx.Request, body: bytes, connection: TimedConnection, stopwatch: Stopwatch
    ) -> tuple[Head, Body]:
        url, proxy = request.url, self._proxy
        tls, host = url.scheme == "https", url.raw_host.decode("ascii")
        headers, target = request.headers.raw, url.raw_path
        if proxy is not None and not tls:
            headers = [*headers, *proxy.headers]
            target = str(url.copy_with(fragment=None)).encode("ascii")
        asked = request_head(request.method, target, headers, len(body)) + body
        await connection.open(host, url.port or (443 if tls else 80), proxy, tunnelled=tls)
        if tls:
            await connection.start_tls(self._context, host)
        stopwatch.enter(Phase.FIRST_BYTE)
        await connection.write(asked)
        return await receive(connection.read, request.method, most=self._most_bytes, stopwatch=stopwatch)


class _BodyStream(httpx.AsyncByteStream):
    """A body that came, for clients that read it as a stream; what is not whole ends in an error."""

    def __init__(self, body: Body) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._body.content
        if self._body.fault or self._body.cut:
            raise httpx.RemoteProtocolError(self._body.detail or "the body goes on beyond the cap")


def _named(error: Exception, phase: Phase | None) -> type[httpx.TransportError]:
    """What httpx calls an error that ended a phase."""
    reaching = phase in _REACHING
    if isinstance(error, TimeoutError):
        return httpx.ConnectTimeout if reaching else httpx.ReadTimeout
    if isinstance(error, OSError):
        return httpx.ConnectError if reaching else httpx.ReadError
    return httpx.RemoteProtocolError if isinstance(error, ProtocolError) else httpx.LocalProtocolError

"""HTTP proxies of our own, by which a vantage gets out; whatever fails before one let us through is ours."""

import re
from base64 import b64encode
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

import h11
import httpcore

from probes.network.dialling import UnresolvedError
from probes.network.names import host_name

_CHUNK = 65_536
# What a proxy says of the other side, by RFC 9209 and in Squid's own header: then the fault is not its own.
_SAID_OF_THEM: tuple[tuple[str, type[OSError]], ...] = (
    (r"dns_error|dns_timeout|ERR_DNS_FAIL", UnresolvedError),
    (r"connection_timeout|ERR_CONNECT_FAIL 110", TimeoutError),
    (r"connection_refused|connection_terminated|destination_\w+|ERR_CONNECT_FAIL", ConnectionError),
)


class ProxyError(OSError):
    """A proxy that did not let us through; says which, never by which password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """Where a proxy is, and how we log in there ("" for not at all)."""

    host: str
    port: int
    authorization: str = field(default="", repr=False)

    def __str__(self) -> str:
        return f"the proxy {self.host}:{self.port}"

    @property
    def headers(self) -> dict[str, str]:
        """What each request to the proxy itself has."""
        return {"Proxy-Authorization": self.authorization} if self.authorization else {}


def read_proxy(url: str) -> Proxy:
    """The proxy at ``http://[USER:PASSWORD@]HOST:PORT``; ValueError, without the password, for all else."""
    try:
        parts = urlsplit(url)
        host, port = host_name(parts.hostname or ""), parts.port
    except ValueError:
        port = None
    if port is None or parts.scheme != "http" or parts.path.strip("/") or parts.query:
        raise ValueError("expected http://HOST:PORT or http://USER:PASSWORD@HOST:PORT")
    login = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    basic = f"Basic {b64encode(login.encode()).decode()}" if parts.username else ""
    return Proxy(host=host, port=port, authorization=basic)


async def tunnel(stream: httpcore.AsyncNetworkStream, proxy: Proxy, host: str, port: int) -> OSError | None:
    """Have ``proxy``, at the other end of ``stream``, connect us through to host and port (RFC 9110, 9.3.6).

    Gives what the proxy says is wrong with the other side, if it does; OSError is trouble of its own.
    """
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    connection = h11.Connection(h11.CLIENT)
    headers = {"Host": place, **proxy.headers}
    asked = h11.Request(method="CONNECT", target=place, headers=list(headers.items()))
    await stream.write(connection.send(asked) or b"")
    connection.send(h11.EndOfMessage())
    try:
        answer = await _answer(stream, connection)
    except h11.RemoteProtocolError as error:
        raise ProxyError(f"what the proxy answers is no HTTP: {error}") from error
    return None if 200 <= answer.status_code < 300 else _refusal(answer)


async def _answer(stream: httpcore.AsyncNetworkStream, connection: h11.Connection) -> h11.Response:
    while not isinstance(event := connection.next_event(), h11.Response):
        if event is h11.NEED_DATA:
            data = await stream.read(_CHUNK)
            if not data:
                raise ProxyError("the proxy closed the connection without an answer")
            connection.receive_data(data)
    return event


def _refusal(answer: h11.Response) -> OSError:
    reason = f"the proxy answers {answer.status_code} {answer.reason.decode('ascii', 'replace')[:80]}".strip()
    said = "; ".join(
        value.decode("ascii", "replace")
        for name, value in answer.headers
        if name in (b"proxy-status", b"x-squid-error")
    )
    for pattern, kind in _SAID_OF_THEM:
        if re.search(pattern, said):
            return kind(f"{reason}: {said[:200]}")
    raise ProxyError(reason)

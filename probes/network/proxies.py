"""HTTP proxies of our own, by which a vantage gets out; whatever fails before one let us through is ours."""

import re
from base64 import b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

from probes.network.answers import Read, receive_head
from probes.network.heads import Head, HeadReader, ProtocolError, request_head
from probes.network.lookups import UnresolvedError
from probes.network.names import host_name

# What a proxy says of the other side, by RFC 9209 and in Squid's own header: then the fault is not its own.
_SAID_OF_THEM: tuple[tuple[str, type[OSError]], ...] = (
    (r"dns_error|dns_timeout|ERR_DNS_FAIL", UnresolvedError),
    (r"connection_timeout|ERR_CONNECT_FAIL 110", TimeoutError),
    (r"connection_refused|connection_terminated|destination_\w+|ERR_CONNECT_FAIL", ConnectionError),
)


Write: TypeAlias = Callable[[bytes], Awaitable[None]]


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
    def headers(self) -> list[tuple[bytes, bytes]]:
        """What each request to the proxy itself has."""
        return [(b"Proxy-Authorization", self.authorization.encode("ascii"))] if self.authorization else []


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


async def tunnel(read: Read, write: Write, proxy: Proxy, host: str, port: int) -> OSError | None:
    """Have ``proxy`` connect us through to host and port (RFC 9110, 9.3.6); ``read`` and ``write`` reach it.

    Gives what the proxy says is wrong with the other side, if it does; OSError is trouble of its own.
    """
    place = (f"[{host}]:{port}" if ":" in host else f"{host}:{port}").encode("ascii")
    await write(request_head("CONNECT", place, [(b"Host", place), *proxy.headers], 0))
    try:
        answer = await receive_head(read, HeadReader())
    except ProtocolError as error:
        raise ProxyError(f"what the proxy answers is no HTTP: {error}") from error
    return None if 200 <= answer.status < 300 else _refusal(answer)


def _refusal(answer: Head) -> OSError:
    reason = f"the proxy answers {answer.status} {answer.reason[:80]}".strip()
    said = "; ".join(
        value.decode("ascii", "replace")
        for name, value in answer.headers
        if name in (b"proxy-status", b"x-squid-error")
    )
    for pattern, kind in _SAID_OF_THEM:
        if re.search(pattern, said):
            return kind(f"{reason}: {said[:200]}")
    raise ProxyError(reason)

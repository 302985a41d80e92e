"""The network under a request: one connection, made one phase at a time."""

import asyncio
import ssl
from collections.abc import Awaitable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar

from probes.network.dialling import Dialling, first_connected
from probes.network.names import REMEMBERED
from probes.network.proxies import Proxy, tunnel
from probes.network.stopwatch import Phase, Stopwatch

_PIECE = 65_536
_Value = TypeVar("_Value")


class TimedConnection:
    """The one connection of one request; errors pass as they are, and the time in all is the caller's.

    What is waited for and how long shows on the ``stopwatch``.
    """

    def __init__(self, stopwatch: Stopwatch, dialling: Dialling) -> None:
        self._stopwatch, self._dialling = stopwatch, dialling
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter | None = None

    async def open(self, host: str, port: int, proxy: Proxy | None, *, tunnelled: bool) -> None:
        """Resolve and connect, through ``proxy`` where there is one."""
        host, port = self._dialling.place(host, port)
        if proxy is None:
            await self._dial(host, port)
            return
        self._stopwatch.at_proxy = str(proxy)
        await self._dial(proxy.host, proxy.port)
        refusal = await tunnel(self.read, self.write, proxy, host, port) if tunnelled else None
        self._stopwatch.at_proxy = ""
        if refusal is not None:
            raise refusal

    async def start_tls(self, context: ssl.SSLContext, host: str) -> None:
        """Shake hands with ``host``, which must show a certificate of that name."""
        assert self._writer
        self._stopwatch.enter(Phase.TLS)
        await self._patiently(self._writer.start_tls(context, server_hostname=host))
        self._stopwatch.certificate_expires_at = _expiry(self._writer.get_extra_info("peercert"))

    def read(self) -> Awaitable[bytes]:
        """Some of what comes; nothing at its end."""
        return self._patiently(self._reader.read(_PIECE))

    async def write(self, data: bytes) -> None:
        assert self._writer
        self._writer.write(data)
        await self._patiently(self._writer.drain())

    def drop(self) -> None:
        """Drop the connection, if there is one; a polite end would wait for a side that may be hanging."""
        if self._writer is not None:
            self._writer.transport.abort()

    async def _dial(self, host: str, port: int) -> None:
        self._stopwatch.enter(Phase.DNS)
        addresses = await self._dialling.addresses(host, port)
        self._stopwatch.enter(Phase.CONNECT)
        self._reader, self._writer = await self._patiently(first_connected(addresses, port))

    def _patiently(self, wait: Awaitable[_Value]) -> Awaitable[_Value]:
        patience_s = self._dialling.patience_s
        return wait if patience_s is None else _within(patience_s, wait)


async def _within(seconds: float, wait: Awaitable[_Value]) -> _Value:
    async with asyncio.timeout(seconds):
        return await wait


def _expiry(certificate: Mapping[str, Any] | None) -> datetime | None:
    if not certificate or "notAfter" not in certificate:
        return None
    return _moment(str(certificate["notAfter"]))


@lru_cache(REMEMBERED)
def _moment(text: str) -> datetime:
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(text), UTC)

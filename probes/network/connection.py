"""The network under a request: one connection, made one phase at a time and timed by each."""

import asyncio
import ssl
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeAlias

import httpcore

from probes.network.dialling import Dialling, first_connected
from probes.network.proxies import Proxy, tunnel

SocketOption: TypeAlias = (
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
)


class Phase(StrEnum):
    """What a request is waiting for."""

    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    FIRST_BYTE = "first_byte"
    BODY = "body"


class Stopwatch:
    """Which phase a request is in, how many milliseconds each one took, and what came so far."""

    def __init__(self) -> None:
        self.phase: Phase | None = None
        self.last_phase: Phase | None = None
        self.certificate_expires_at: datetime | None = None
        self.at_proxy = ""  # which one we are at, as long as it has not let us through
        self.status: int | None = None
        self.body_bytes = 0
        self._spent: dict[str, float] = {}
        self._since = time.perf_counter()
        self._began = self._since

    def enter(self, phase: Phase | None) -> None:
        """End the phase that is running and begin another, or none."""
        now = time.perf_counter()
        # What we need before the first phase, such as a new process its imports, is not the other side's.
        if not self._spent and self.phase is None:
            self._began = now
        if self.phase is not None:
            self.last_phase = self.phase
            self._spent[self.phase] = self._spent.get(self.phase, 0.0) + (now - self._since) * 1000
        self.phase, self._since = phase, now

    @property
    def spent_ms(self) -> dict[str, float]:
        """Milliseconds by phase, of those that have ended."""
        return {phase: round(spent, 3) for phase, spent in self._spent.items()}

    @property
    def total_ms(self) -> float:
        return (time.perf_counter() - self._began) * 1000


class Backend(httpcore.AsyncNetworkBackend):
    """Makes the one connection of one request, through a proxy where there is one."""

    def __init__(
        self, stopwatch: Stopwatch, dialling: Dialling, proxy: Proxy | None = None, *, tunnelled: bool = False
    ) -> None:
        self._stopwatch, self._dialling = stopwatch, dialling
        self._proxy, self._tunnelled = proxy, tunnelled
        self._stream: _TimedStream | None = None

    def drop(self) -> None:
        """Drop the connection, if there is one; a polite end would wait for a side that may be hanging."""
        if self._stream is not None:
            self._stream.drop()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve and connect."""
        host, port = self._dialling.place(host, port)
        if self._proxy is None:
            return await self._connected(host, port)
        self._stopwatch.at_proxy = str(self._proxy)
        stream = await self._connected(self._proxy.host, self._proxy.port)
        refusal = await tunnel(stream, self._proxy, host, port) if self._tunnelled else None
        self._stopwatch.at_proxy = ""
        if refusal is not None:
            raise refusal
        return stream

    async def _connected(self, host: str, port: int) -> httpcore.AsyncNetworkStream:
        dialling, patience_s = self._dialling, self._dialling.patience_s
        self._stopwatch.enter(Phase.DNS)
        addresses = await dialling.addresses(host, port)
        self._stopwatch.enter(Phase.CONNECT)
        async with asyncio.timeout(patience_s):
            reader, writer = await first_connected(addresses, port)
        self._stream = _TimedStream(reader, writer, self._stopwatch, patience_s)
        return self._stream


class _TimedStream(httpcore.AsyncNetworkStream):
    """One connection over asyncio's streams; errors pass as they are, and the total time is the caller's."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        stopwatch: Stopwatch,
        patience_s: float | None,
    ) -> None:
        self._reader, self._writer, self._stopwatch = reader, writer, stopwatch
        self._patience_s = patience_s

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        async with asyncio.timeout(self._patience_s):
            return await self._reader.read(max_bytes)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._writer.write(buffer)
        async with asyncio.timeout(self._patience_s):
            await self._writer.drain()

    async def aclose(self) -> None:
        self.drop()

    def drop(self) -> None:
        self._writer.transport.abort()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        self._stopwatch.enter(Phase.TLS)
        async with asyncio.timeout(self._patience_s):
            await self._writer.start_tls(ssl_context, server_hostname=server_hostname)
        self._stopwatch.certificate_expires_at = _expiry(self._writer.get_extra_info("ssl_object"))
        return self

    def get_extra_info(self, info: str) -> Any:
        return self._writer.get_extra_info(info)


def _expiry(ssl_object: ssl.SSLObject | None) -> datetime | None:
    certificate = ssl_object.getpeercert() if ssl_object is not None else None
    if not certificate or "notAfter" not in certificate:
        return None
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)

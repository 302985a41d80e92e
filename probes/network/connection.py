"""The network under a request: names resolved and connections made one phase at a time, timed by each."""

import asyncio
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from ipaddress import ip_address
from typing import Any, TypeAlias

import httpcore

# A zone whose servers hang must not delay the checks of every other one.
RESOLVER_THREADS = 64
Guard: TypeAlias = Callable[[str, int, Sequence[str]], Sequence[str]]
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


class UnresolvedError(OSError):
    """A host name that has no address."""


def anywhere(host: str, port: int, addresses: Sequence[str]) -> Sequence[str]:
    """The guard that lets every address be dialled."""
    return addresses


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialling:
    """How a connection is made.

    ``connect_to`` maps host:port to what is dialled instead. ``guard`` gets host, port and all the addresses
    of the host, and says which of them may be dialled, or raises OSError. ``patience_s`` limits each single
    wait, the whole of connecting being one; None waits for as long as the caller does.
    """

    connect_to: Mapping[str, str] = field(default_factory=dict)
    guard: Guard = anywhere
    patience_s: float | None = None


class Backend(httpcore.AsyncNetworkBackend):
    """Makes the one connection of one request."""

    def __init__(self, stopwatch: Stopwatch, dialling: Dialling) -> None:
        self._stopwatch, self._dialling = stopwatch, dialling
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
        """Resolve and connect; tries each address once, in the resolver's order."""
        host, port = redirected(host, port, self._dialling.connect_to)
        self._stopwatch.enter(Phase.DNS)
        addresses = self._dialling.guard(host, port, await resolve(host, port))
        self._stopwatch.enter(Phase.CONNECT)
        patience_s = self._dialling.patience_s
        share_s = patience_s and patience_s / max(len(addresses), 1)
        failure: OSError | None = None
        for address in addresses:
            try:
                async with asyncio.timeout(share_s):
                    reader, writer = await asyncio.open_connection(address, port)
            except OSError as error:
                failure = error
            else:
                self._stream = _TimedStream(reader, writer, self._stopwatch, patience_s)
                return self._stream
        raise failure or OSError("no address to connect to")


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


def redirected(host: str, port: int, connect_to: Mapping[str, str]) -> tuple[str, int]:
    """Where to dial for host and port."""
    target = connect_to.get(f"{host}:{port}")
    if target is None:
        return host, port
    name, _, number = target.rpartition(":")
    return name.strip("[]"), int(number)


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host; :class:`UnresolvedError` where it has none. An address is its own."""
    try:
        return [str(ip_address(host))]
    except ValueError:
        pass
    loop = asyncio.get_running_loop()
    try:
        found = await loop.run_in_executor(_resolver(), _look_up, host, port)
    except (socket.gaierror, UnicodeError) as error:
        raise UnresolvedError(f"{host}: {error}") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _look_up(host: str, port: int) -> list[tuple[Any, ...]]:
    return list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))


@cache
def _resolver() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(RESOLVER_THREADS, thread_name_prefix="resolve")


def _expiry(ssl_object: ssl.SSLObject | None) -> datetime | None:
    certificate = ssl_object.getpeercert() if ssl_object is not None else None
    if not certificate or "notAfter" not in certificate:
        return None
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)

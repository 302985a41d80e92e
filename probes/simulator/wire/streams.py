"""Byte streams over TCP, with TLS by hand, so that a server can break off at any point of a conversation."""

import asyncio
import socket
import ssl
import struct
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from probes.simulator.fates import FaultKind

HANG_S = 75.0
_CHUNK = 65536


class Stream(Protocol):
    """A conversation with one client; ``read`` gives ``b""`` when the client has gone."""

    async def read(self) -> bytes: ...
    async def write(self, data: bytes) -> None: ...
    def close(self) -> None: ...
    def abort(self) -> None: ...


class PlainStream:
    """TCP as it is."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def read(self) -> bytes:
        try:
            return await self._reader.read(_CHUNK)
        except ConnectionError:
            return b""

    async def write(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    def close(self) -> None:
        self._writer.close()

    def abort(self) -> None:
        """Break off with a reset instead of a farewell, unless the client was faster."""
        tcp = self._writer.get_extra_info("socket")
        if tcp is not None and tcp.fileno() >= 0:
            tcp.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()


async def hold_open(stream: Stream) -> None:
    """Listen without a word, until the client leaves or has waited longer than any client does."""
    with suppress(TimeoutError):
        async with asyncio.timeout(HANG_S):
            while await stream.read():
                pass


class _NamedTls(ssl.SSLObject):
    """TLS that remembers for which host the client asked."""

    asked_for = ""


def _remember_name(tls: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
    if isinstance(tls, _NamedTls):
        tls.asked_for = (name or "").lower()


class TlsStream:
    """TLS as a server on top of a stream; call :meth:`hello` and then :meth:`handshake` first."""

    def __init__(self, below: Stream, context: ssl.SSLContext) -> None:
        self._below = below
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        context.sslobject_class = _NamedTls
        context.sni_callback = _remember_name
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)

    async def hello(self) -> bool:
        """Wait for the client's first bytes; False where it left without any."""
        data = await self._below.read()
        self._incoming.write(data)
        return bool(data)

    async def handshake(self, judge: Callable[[str], FaultKind | None]) -> FaultKind | None:
        """Agree on keys, unless ``judge`` has something against the host that was asked for.

        It is asked once, before the first byte goes back; what it says is given back. Raises ``ssl.SSLError``
        or ``ConnectionError`` where the client does not want to.
        """
        judged = False
        while True:
            agreed = True
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                agreed = False
            if not judged and self._outgoing.pending:
                judged = True
                fault = judge(self._tls.asked_for if isinstance(self._tls, _NamedTls) else "")
                if fault is not None:
                    return fault
            await self._flush()
            if agreed:
                return None
            await self._more()

    async def read(self) -> bytes:
        while True:
            try:
                return self._tls.read(_CHUNK)
            except ssl.SSLWantReadError:
                await self._flush()
                try:
                    await self._more()
                except ConnectionError:
                    return b""
            except ssl.SSLError:
                return b""

    async def write(self, data: bytes) -> None:
        self._tls.write(data)
        await self._flush()

    def close(self) -> None:
        self._below.close()

    def abort(self) -> None:
        self._below.abort()

    async def _more(self) -> None:
        data = await self._below.read()
        if not data:
            raise ConnectionResetError("the client has gone")
        self._incoming.write(data)

    async def _flush(self) -> None:
        if self._outgoing.pending:
            await self._below.write(self._outgoing.read())

"""The way from a front to the workers, which only so many go at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from statuspage.public.serve.answers import WebAnswer
from statuspage.public.serve.limits import Limits
from statuspage.public.serve.requests import WebReply, WebRequest

# What the front says of the connection itself.
_OF_THE_CONNECTION = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}
_SAFE = {"GET", "HEAD", "OPTIONS"}


class BusyError(Exception):
    """All workers are busy, and as many wait for one as may."""


class LostError(Exception):
    """A worker ended before it had answered."""


class Workers:
    """Asks whichever worker takes a connection to ``socket``; at most ``slots`` at a time."""

    def __init__(self, socket: Path, *, slots: int, limits: Limits) -> None:
        self._socket, self._limits = socket, limits
        self._free = asyncio.Semaphore(slots)
        self._waiting = 0

    async def answer(self, request: WebRequest) -> WebAnswer:
        """What the application answers; raises BusyError and LostError.

        What changes nothing is asked once more where a worker was lost over it.
        """
        async with self._slot():
            try:
                reply = await self._ask(request)
            except LostError:
                if request.method not in _SAFE:
                    raise
                reply = await self._ask(request)
        return _answer_of(reply)

    @asynccontextmanager
    async def _slot(self) -> AsyncIterator[None]:
        if self._waiting >= self._limits.queue:
            raise BusyError
        self._waiting += 1
        try:
            async with asyncio.timeout(self._limits.queue_s):
                await self._free.acquire()
        except TimeoutError:
            raise BusyError from None
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._free.release()

    async def _ask(self, request: WebRequest) -> WebReply:
        try:
            reader, writer = await asyncio.open_unix_connection(self._socket)
        except OSError as error:  # none listens, or too many asked
            raise BusyError from error
        try:
            writer.write(msgspec.msgpack.encode(request))
            writer.write_eof()
            said = await reader.read(-1)
            return msgspec.msgpack.decode(said, type=WebReply)
        except (OSError, msgspec.DecodeError) as error:
            raise LostError from error
        finally:
            writer.close()


def _answer_of(reply: WebReply) -> WebAnswer:
    kept = [header for header in reply.headers if header[0].lower() not in _OF_THE_CONNECTION]
    if not (reply.status < 200 or reply.status in {204, 304}):
        kept.append(("Content-Length", str(len(reply.body))))
    return WebAnswer(reply.status, tuple(kept), reply.body)

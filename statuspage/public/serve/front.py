"""One process that answers what is published and lets nobody hold more of it than `limits.py` says.

All of it runs in one event loop and never waits for a stranger: heads and bodies are read in full, within
their time and size, before anybody works on them. What is not published goes to the workers.
"""

import asyncio
import logging
import socket
from email.utils import formatdate
from http import HTTPStatus
from pathlib import Path
from time import time

from statuspage.public.serve.answers import WebAnswer, refusal
from statuspage.public.serve.connection import Connection
from statuspage.public.serve.crowd import Crowd
from statuspage.public.serve.files import PublishedFiles
from statuspage.public.serve.limits import Limits
from statuspage.public.serve.requests import WebRequest
from statuspage.public.serve.workers import BusyError, LostError, Workers

log = logging.getLogger(__name__)
LOOK_S = 0.5
# What is under way when the server is told to end has so long to be answered.
LAST_WORDS_S = 5.0


class Front:
    """What all connections of a process share. The site lies ``below`` a path, or has a host of its own."""

    def __init__(self, files: PublishedFiles, workers: Workers, limits: Limits, *, below: str = "") -> None:
        self.files, self.limits, self.below = files, limits, below
        self.crowd = Crowd(most=limits.connections, of_one=limits.of_one)
        # Bytes of bodies that are on their way or being answered.
        self.held_bytes = 0
        self.date = b""
        self._workers = workers
        self._tasks: set[asyncio.Task[None]] = set()
        self._tick()

    def connection(self) -> Connection:
        """A new one, as event loops ask for it."""
        return Connection(self)

    def pass_on(self, connection: Connection, request: WebRequest) -> None:
        """Have a worker answer; meanwhile the connection waits for us."""
        task = asyncio.get_running_loop().create_task(self._have_answered(connection, request))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self) -> None:
        """Answer what was passed on, as long as that may take at most, and send it off."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=LAST_WORDS_S)
            await asyncio.sleep(LOOK_S / 10)

    async def keep_looking(self) -> None:
        """End whatever takes too long, for ever."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(LOOK_S)
            self._tick()
            self.crowd.look(loop.time())

    def make_room(self) -> None:
        """Let the slowest of those go that send bodies, until what is held is as little as it should be."""
        for guest in self.crowd.slowest():
            if self.held_bytes <= self.limits.bodies_bytes:
                return
            if guest.held_bytes:
                guest.leave()

    def _tick(self) -> None:
        self.date = f"Date: {formatdate(time(), usegmt=True)}\r\n".encode()

    async def _have_answered(self, connection: Connection, request: WebRequest) -> None:
        connection.finish(await self._answer(request), request.method)

    async def _answer(self, request: WebRequest) -> WebAnswer:
        try:
            async with asyncio.timeout(self.limits.answer_s):
                return await self._workers.answer(request)
        except TimeoutError:
            return refusal(HTTPStatus.GATEWAY_TIMEOUT)
        except BusyError:
            return refusal(HTTPStatus.SERVICE_UNAVAILABLE)
        except LostError:
            log.warning("a worker was lost while it answered %s", request.method)
            return refusal(HTTPStatus.SERVICE_UNAVAILABLE)


async def serve(
    listener: socket.socket,
    *,
    folder: Path,
    workers: Path,
    slots: int,
    limits: Limits,
    alive: int,
    below: str = "",
) -> None:
    """Answer on ``listener`` until ``alive``, of which the parent holds the other end, is closed."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(alive, ended.set)
    asked = Workers(workers, slots=slots, limits=limits)
    front = Front(PublishedFiles(folder), asked, limits, below=below)
    server = await loop.create_server(front.connection, sock=listener, backlog=4096)
    looking = loop.create_task(front.keep_looking())
    await ended.wait()
    server.close()
    await front.finish()
    looking.cancel()


def most_connections(wanted: int, open_files: int) -> int:
    """As many as the limit of open files lets in, with some left for files and workers."""
    return max(16, min(wanted, open_files - 128))

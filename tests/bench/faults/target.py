"""What the probes ask: pages of the harness itself, which notes each request and breaks as it is told."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.bench.faults.audit import Ask

GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nfine"
BROKEN = b"HTTP/1.1 500 Broken\r\nContent-Length: 6\r\nConnection: close\r\n\r\nbroken"
GARBAGE = b"\x00\x01 nothing that anybody would understand \xff\r\n\r\n"
MANNERS = ("error", "hang", "reset", "garbage")


@dataclass
class Target:
    """``asked`` are all requests; ``manners`` says how a component answers, by its slug, if not well."""

    port: int = 0
    asked: list[Ask] = field(default_factory=list)
    manners: dict[str, str] = field(default_factory=dict)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request, one answer."""
        try:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
            probe = head.split(b" ", 2)[1].decode().strip("/")
            self.asked.append(Ask(probe, time.time()))
            manner = self.manners.get(probe.partition(".")[0], "")
            if manner == "hang":
                await asyncio.sleep(10)
            if manner == "reset":
                writer.transport.abort()
            else:
                writer.write({"error": BROKEN, "garbage": GARBAGE}.get(manner, GOOD))
                await writer.drain()
        except (OSError, EOFError, TimeoutError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@contextmanager
def loop_in_thread() -> Iterator[asyncio.AbstractEventLoop]:
    """An event loop that runs in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)


@contextmanager
def running_target(loop: asyncio.AbstractEventLoop) -> Iterator[Target]:
    """A target on a free port of the loopback address."""
    target = Target()
    server = asyncio.run_coroutine_threadsafe(
        asyncio.start_server(target.answer, "127.0.0.1", 0, backlog=1024), loop
    ).result(10)
    target.port = server.sockets[0].getsockname()[1]
    try:
        yield target
    finally:
        loop.call_soon_threadsafe(server.close)

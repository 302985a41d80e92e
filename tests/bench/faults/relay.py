"""A network between two parts that can be cut: nothing is refused then, and nothing gets through.

The relay still acknowledges what it is sent, as a machine does whose server hangs; that packets are lost is a
fault of its own, where a network of the trial's own can be had (``network.py``).
"""

import asyncio
from contextlib import suppress


class Relay:
    """Passes connections on to a port of the loopback address; ``port`` is its own."""

    def __init__(self, loop: asyncio.AbstractEventLoop, to: int) -> None:
        self._loop, self._to = loop, to
        self._whole = asyncio.Event()
        self._whole.set()
        self._tasks: set[asyncio.Task[None]] = set()
        started = asyncio.start_server(self._pass_on, "127.0.0.1", 0, backlog=1024)
        self._server = asyncio.run_coroutine_threadsafe(started, loop).result(10)
        self.port: int = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        """From now on every byte waits."""
        self._loop.call_soon_threadsafe(self._whole.clear)

    def mend(self) -> None:
        """All goes on where it stood."""
        self._loop.call_soon_threadsafe(self._whole.set)

    def close(self) -> None:
        """Let go of the port; what is connected stays until its ends go."""
        self._loop.call_soon_threadsafe(self._server.close)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._whole.wait()
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._to)
        except OSError:
            writer.close()
            return
        await asyncio.gather(self._pump(reader, back), self._pump(there, writer))

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                await self._whole.wait()
                writer.write(data)
                await writer.drain()
        with suppress(OSError):
            writer.close()

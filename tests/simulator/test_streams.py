"""The simulator's byte streams, where a client does not wait for an answer."""

import asyncio
import socket
import struct

from probes.simulator.wire.streams import PlainStream

RESET = struct.pack("ii", 1, 0)


def test_stream_is_broken_off_without_complaint_when_the_client_was_faster() -> None:
    async def talk() -> bytes:
        met: asyncio.Queue[PlainStream] = asyncio.Queue()
        server = await asyncio.start_server(
            lambda reader, writer: met.put_nowait(PlainStream(reader, writer)), "127.0.0.1", 0
        )
        client = socket.create_connection(server.sockets[0].getsockname())
        stream = await met.get()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        client.close()
        left = await stream.read()
        stream.abort()
        await asyncio.sleep(0)
        stream.abort()
        server.close()
        return left

    left = asyncio.run(talk())

    assert left == b""

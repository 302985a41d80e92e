"""Receives one answer over a connection: its head, then its body as far as it comes."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from probes.network.bodies import Body, BodyFault
from probes.network.framing import Framing, framing_of
from probes.network.heads import Head, HeadReader, ProtocolError
from probes.network.stopwatch import Phase, Stopwatch

Read: TypeAlias = Callable[[], Awaitable[bytes]]


async def receive(read: Read, method: str, *, most: int, stopwatch: Stopwatch) -> tuple[Head, Body]:
    """The answer to a request made with ``method``, with ``most`` bytes of its body, still packed.

    ``read`` gives what comes next, nothing at the end. :class:`ProtocolError` is raised where it is no HTTP;
    a body that breaks off or breaks the rules is what came of it, with its fault.
    """
    heads = HeadReader()
    head = await receive_head(read, heads)
    framing = framing_of(head, method)
    stopwatch.enter(Phase.BODY)
    stopwatch.status = head.status
    return head, await _receive_body(read, heads.rest(), framing, most, stopwatch)


async def receive_head(read: Read, heads: HeadReader) -> Head:
    """The head of the answer proper; those that only inform (1xx) come before it."""
    while True:
        while head := heads.next_head():
            if head.status >= 200:
                return head
            if head.status == 101:
                raise ProtocolError("the answer switches to a protocol that nobody asked for")
        data = await read()
        if not data:
            raise ProtocolError("the other side closed the connection before its head was whole")
        heads.feed(data)


async def _receive_body(read: Read, data: bytes, framing: Framing, most: int, stopwatch: Stopwatch) -> Body:
    body = bytearray()
    try:
        while True:
            framing.take(data, body)
            stopwatch.body_bytes = len(body)
            if len(body) > most:
                return Body(content=bytes(body[:most]), cut=True)
            if framing.ended:
                break
            data = await read()
            if not data:
                framing.close()
                break
    except TimeoutError:
        raise
    except (OSError, ProtocolError) as error:
        came = Body(content=bytes(body))
        return came.spoilt(BodyFault.TRUNCATED, f"broke off after {len(body):,} bytes: {told(error)}")
    return Body(content=bytes(body))


def told(cause: BaseException) -> str:
    """An error in a few words."""
    detail = f"{type(cause).__name__}: {cause}" if str(cause) else type(cause).__name__
    return detail[:300]

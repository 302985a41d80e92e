"""Whole answers as they come over a connection, in pieces of any size."""

from probes.network.answers import receive
from probes.network.bodies import Body, undone
from probes.network.heads import Head, ProtocolError
from probes.network.stopwatch import Stopwatch

MOST = 20_000


def receive_all(data: bytes) -> None:
    """Receive an answer at once and in pieces: it is the same, and no longer than it may be."""
    size = 1 + len(data) % 13
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    whole, apart = _received([data]), _received(pieces if len(data) < 2_000 else [data])
    assert (whole is None) == (apart is None)
    if whole is not None and apart is not None:
        head, body = whole
        # Of a body that breaks off, how much is there depends on how it came.
        assert (apart[0], apart[1].fault) == (head, body.fault)
        assert body.fault or apart[1] == body
        assert len(body.content) <= MOST
        undone(body, b", ".join(head.all_of(b"content-encoding")).decode("latin-1"), most=MOST)


def _received(pieces: list[bytes]) -> tuple[Head, Body] | None:
    left = iter(pieces)

    async def read() -> bytes:
        return next(left, b"")

    coming = receive(read, "GET", most=MOST, stopwatch=Stopwatch())
    try:
        coming.send(None)
    except StopIteration as done:
        answer: tuple[Head, Body] = done.value
        return answer
    except ProtocolError:
        return None
    raise AssertionError("it waits for something else than what comes")

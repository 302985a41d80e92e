"""Answers read by hand mean what h11, which is strict and slow, takes them for."""

import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar, cast

import h11
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.network.answers import receive
from probes.network.heads import HEAD_CAP, ProtocolError, read_headers
from probes.network.stopwatch import Stopwatch
from tests.support.growth import MOST_GROWTH, growth

T = TypeVar("T")
MOST = 1_000_000
FRAMING = {b"content-length", b"transfer-encoding"}  # h11 rewrites these
# Lines and pieces of answers, good and bad, to be strung together.
STATUS_LINES = (
    b"HTTP/1.1 200 OK\r\n",
    b"HTTP/1.0 404\r\n",
    b"HTTP/1.1 204 \r\n",
    b"HTTP/2.0 200 OK\n",
    b"http/1.1 200 OK\r\n",
    b"HTTP/1.1  200 OK\r\n",
    b"HTTP/1.1 200 \xe4\xba\r\n",
    b"HTTP/1.1 099 X\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 103 Hints\r\nLink: </x>\r\n\r\n",
    b"HTTP/1.1 101 Switching\r\n\r\n",
)
CHUNKED = b"Transfer-Encoding: chunked\r\n"
HEADERS = (
    CHUNKED,
    b"Content-Length: 5\r\n",
    b"content-length: 5, 5\r\n",
    b"Content-Length: 6\n",
    b"Content-Length: +5\r\n",
    b"Content-Length: -1\r\n",
    b"Content-Length:\r\n",
    b"Content-Length: 99999999999999999999999\r\n",
    b"Transfer-Encoding: Chunked \r\n",
    b"Transfer-Encoding: gzip, chunked\r\n",
    b"X: a\r\n",
    b"X:\ta b \r\n",
    b"X : a\r\n",
    b": a\r\n",
    b"X\r\n",
    b"X: \x01\r\n",
    b"X: \x00\r\n",
    b"X: \x0b\r\n",
    b"X: a\rb\r\n",
    b"X: \xe5\x88\r\n",
    b"\x20folded\r\n",
    b"\t\r\n",
    b"Upgrade: h2c\r\n",
)
BODIES = (
    b"\r\n",
    b"\n",
    b"\r",
    b"hello",
    b"5\r\nhello\r\n",
    b"5;x=y\r\nhello\r\n",
    b"5 \r\nhello\r\n",
    b"5\nhello\n",
    b"0\r\n",
    b"0\r\n\r\n",
    b"00\r\n",
    b"fffffffffffffffffffff\r\n",
    b"-1\r\n",
    b"T: x\r\n",
    b"\x80",
    b"zz\r\n",
)
ANYTHING = st.lists(st.sampled_from(STATUS_LINES + HEADERS + BODIES), max_size=12)
ANSWER_LIKE = st.builds(
    lambda line, headers, body: [line, *headers, b"\r\n", *body],
    st.just(STATUS_LINES[0]) | st.sampled_from(STATUS_LINES),
    st.lists(st.just(CHUNKED) | st.sampled_from(HEADERS), max_size=3),
    st.lists(st.sampled_from(BODIES), max_size=5),
)


def reading(*pieces: bytes) -> Callable[[], Awaitable[bytes]]:
    """A connection on which these pieces come, each by itself, and then its end."""
    coming = iter(pieces)

    async def read() -> bytes:
        return next(coming, b"")

    return read


def at_once(waiting: Coroutine[Any, Any, T]) -> T:
    """What a coroutine gives that never has to wait; an event loop for each would take a minute."""
    try:
        waiting.send(None)
    except StopIteration as done:
        return cast("T", done.value)
    raise AssertionError("it waits")


def ours(*pieces: bytes, method: str = "GET") -> object:
    """Status, headers, body and whether it is whole, as we read it; None where it is no HTTP."""
    read = reading(*(piece for piece in pieces if piece))
    try:
        head, body = at_once(receive(read, method, most=MOST, stopwatch=Stopwatch()))
    except ProtocolError:
        return None
    headers = [
        (name, value) for name, value in head.headers if name not in {b"content-length", b"transfer-encoding"}
    ]
    return head.status, headers, body.content, body.fault is None


def theirs(raw: bytes, method: str = "GET") -> object:
    """The same as h11 reads it."""
    connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_CAP)
    connection.send(h11.Request(method=method, target="/", headers=[("Host", "a"), ("Connection", "close")]))
    connection.send(h11.EndOfMessage())
    connection.receive_data(raw)
    connection.receive_data(b"")
    found: h11.Response | None = None
    body = b""
    try:
        while not isinstance(event := connection.next_event(), h11.EndOfMessage | h11.ConnectionClosed):
            if isinstance(event, h11.Response):
                found = event
            elif isinstance(event, h11.Data):
                body += event.data
    except h11.RemoteProtocolError:
        return found and (*_told(found), body, False)
    return found and (*_told(found), body, True)


def _told(answer: h11.Response) -> tuple[int, list[tuple[bytes, bytes]]]:
    headers = [(bytes(name), bytes(value)) for name, value in answer.headers]
    return answer.status_code, [
        pair for pair in headers if pair[0] not in {b"content-length", b"transfer-encoding"}
    ]


@settings(max_examples=300, deadline=None)
@given(pieces=ANSWER_LIKE | ANYTHING, method=st.sampled_from(["GET", "HEAD"]))
def test_answer_is_what_h11_takes_it_for_when_anything_comes(pieces: list[bytes], method: str) -> None:
    raw = b"".join(pieces)

    assert ours(raw, method=method) == theirs(raw, method)
    assert ours(*pieces, method=method) == ours(raw, method=method)


@settings(max_examples=100, deadline=None)
@given(raw=(ANSWER_LIKE | ANYTHING).map(b"".join))
def test_answer_is_the_same_when_it_comes_byte_by_byte(raw: bytes) -> None:
    assert ours(*(bytes([byte]) for byte in raw)) == ours(raw)


def test_body_is_kept_as_far_as_it_is_sound_when_all_of_it_comes_at_once() -> None:
    raw = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfine\r\nzz\r\n"

    assert ours(raw) == (200, [], b"fine", False)


def test_answer_is_refused_at_once_when_it_begins_like_no_http() -> None:
    async def read() -> bytes:
        return b"SSH-2.0-OpenSSH_9.6\r\n"

    with pytest.raises(ProtocolError, match="no HTTP: b'SSH"):
        at_once(receive(read, "GET", most=MOST, stopwatch=Stopwatch()))


@pytest.mark.parametrize(
    "endless",
    [b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"y" * 60_000],
    ids=["news without an answer", "a head without an end"],
)
def test_answer_is_refused_when_its_head_does_not_end(endless: bytes) -> None:
    async def read() -> bytes:
        return endless

    with pytest.raises(ProtocolError):
        at_once(receive(read, "GET", most=MOST, stopwatch=Stopwatch()))


def test_answer_keeps_nobody_waiting_when_the_line_of_a_chunk_can_be_read_in_many_ways() -> None:
    raw = STATUS_LINES[0] + CHUNKED + b"\r\n1;" + b" " * 90_000 + b"\n\r\n"
    began = time.process_time()

    assert ours(raw) == (200, [], b"", False)

    assert time.process_time() - began < 1


@pytest.mark.parametrize("line", [b" x", b"\t", b"X: a"], ids=["folded", "folded and empty", "short"])
def test_time_grows_as_a_head_does_when_it_is_all_of_such_lines(line: bytes) -> None:
    assert growth(read_headers, lambda count: [b"X: a", *[line] * count], 4_000) < MOST_GROWTH


def test_value_is_joined_by_single_spaces_when_it_is_folded() -> None:
    assert read_headers([b"X:", b" \ta\t", b" ", b"\tb", b"Y: c"]) == [(b"x", b"a b"), (b"y", b"c")]

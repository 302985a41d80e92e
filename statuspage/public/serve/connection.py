"""One connection to a front: HTTP/1.1 as llhttp reads it, within the limits.

Why not a ready server (November 2026, the same files answered by the same code, time per answer over
nginx's): ours 1.7, granian by RSGI 2.1, by ASGI 2.7, uvicorn 4. What counts more is what none of them can
do: end a reader that does not read, or let the slowest go where there are too many. 1,100 connections with
half a head kept granian from answering anybody until they timed out. What is read is read by httptools,
which is Node's parser.
"""

import asyncio
from enum import Enum, auto
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import httptools

from statuspage.public.serve.answers import WebAnswer, refusal
from statuspage.public.serve.crowd import share_of
from statuspage.public.serve.requests import WebRequest, origin_form, path_of, without_prefix

if TYPE_CHECKING:
    from statuspage.public.serve.front import Front

LINGER_S, LINGER_BYTES = 2.0, 128 * 1024
_CLOSE = b"Connection: close\r\n\r\n"
# Longer numbers are no lengths of anything that is accepted.
_MOST_DIGITS = 12
# What the front itself goes by.
_HEEDED = {
    b"accept-encoding",
    b"if-none-match",
    b"if-modified-since",
    b"content-length",
    b"transfer-encoding",
    b"expect",
}


class ConnectionPhase(Enum):
    """What the connection is at; only in ANSWER it waits for us."""

    HEAD = auto()
    BODY = auto()
    ANSWER = auto()
    # It reads what it was sent, or may ask again.
    READING = auto()
    # It was told no while it was still sending: for a moment that is thrown away, so that it reads why.
    LINGERING = auto()
    GONE = auto()


class Connection(asyncio.Protocol):
    """A guest of the front's crowd."""

    # Of the request that is being read; `_begin` empties them.
    _target: bytes
    _path: str
    _headers: list[tuple[bytes, bytes]]
    _heeded: dict[bytes, bytes]
    _body: bytes | bytearray
    _head_bytes: int
    # Of the sizes and extensions of chunks and of trailers, none of which is kept.
    _around_body: int
    _room: int
    _is_asked: bool

    def __init__(self, front: "Front") -> None:
        self._front, self._limits = front, front.limits
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpRequestParser(self)
        self._phase = ConnectionPhase.HEAD
        # Whether the next answer is the last one; whether what comes is not looked at any more.
        self._closing = self._is_deaf = False
        self._in_packet = self._packet_bytes = self._lingered = 0
        self.share, self.until, self.peer = b"", 0.0, ""
        self._begin()

    @property
    def held_bytes(self) -> int:
        """How much of a body it holds."""
        return len(self._body)

    # What the event loop tells.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport
        peer = transport.get_extra_info("peername")
        self.peer = peer[0] if isinstance(peer, tuple) else ""
        self.share = share_of(self.peer)
        self.until = self._loop.time() + self._limits.head_s
        if not self._front.crowd.enter(self):
            self.leave()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()

    def data_received(self, data: bytes) -> None:
        if self._phase is ConnectionPhase.LINGERING:
            self._lingered += len(data)
            if self._lingered > LINGER_BYTES:
                self.leave()
            return
        self._in_packet, self._packet_bytes = 0, len(data)
        is_in_body, held = self._phase is ConnectionPhase.BODY, len(self._body)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._closing = True  # what follows is of a protocol that we do not speak
        except httptools.HttpParserError:
            self._refuse(HTTPStatus.BAD_REQUEST)
            return
        if self._is_asked and self._phase is ConnectionPhase.READING:
            self._enter(ConnectionPhase.HEAD, self._limits.head_s)
        if is_in_body and self._phase is ConnectionPhase.BODY:
            self._around_body += len(data) - (len(self._body) - held)
            if self._around_body > self._limits.head_bytes:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        if self._phase is ConnectionPhase.HEAD:
            self._head_bytes += len(data)
            if self._head_bytes > self._limits.head_bytes:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def eof_received(self) -> bool:
        return self._phase is ConnectionPhase.ANSWER  # whoever said all may still hear the answer

    def pause_writing(self) -> None:
        if not self._transport.is_closing():
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        waits_for_us = self._phase in {ConnectionPhase.ANSWER, ConnectionPhase.GONE}
        if not waits_for_us and not self._transport.is_closing():
            self._transport.resume_reading()

    # What the crowd tells.

    def expire(self) -> None:
        """Its time is over: it is told so where it began to ask."""
        if self._is_asked and self._phase in {ConnectionPhase.HEAD, ConnectionPhase.BODY}:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)
        elif self._phase is not ConnectionPhase.ANSWER:
            self.leave()

    def leave(self) -> None:
        """It goes at once."""
        self._forget()
        self._transport.abort()

    # What the parser tells.

    def on_message_begin(self) -> None:
        if self._is_deaf:
            return
        self._is_asked = True
        self._in_packet += 1
        if self._in_packet > self._limits.at_once:
            self._refuse(HTTPStatus.BAD_REQUEST)

    def on_url(self, url: bytes) -> None:
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._is_deaf or self._phase is ConnectionPhase.BODY:
            return  # a trailer: among the headers it could pass for one that only a proxy may write
        name = name.lower()
        self._headers.append((name, value))
        if name in _HEEDED:
            known = self._heeded.get(name)
            self._heeded[name] = value if known is None else known + b"," + value

    def on_headers_complete(self) -> None:
        if self._is_deaf:
            return
        target = self._target.decode("latin-1")
        if self._front.below:
            target = without_prefix(origin_form(target), self._front.below)
            self._target = target.encode("latin-1")
        self._path = path_of(target)
        if self._head_bytes + self._packet_bytes > self._limits.head_bytes and self._is_head_too_large():
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif not self._path:
            self._refuse(HTTPStatus.BAD_REQUEST)
        elif b"content-length" in self._heeded or b"transfer-encoding" in self._heeded:
            self._expect_body()

    def _is_head_too_large(self) -> bool:
        # Part of the packet may be the body.
        told = sum(len(name) + len(value) for name, value in self._headers)
        return len(self._target) + told > self._limits.head_bytes

    def _expect_body(self) -> None:
        self._room = self._limits.body_bytes(self._path)
        length = self._heeded.get(b"content-length", b"0")
        if len(length) > _MOST_DIGITS or int(length) > self._room:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        self._enter(ConnectionPhase.BODY, self._limits.body_s)
        if self._heeded.get(b"expect", b"").lower() == b"100-continue":
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        if self._is_deaf:
            return
        if len(self._body) + len(body) > self._room:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        if not isinstance(self._body, bytearray):
            self._body = bytearray()
        self._body += body
        self._front.held_bytes += len(body)
        if self._front.held_bytes > self._limits.bodies_bytes:
            self._front.make_room()

    def on_message_complete(self) -> None:
        if self._is_deaf:
            return
        parser, heeded = self._parser, self._heeded
        method = parser.get_method().decode("ascii")
        if not parser.should_keep_alive() or parser.get_http_version() == "1.0":
            self._closing = True
        tags, since = heeded.get(b"if-none-match"), heeded.get(b"if-modified-since")
        answer = self._front.files.answer(
            self._path,
            method,
            accepts=heeded.get(b"accept-encoding", b"").decode("latin-1"),
            tags=None if tags is None else tags.decode("latin-1"),
            since=None if since is None else since.decode("latin-1"),
        )
        if answer is None:
            self._pass_on(method)
        else:
            self._drop_body()
            self._send(answer, method)
            self._begin()

    # What follows from it.

    def _begin(self) -> None:
        self._target, self._path = b"", ""
        self._headers = []
        self._heeded = {}
        self._body = b""
        self._head_bytes = self._around_body = 0
        self._room = 0
        self._is_asked = False

    def _enter(self, phase: ConnectionPhase, seconds: float) -> None:
        self._phase, self.until = phase, self._loop.time() + seconds
        self._front.crowd.wait_for(self)

    def _pass_on(self, method: str) -> None:
        self._phase, self._closing, self._is_deaf, self.until = (
            ConnectionPhase.ANSWER,
            True,
            True,
            float("inf"),
        )
        self._front.crowd.serve(self)
        self._transport.pause_reading()
        request = WebRequest(
            method=method,
            target=self._target.decode("latin-1"),
            version=self._parser.get_http_version(),
            headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in self._headers),
            peer=self.peer,
            body=bytes(self._body),
        )
        self._front.pass_on(self, request)

    def finish(self, answer: WebAnswer, method: str) -> None:
        """Send what a worker answered."""
        if self._phase is not ConnectionPhase.GONE:
            self._send(answer, method)
        self._drop_body()

    def _refuse(self, status: HTTPStatus) -> None:
        if self._is_deaf:
            return
        self._closing = self._is_deaf = True
        self._drop_body()
        self._write(refusal(status), "GET")
        if self._transport.can_write_eof() and not self._transport.is_closing():
            self._transport.write_eof()
        self._enter(ConnectionPhase.LINGERING, LINGER_S)

    def _send(self, answer: WebAnswer, method: str) -> None:
        self._write(answer, method)
        if self._closing:
            self._is_deaf = True
            self._enter(ConnectionPhase.READING, self._limits.reading_s)
            self._transport.close()
            return
        waits = self._transport.get_write_buffer_size() > 0
        self._enter(ConnectionPhase.READING, self._limits.reading_s if waits else self._limits.idle_s)

    def _write(self, answer: WebAnswer, method: str) -> None:
        head = answer.wire() + self._front.date + (_CLOSE if self._closing else b"\r\n")
        if answer.body and method != "HEAD":
            self._transport.writelines((head, answer.body))
        else:
            self._transport.write(head)

    def _drop_body(self) -> None:
        if self._body:
            self._front.held_bytes -= len(self._body)
            self._body = b""

    def _forget(self) -> None:
        if self._phase is not ConnectionPhase.GONE:
            was_answered = self._phase is ConnectionPhase.ANSWER
            self._phase, self._is_deaf = ConnectionPhase.GONE, True
            self._front.crowd.go(self)
            if not was_answered:
                self._drop_body()

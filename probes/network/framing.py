"""Where an answer's body ends (RFC 9112, 6): after so many bytes, its last chunk, or with the connection."""

import re
from typing import Protocol

from probes.network.heads import HEAD_CAP, Head, ProtocolError, lines_of, read_headers

_LENGTH = re.compile(rb"[0-9]{1,20}")
# In one way only: what can be read in two is read again and again where a line does not end as it should.
_CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,20})(?:;[^\n]*|[ \t]*)")
_END_OF_TRAILERS = re.compile(rb"\n\r?\n")


class Framing(Protocol):
    """Takes the bytes of a connection and adds those of the body to it; ``ended`` once all of it came."""

    ended: bool

    def take(self, data: bytes, body: bytearray) -> None:
        """Add to ``body`` what ``data`` has of it; :class:`ProtocolError` from where it breaks the rules."""

    def close(self) -> None:
        """The connection ended; :class:`ProtocolError` where more was due."""


def framing_of(head: Head, method: str) -> Framing:
    """How the body is framed that follows ``head``; :class:`ProtocolError` where it is said in two ways."""
    encodings = head.all_of(b"transfer-encoding")
    length = _length(head)
    if len(encodings) > 1 or (encodings and encodings[0].lower() != b"chunked"):
        said = b", ".join(encodings)[:60]
        raise ProtocolError(f"Transfer-Encoding: {said!r}, which is not chunked alone")
    if method == "HEAD" or head.status in (204, 304):
        return ByLength(0)
    if encodings:
        return Chunked()
    return UntilClosed() if length is None else ByLength(length)


def _length(head: Head) -> int | None:
    said = {part.strip() for value in head.all_of(b"content-length") for part in value.split(b",")}
    if len(said) > 1:
        raise ProtocolError("several lengths that differ")
    for length in said:
        if not _LENGTH.fullmatch(length):
            raise ProtocolError(f"Content-Length: {length[:60]!r}")
        return int(length)
    return None


class ByLength:
    """A body of a length that was announced; what comes after it is none of it."""

    def __init__(self, length: int) -> None:
        self._length = self._left = length
        self.ended = length == 0

    def take(self, data: bytes, body: bytearray) -> None:
        part = data[: self._left]
        body += part
        self._left -= len(part)
        self.ended = self._left == 0

    def close(self) -> None:
        if not self.ended:
            raise ProtocolError(f"{self._left:,} of {self._length:,} bytes are missing")


class UntilClosed:
    """A body that goes on for as long as the connection does."""

    ended = False

    def take(self, data: bytes, body: bytearray) -> None:
        body += data

    def close(self) -> None:
        self.ended = True


class Chunked:
    """A body in chunks, each with its size before it; extensions and trailers are read and dropped."""

    def __init__(self) -> None:
        self.ended = False
        self._came = bytearray()
        self._left = 0  # bytes of the chunk
        self._behind = b""  # what must follow the chunk
        self._in_trailers = False
        self._searched = 0  # so far the line, or the trailers, have no end

    def take(self, data: bytes, body: bytearray) -> None:
        self._came += data
        while self._came and not self.ended:
            if self._left:
                body += self._of_chunk()
            elif not (self._end_of_trailers() if self._in_trailers else self._next_size()):
                break
        if not self.ended and not self._left and len(self._came) > HEAD_CAP:
            raise ProtocolError(f"more than {HEAD_CAP:,} bytes between chunks")

    def close(self) -> None:
        if not self.ended:
            raise ProtocolError("the last chunk is missing")

    def _of_chunk(self) -> bytes:
        part = bytes(self._came[: self._left])
        del self._came[: len(part)]
        self._left -= len(part)
        return part

    def _next_size(self) -> bool:
        """Read the line with the next chunk's size, if all of it came."""
        begun, due = bytes(self._came[: len(self._behind)]), self._behind
        if not due.startswith(begun):
            raise ProtocolError(f"{begun!r} where a chunk should end")
        end = self._came.find(b"\r\n", max(len(due), self._searched))
        if end < 0:
            self._searched = max(0, len(self._came) - 1)
            return False
        self._searched = 0
        line = bytes(self._came[len(due) : end])
        size = _CHUNK_SIZE.fullmatch(line)
        if size is None:
            raise ProtocolError(f"no size of a chunk: {line[:60]!r}")
        self._left, self._behind = int(size[1], 16), b"\r\n"
        self._in_trailers = self._left == 0
        del self._came[: end + (0 if self._in_trailers else 2)]
        return True

    def _end_of_trailers(self) -> bool:
        """Read the trailers, if all of them came; the line break before them is still there."""
        end = _END_OF_TRAILERS.search(self._came, self._searched)
        if end is None:
            self._searched = max(0, len(self._came) - 2)
            return False
        read_headers(lines_of(bytes(self._came[: end.start()]))[1:])
        self.ended = True
        return True

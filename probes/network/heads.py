"""Heads of HTTP/1.1 messages (RFC 9112): written for a request, read from an answer.

By hand: h11's reading costs more than all the rest of a check, and httptools refuses what a client may well
accept, such as folded lines and a length that is said twice. A test holds it against h11, byte by byte.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

# Bytes that heads may have, all that come before an answer's body together; h11 and httpcore say the same.
HEAD_CAP = 100 * 1024
_END = re.compile(rb"\n\r?\n")
_STATUS_LINE = re.compile(rb"HTTP/[0-9]\.[0-9] ([1-9][0-9]{2})(?: ([^\x00\n\r\f\v]*))?")
_NAME = re.compile(rb"[-!#$%&'*+.^_`|~0-9a-zA-Z]+")
_NO_VALUE = re.compile(rb"[\x00\n\r\f\v]")
# What a header of ours can hold: a line break would begin another one, space at the ends is no part of it.
_SENDABLE = re.compile(rb"(?![ \t])[\t\x20-\x7e]*(?<![ \t])")
# By these the other side knows where a request ends.
_FRAMING = frozenset({b"content-length", b"transfer-encoding"})


class ProtocolError(Exception):
    """What came is no HTTP/1.1, or breaks its rules; says how."""


@dataclass(frozen=True, slots=True)
class Head:
    """An answer's head; its headers in order, names in lower case, values without space around."""

    status: int
    reason: str
    headers: list[tuple[bytes, bytes]]

    def all_of(self, name: bytes) -> list[bytes]:
        """The values of every header of this name."""
        return [value for known, value in self.headers if known == name]


class HeadReader:
    """Collects what comes until it holds the head of an answer."""

    def __init__(self) -> None:
        self._came = bytearray()
        self._searched = 0  # so far there is no end; a head may come byte by byte
        self._read = 0  # bytes of earlier heads

    def feed(self, data: bytes) -> None:
        """Take what came; :class:`ProtocolError` where it can be no HTTP, however it goes on."""
        self._came += data
        # Who speaks something else may wait for us to speak it, too: that is no time-out.
        if not b"HTTP/".startswith(self._came[:5]):
            raise ProtocolError(f"what came is no HTTP: {bytes(self._came[:40])!r}")

    def next_head(self) -> Head | None:
        """The next head, if all of it came; the informational ones (1xx) are heads, too."""
        end = _END.search(self._came, self._searched)
        self._searched = max(0, len(self._came) - 2)
        if (end.end() if end else len(self._came)) + self._read > HEAD_CAP:
            raise ProtocolError(f"a head of more than {HEAD_CAP:,} bytes")
        if end is None:
            return None
        head = _head(bytes(self._came[: end.start()]))
        self._read += end.end()
        self._searched = 0
        del self._came[: end.end()]
        return head

    def rest(self) -> bytes:
        """What came after the heads that were read."""
        return bytes(self._came)


def request_head(method: str, target: bytes, headers: Iterable[tuple[bytes, bytes]], length: int) -> bytes:
    """The head of a request whose body has this length; ValueError where one of the headers cannot be sent.

    The error names the header only: keys stand in them.
    """
    lines = [b"%b %b HTTP/1.1" % (method.encode("ascii"), target)]
    for name, value in headers:
        if not _NAME.fullmatch(name) or not _SENDABLE.fullmatch(value):
            raise ValueError(f"the header {name[:60].decode('ascii', 'replace')!r} cannot be sent")
        if name.lower() in _FRAMING and value != b"%d" % length:
            raise ValueError(f"{name.decode('ascii')} follows from the body, of {length:,} bytes")
        lines.append(b"%b: %b" % (name, value))
    return b"\r\n".join((*lines, b"", b""))


def is_header_value(text: str) -> bool:
    """Whether a header can hold ``text``."""
    return text.isascii() and _SENDABLE.fullmatch(text.encode("ascii")) is not None


def read_headers(lines: Iterable[bytes]) -> list[tuple[bytes, bytes]]:
    """Header lines as names and values; a line that begins with space goes on with the one before (5.2)."""
    # Joined at the end only: a value may be folded a hundred thousand times.
    headers: list[tuple[bytes, list[bytes]]] = []
    for line in lines:
        if line[:1] in (b" ", b"\t"):
            if not headers:
                raise ProtocolError("a continued line where none was begun")
            value = line
        else:
            raw_name, colon, value = line.partition(b":")
            if not colon or not _NAME.fullmatch(raw_name):
                raise ProtocolError(f"no header: {line[:60]!r}")
            headers.append((raw_name.lower(), []))
        if _NO_VALUE.search(value):
            raise ProtocolError(f"no value of a header: {value[:60]!r}")
        headers[-1][1].append(value.strip(b" \t"))
    return [(name, b" ".join(filter(None, parts))) for name, parts in headers]


def lines_of(section: bytes) -> list[bytes]:
    """The lines of a head or of trailers; a line feed alone ends one, too (2.2)."""
    return [line.removesuffix(b"\r") for line in section.split(b"\n")]


def _head(section: bytes) -> Head:
    first, *lines = lines_of(section)
    status_line = _STATUS_LINE.fullmatch(first)
    if status_line is None:
        raise ProtocolError(f"no status line: {first[:60]!r}")
    reason = (status_line[2] or b"").decode("ascii", "replace")
    return Head(int(status_line[1]), reason, read_headers(lines))

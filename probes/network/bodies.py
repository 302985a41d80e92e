"""What came of a body: as it was meant, with its codings undone, or what spoilt it.

By hand, since httpx's decoders unfold each chunk whole, so that a bomb goes off, read the first member of a
gzip file only, and let a cut one pass.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

import brotli

# As curl: nobody packs a body more often than that for a good reason.
MOST_CODINGS = 5
# Some servers send a page in several members; thousands of empty ones would only cost us time.
MOST_MEMBERS = 256
_GZIP_MAGIC = b"\x1f\x8b"
# Bytes that no text has, by the WHATWG's "MIME Sniffing", 3 (binary data byte), and how far it looks.
_BINARY = bytes([*range(9), 0x0B, *range(0x0E, 0x1B), *range(0x1C, 0x20)])
_SNIFFED = 1445
# A part of a packed body undone, at most so many bytes of it; whether its end was seen.
_Undoing: TypeAlias = Callable[[bytes, int], tuple[bytes, bool]]


class BodyFault(StrEnum):
    """What is wrong with a body whatever was asked for; the values are the codes that the code book knows."""

    TRUNCATED = "TRUNCATED_BODY"
    UNKNOWN_CODING = "UNKNOWN_CODING"
    BROKEN_CODING = "BROKEN_CODING"


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The bytes that came; ``cut`` says that they went on beyond the cap, ``fault`` what spoilt them."""

    content: bytes
    cut: bool = False
    fault: BodyFault | None = None
    detail: str = ""

    def spoilt(self, fault: BodyFault, detail: str) -> "Body":
        """The same with a fault, unless it has one already."""
        return self if self.fault else replace(self, fault=fault, detail=detail)


def undone(packed: Body, content_encoding: str, *, most: int) -> Body:
    """``packed`` without the codings that an answer names (RFC 9110, 8.4), ``most`` bytes at most.

    A name that is no coding, over what is a text all the same (``Content-Encoding: utf-8``), changes nothing,
    as in browsers. What came of a body that is not whole is undone as far as it goes.
    """
    codings = [name for raw in content_encoding.lower().split(",") if (name := raw.strip())]
    if len(codings) > MOST_CODINGS:
        return packed.spoilt(BodyFault.BROKEN_CODING, f"packed {len(codings)} times")
    for coding in reversed(codings):
        if not packed.content or coding == "identity":
            continue
        undo = _UNDOING.get(coding)
        if undo is None:
            return packed if is_text(packed.content) else _unknown(packed, coding)
        packed = _undone(packed, coding, undo, most)
    return packed


def _unknown(packed: Body, coding: str) -> Body:
    return packed.spoilt(BodyFault.UNKNOWN_CODING, f"packed as {coding[:40]!r}, which we cannot undo")


def _undone(packed: Body, coding: str, undo: _Undoing, most: int) -> Body:
    try:
        plain, ended = undo(packed.content, most + 1)
    except (zlib.error, brotli.error) as error:
        return packed.spoilt(BodyFault.BROKEN_CODING, f"no {coding}, as it is called: {error}")
    whole = not packed.cut and not packed.fault
    body = replace(packed, content=plain[:most], cut=packed.cut or len(plain) > most)
    if ended or body.cut or not whole:
        return body
    return body.spoilt(BodyFault.TRUNCATED, f"half a body: the {coding} in it is cut off")


def _gunzip(packed: bytes, most: int) -> tuple[bytes, bool]:
    """All members of a gzip file; what follows the last one and is none is left, as everybody does."""
    plain = bytearray()
    for _ in range(MOST_MEMBERS):
        member = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        plain += member.decompress(packed, most - len(plain))
        packed = member.unused_data
        if not member.eof or len(plain) >= most or not packed.startswith(_GZIP_MAGIC):
            return bytes(plain), member.eof
    raise zlib.error(f"more than {MOST_MEMBERS} members")


def _inflate(packed: bytes, most: int) -> tuple[bytes, bool]:
    """What the standard calls "deflate", which is zlib's format, and what some servers send: the bare one."""
    wrapped = packed[0] & 0x0F == 8 and int.from_bytes(packed[:2]) % 31 == 0
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
    return unpacker.decompress(packed, most), unpacker.eof


def _unbrotli(packed: bytes, most: int) -> tuple[bytes, bool]:
    unpacker = brotli.Decompressor()
    plain: bytes = unpacker.process(packed, output_buffer_limit=most)
    while len(plain) < most and not unpacker.is_finished():
        more = unpacker.process(b"", output_buffer_limit=most - len(plain))
        if not more:
            return plain, False
        plain += more
    return plain[:most], unpacker.is_finished()


_UNDOING: dict[str, _Undoing] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
}


def is_text(body: bytes) -> bool:
    """Whether the beginning of ``body`` has no byte that no text has."""
    head = body[:_SNIFFED]
    return len(head.translate(None, _BINARY)) == len(head)

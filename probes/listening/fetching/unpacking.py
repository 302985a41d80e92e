"""Unpacks a page's body within a cap, so that a bomb never unfolds.

httpx's decoders unfold each chunk whole, read the first member of a gzip file only, and let a cut one pass.
"""

import gzip
import zlib
from io import BytesIO


class UnpackingError(Exception):
    """A body that is too large, cut off or packed in a way that cannot be read."""


def unpacked(packed: bytes, encoding: str, *, most: int) -> bytes:
    """The body without its Content-Encoding, ``most`` bytes at most; raises :class:`UnpackingError`."""
    unpack = {"gzip": _gunzipped, "x-gzip": _gunzipped, "deflate": _inflated, "identity": _as_it_is}.get(
        encoding.lower().strip() or "identity"
    )
    if unpack is None:
        raise UnpackingError(f"answered in {encoding}, which was not asked for")
    try:
        body = unpack(packed, most + 1) if packed else b""
    except (zlib.error, gzip.BadGzipFile) as error:
        raise UnpackingError(f"broken compression: {error}") from error
    except EOFError as error:
        raise UnpackingError("half a page: the compressed body is cut off") from error
    if len(body) > most:
        raise UnpackingError(f"more than {most:,} bytes")
    return body


def _as_it_is(body: bytes, most: int) -> bytes:
    return body[:most]


def _gunzipped(body: bytes, most: int) -> bytes:
    """All members of a gzip file: some servers send a page in several."""
    with gzip.GzipFile(fileobj=BytesIO(body)) as file:
        return file.read(most)


def _inflated(body: bytes, most: int) -> bytes:
    """What the standard calls "deflate", which is zlib's format, and what some servers send: the bare one."""
    wrapped = body[0] & 0x0F == 8 and int.from_bytes(body[:2]) % 31 == 0
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
    plain = unpacker.decompress(body, most)
    if not unpacker.eof and len(plain) < most:
        raise EOFError
    return plain

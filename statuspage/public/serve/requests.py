"""A request as a front has read it, and as it goes to a worker."""

from urllib.parse import unquote_to_bytes, urlsplit

import msgspec


class WebRequest(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Read in full; ``peer`` is the address that the connection came from."""

    method: str
    target: str
    version: str
    headers: tuple[tuple[str, str], ...]
    peer: str
    body: bytes = b""


class WebReply(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What the application answered, in full."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def path_of(target: str) -> str:
    """The path that a target names, as WSGI writes it: bytes as characters; "" where it names none."""
    if not target.startswith("/"):
        try:
            parts = urlsplit(target)
        except ValueError:
            return ""
        target = (parts.path or "/") if parts.scheme in {"http", "https"} else ""
    path = target.partition("?")[0]
    return unquote_to_bytes(path).decode("latin-1") if "%" in path else path


def query_of(target: str) -> str:
    """What stands behind the question mark."""
    return target.partition("?")[2].partition("#")[0]

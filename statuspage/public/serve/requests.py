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


def origin_form(target: str) -> str:
    """A target without the scheme and host that may stand in it; "" where it names no path."""
    if target.startswith("/"):
        return target
    try:
        parts = urlsplit(target)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"}:
        return ""
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def path_of(target: str) -> str:
    """The path that a target names, as WSGI writes it: bytes as characters; "" where it names none."""
    path = origin_form(target).partition("?")[0]
    return unquote_to_bytes(path).decode("latin-1") if "%" in path else path


def without_prefix(target: str, prefix: str) -> str:
    """A target, or a path, as if the site lay at the root of its host: below ``prefix`` where it has one.

    A proxy in front may have taken it off already.
    """
    if not prefix or not target.startswith(prefix):
        return target
    rest = target[len(prefix) :]
    if rest.startswith("/"):
        return rest
    return f"/{rest}" if rest[:1] in {"", "?"} else target


def query_of(target: str) -> str:
    """What stands behind the question mark."""
    return target.partition("?")[2].partition("#")[0]

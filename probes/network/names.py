"""Hosts, places and web addresses in the one spelling by which they are compared, looked up and sent."""

import re
from contextlib import suppress
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx
import idna

# Underscores are no part of host names, and yet there are hosts that have them.
_NAME = re.compile(r"(?!.{254})[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")
_PLACE = re.compile(r"(?P<host>\[[^\[\]]+\]|[^\[\]:]+):(?P<port>\d{1,5})")
_USER = re.compile(r"//[^/?#]*@")


# The few that a site watches come again with every check.
REMEMBERED = 4096


@lru_cache(REMEMBERED)
def host_name(host: str) -> str:
    """A host in lower case and IDNA (UTS 46), without a dot at its end; an address in its short form.

    Raises ValueError where it can be neither.
    """
    with suppress(ValueError):
        return ip_address(host[1:-1] if host[:1] + host[-1:] == "[]" else host).compressed
    name = host.lower() if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
    name = name.removesuffix(".")
    if not _NAME.fullmatch(name):
        raise ValueError(f"{host[:100]!r} is no host")
    return name


@lru_cache(REMEMBERED)
def place_of(text: str) -> tuple[str, int]:
    """Host and port of ``host:port``, an IPv6 address in brackets; raises ValueError where it is none."""
    found = _PLACE.fullmatch(text)
    if found is None or not 0 < int(found["port"]) < 65_536:
        raise ValueError(f"{text[:100]!r} is no host:port")
    return host_name(found["host"]), int(found["port"])


def without_user(url: str) -> str:
    """A text in which an address may stand, without the user name and password in it."""
    return _USER.sub("//", url)


def wire_url(url: str) -> str:
    """``url`` as a browser would send it: its host in IDNA and all else percent-encoded, once.

    Raises ValueError where it is no address of the web, and where a user name or password stands in it,
    which nothing would send and every log would keep.
    """
    shown = repr(without_user(url)[:100])
    try:
        parts = urlsplit(url.strip())
        port, host = parts.port, host_name(parts.hostname or "")
    except ValueError as error:
        raise ValueError(f"{shown} is no http or https address: {error}") from error
    if parts.scheme not in {"http", "https"} or port == 0:
        raise ValueError(f"{shown} is no http or https address")
    if parts.username is not None:
        raise ValueError(f"a user name or password stands in the address {shown}")
    netloc = f"[{host}]" if ":" in host else host
    try:
        return str(httpx.URL(parts._replace(netloc=f"{netloc}:{port}" if port else netloc).geturl()))
    except httpx.InvalidURL as error:
        raise ValueError(f"{shown} is no http or https address: {error}") from error


@lru_cache(REMEMBERED)
def web_address(url: str) -> httpx.URL:
    """``url`` as :func:`wire_url` spells it, which says what is refused."""
    return httpx.URL(wire_url(url))

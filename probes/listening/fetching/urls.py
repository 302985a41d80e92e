"""Web addresses as they go over the wire: ASCII only."""

from urllib.parse import urlsplit

import httpx


def wire_url(url: str) -> str:
    """``url`` as a browser would send it: its host in IDNA and all else percent-encoded, once.

    Raises ValueError where it is no address of the web.
    """
    parts = urlsplit(url.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
        raise ValueError(f"not a web address: {url[:100]!r}")
    try:
        return str(httpx.URL(parts.geturl()))
    except httpx.InvalidURL as error:
        raise ValueError(str(error)) from error

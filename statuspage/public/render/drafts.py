"""What a renderer hands to the publisher: where a page goes, when it must be made anew, and how."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from statuspage.public.assets import build_id
from statuspage.public.headers import Kind
from statuspage.public.read.values import IncidentView

HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One file to publish. Where ``key`` is that of the last snapshot, its file is kept as it is."""

    path: str
    content_type: str
    make: Callable[[], bytes]
    key: str | None = None
    kind: Kind = Kind.PAGE
    can_wait: bool = False  # the page of an incident that is over: nobody is waiting for it


def key_of(*values: object) -> str:
    """A fingerprint of everything that a page is made of; values must have a telling ``repr``."""
    digest = _begun().copy()
    for value in values:
        digest.update(repr(value).encode())
        digest.update(b"\0")
    return digest.hexdigest()


def mark_of(incident: IncidentView) -> str:
    """A fingerprint of one incident."""
    return incident.mark or key_of(incident)


@cache
def _begun() -> "hashlib.blake2b":
    return hashlib.blake2b(build_id().encode(), digest_size=16)


def opaque_id(kind: str, slug: str) -> str:
    """Twelve characters that stay the same for a slug and tell nothing."""
    return hashlib.blake2b(f"{kind}/{slug}".encode(), digest_size=6).hexdigest()

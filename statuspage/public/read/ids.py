"""Identifiers for programs that follow from a slug or an address, and tell nothing of either."""

import hashlib


def opaque_id(kind: str, slug: str) -> str:
    """Twelve characters that stay the same for a slug."""
    return hashlib.blake2b(f"{kind}/{slug}".encode(), digest_size=6).hexdigest()

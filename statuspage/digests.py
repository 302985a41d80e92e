"""What is kept of a token that is shown once."""

import hashlib


def digest_of(secret: str) -> str:
    """A plain hash will do: 256 random bits cannot be guessed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()

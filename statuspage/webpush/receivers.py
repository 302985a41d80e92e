"""Where a push goes: checked as it comes in, sealed as it is kept: a stolen database tells nobody."""

import base64
import hmac
from collections.abc import Collection
from functools import lru_cache
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from cryptography.fernet import Fernet, InvalidToken
from msgspec import Meta

from probes.network.addresses import private_host
from probes.network.names import host_name, wire_url
from statuspage.webpush.encryption import BrowserKeys, derived, from_unpadded

# The push services of the browsers that there are; a name that begins with a dot stands for all below it.
BROWSERS = (
    "fcm.googleapis.com",
    "jmt17.google.com",
    ".push.services.mozilla.com",
    ".push.apple.com",
    ".notify.windows.com",
)


class SealError(ValueError):
    """What was sealed by another SECRET_KEY, or by nobody."""


class Receiver(msgspec.Struct, frozen=True, kw_only=True):
    """One browser at its push service, as browsers tell it."""

    endpoint: Annotated[str, Meta(max_length=1000)]
    p256dh: Annotated[str, Meta(max_length=100)]
    auth: Annotated[str, Meta(max_length=40)]

    @property
    def keys(self) -> BrowserKeys:
        """Its keys; ValueError where they are none."""
        return BrowserKeys(
            point=from_unpadded(self.p256dh.rstrip("=")), auth=from_unpadded(self.auth.rstrip("="))
        )


def require_receiver(receiver: Receiver, *, hosts: Collection[str], private: Collection[str]) -> None:
    """ValueError where something is not as browsers tell it, or its push service is none of ``hosts``.

    Anybody can name any address, to which the site would send. ``private`` ones, each a host or host:port,
    may do without https: they are the operator's.
    """
    receiver.keys  # noqa: B018 - it raises
    parts = urlsplit(wire_url(receiver.endpoint))
    host = host_name(parts.hostname or "")
    if {(host, None), (host, parts.port)} & {private_host(entry) for entry in private}:
        return
    if parts.scheme != "https":
        raise ValueError("the push service is not asked over https")
    if not any(host == entry or (entry.startswith(".") and host.endswith(entry)) for entry in hosts):
        raise ValueError(f"{host} is no push service that this site sends to")


def sealed(receiver: Receiver, secret: str) -> str:
    """The receiver as it is kept."""
    return _seal(secret).encrypt(msgspec.json.encode(receiver)).decode("ascii")


def opened(kept: str, secret: str) -> Receiver:
    """What was sealed; raises :class:`SealError` where SECRET_KEY is another one than then."""
    try:
        return msgspec.json.decode(_seal(secret).decrypt(kept.encode("ascii")), type=Receiver)
    except (InvalidToken, UnicodeEncodeError, msgspec.DecodeError) as error:
        raise SealError("it was sealed by another key") from error


def place_of_receiver(endpoint: str, secret: str) -> str:
    """A name for a receiver by which it is found again and that tells nothing."""
    return hmac.digest(f"push:{secret}".encode(), endpoint.encode(), "sha256").hex()[:32]


@lru_cache(maxsize=4)
def _seal(secret: str) -> Fernet:
    key = derived(None, secret.encode(), b"fogbreak: seal of receivers of pushes", 32)
    return Fernet(base64.urlsafe_b64encode(key))

"""Mail addresses: read strictly, kept sealed, found again by a name that tells nothing."""

import base64
import hmac
import re
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken

from probes.network.names import host_name
from statuspage.webpush.encryption import derived
from statuspage.webpush.receivers import SealError

LONGEST = 254
LONGEST_LOCAL = 64
# What needs no quotes in an address (RFC 5322, 3.2.3): whatever else it could be means something elsewhere.
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")


def read_address(text: str) -> str:
    """A mail address as servers write it, its domain in small ASCII letters; ValueError where it is none."""
    local, at, domain = text.strip().rpartition("@")
    try:
        domain = host_name(domain) if at else ""
    except ValueError:
        domain = ""
    address = f"{local}@{domain}"
    fits = len(address) <= LONGEST and len(local) <= LONGEST_LOCAL
    if not (fits and _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain)):
        raise ValueError("expected a mail address such as ann@example.com")
    return address


def place_of_address(address: str, secret: str) -> str:
    """A name for an address by which it is found again, however its letters are written."""
    return hmac.digest(f"mail:{secret}".encode(), address.lower().encode(), "sha256").hex()[:32]


def seal_address(address: str, secret: str) -> str:
    """An address, or whatever else a channel keeps, as it is kept."""
    return _seal(secret).encrypt(address.encode()).decode("ascii")


def open_address(sealed: str, secret: str) -> str:
    """What was sealed; raises SealError where SECRET_KEY is another one than then."""
    try:
        return _seal(secret).decrypt(sealed.encode("ascii")).decode()
    except (InvalidToken, UnicodeError) as error:
        raise SealError("it was sealed by another key") from error


def masked(address: str) -> str:
    """An address as the admin shows it: enough to recognise, too little to write to."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…{local[-1:] if len(local) > 2 else ''}@{domain}"


@lru_cache(maxsize=4)
def _seal(secret: str) -> Fernet:
    key = derived(None, secret.encode(), b"fogbreak: seal of addresses of mails", 32)
    return Fernet(base64.urlsafe_b64encode(key))

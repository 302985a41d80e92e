"""Who sends: the key by which push services know the site, and its signature on each push (RFC 8292)."""

import json
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from statuspage.webpush.encryption import CURVE, derived, point_of, unpadded

# A push service takes no signature that is to hold for more than a day.
HOLDS = timedelta(hours=12)
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@lru_cache(maxsize=4)
def site_key(secret: str) -> ec.EllipticCurvePrivateKey:
    """The site's own key, which follows from SECRET_KEY: every process has it, and nobody has to keep it.

    48 bytes leave no number of the curve likelier than another (FIPS 186-5, A.2.1).
    """
    number = int.from_bytes(derived(None, secret.encode(), b"fogbreak: key of pushes", 48), "big")
    return ec.derive_private_key(number % (_ORDER - 1) + 1, CURVE)


@lru_cache(maxsize=4)
def public_key(secret: str) -> str:
    """What browsers are told to expect pushes from."""
    return unpadded(point_of(site_key(secret).public_key()))


def authorization(endpoint: str, *, secret: str, contact: str, now: datetime) -> str:
    """The header that shows a push service who sends; ``contact`` is where its operators find us."""
    parts = urlsplit(endpoint)
    head: dict[str, object] = {"typ": "JWT", "alg": "ES256"}
    claims: dict[str, object] = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + HOLDS).timestamp()),
        "sub": contact,
    }
    signed = ".".join(_part(value) for value in (head, claims))
    r, s = decode_dss_signature(site_key(secret).sign(signed.encode(), ec.ECDSA(SHA256())))
    signature = unpadded(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={signed}.{signature}, k={public_key(secret)}"


def _part(value: dict[str, object]) -> str:
    return unpadded(json.dumps(value, separators=(",", ":")).encode())

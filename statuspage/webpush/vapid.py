"""Who sends: the key by which push services know the site, and its signature on each push (RFC 8292)."""

from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

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
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + HOLDS).timestamp()),
        "sub": contact,
    }
    # Strictly it takes an https address alone; a site that is being tried has none yet.
    signer = Vapid02(site_key(secret), conf={"no-strict": True})
    header: str = signer.sign(claims)["Authorization"]
    return header

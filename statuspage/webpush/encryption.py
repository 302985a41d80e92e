"""Encrypts a message for one browser, so that its push service cannot read it (RFC 8291, over RFC 8188)."""

import base64
from dataclasses import dataclass

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
RECORD = 4096  # bytes of one record, of which there is only one: push services take no more
POINT = 65  # bytes of an uncompressed point of the curve
MOST_BYTES = RECORD - 16 - 1 - (16 + 4 + 1 + POINT)
AUTH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserKeys:
    """A browser's public key as a point, and the secret that it shares with us alone."""

    point: bytes
    auth: bytes

    def __post_init__(self) -> None:
        if len(self.auth) != AUTH:
            raise ValueError(f"auth has {len(self.auth)} bytes, not {AUTH}")
        if len(self.point) != POINT:
            raise ValueError(f"p256dh has {len(self.point)} bytes, not {POINT}")
        # ValueError where it lies on no curve.
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, self.point)


def encrypted(
    message: bytes,
    keys: BrowserKeys,
    *,
    salt: bytes | None = None,
    sender: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """The body of a push; ``salt`` and ``sender`` are drawn anew for each, but in the test of the standard.

    ValueError where there is nothing in the message, or more than push services take.
    """
    if not 0 < len(message) <= MOST_BYTES:
        raise ValueError(f"a message of {len(message)} bytes; push services take 1 to {MOST_BYTES}")
    body: bytes = http_ece.encrypt(
        message,
        salt=salt,
        private_key=sender or ec.generate_private_key(CURVE),
        dh=keys.point,
        auth_secret=keys.auth,
        rs=RECORD,
        version="aes128gcm",
    )
    return body


def derived(salt: bytes | None, material: bytes, purpose: bytes, length: int) -> bytes:
    """So many bytes by HKDF with SHA-256 (RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=purpose).derive(material)


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    """A public key as browsers write it: an uncompressed point."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def unpadded(raw: bytes) -> str:
    """base64url without the padding, as the standards write it."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def from_unpadded(text: str) -> bytes:
    """What :func:`unpadded` wrote; ValueError where it is something else."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)

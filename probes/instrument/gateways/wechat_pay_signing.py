"""Signatures and encryption of WeChat Pay API v3: signs what we ask, verifies what is answered."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.x509 import Certificate, load_pem_x509_certificates

from probes.instrument.gateways.clocks import difference_in_words, stated_by
from probes.instrument.gateways.credentials import Credentials
from probes.instrument.gateways.protocol import CredentialsError, Fault
from probes.network.exchange import Reply

SCHEME = "WECHATPAY2-SHA256-RSA2048"
# So begins the signature of an answer that is wrong on purpose: clients must refuse it.
_SIGNTEST = "WECHATPAY/SIGNTEST/"
_PUBLIC_KEY = "PUB_KEY_ID_"
# WeChat Pay's own rule for how old a signed answer may be.
_MOST_SKEW = timedelta(minutes=5)
# A serial that nobody has ever heard of would otherwise double every request of every probe.
_FETCH_AGAIN = timedelta(minutes=1)

NO_CERTIFICATES = Fault(
    "NO_CERTIFICATES",
    "this merchant has no platform certificates, as all new ones: the public key and its id are wanted; give"
    " platform_public_key_file and platform_public_key_id, from API security in the merchant platform",
)


class Merchant:
    """Our side: the merchant's number and key."""

    def __init__(self, credentials: Credentials) -> None:
        self.mchid = credentials.text("mchid")
        self._serial_no = credentials.text("serial_no")
        self._key = credentials.rsa_private_key("private_key_file")

    def authorization(self, method: str, target: str, body: bytes, *, timestamp: int, nonce: str) -> str:
        """The Authorization header of a request; ``target`` is its path with its query."""
        message = f"{method}\n{target}\n{timestamp}\n{nonce}\n".encode() + body + b"\n"
        signature = base64.b64encode(self._key.sign(message, PKCS1v15(), hashes.SHA256())).decode()
        return (
            f'{SCHEME} mchid="{self.mchid}",nonce_str="{nonce}",signature="{signature}",'
            f'timestamp="{timestamp}",serial_no="{self._serial_no}"'
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """One of the platform's keys, and until when it is to be trusted."""

    key: RSAPublicKey
    until: datetime | None = None


class Platform:
    """Their side: the keys by which answers are verified, given in files or fetched from them.

    A merchant may hold its platform's public key and certificates at once: while merchants are moved from the
    one mode to the other, an answer may be signed by either.
    """

    def __init__(self, credentials: Credentials) -> None:
        self._held: dict[str, _Held] = {}
        self._apiv3_key = _apiv3_key(credentials)
        self._fetched_at: datetime | None = None
        self._fetching_fault = ""
        self.public_key_id = ""
        if credentials.has("platform_public_key_file"):
            self.public_key_id = credentials.text("platform_public_key_id")
            key = credentials.rsa_public_key("platform_public_key_file")
            self._held[_plain_serial(self.public_key_id)] = _Held(key=key)
        if credentials.has("platform_certificate_file"):
            for certificate in credentials.certificates("platform_certificate_file"):
                self._trust(certificate)
        if not self._held and not self._apiv3_key:
            raise CredentialsError(
                "nothing to verify answers by: give platform_public_key_file with platform_public_key_id,"
                " platform_certificate_file or apiv3_key"
            )

    def fault_of(self, reply: Reply, now: datetime) -> Fault | None:
        """Why the reply's signature does not hold, or cannot be verified; None where it holds."""
        headers = reply.headers
        serial, nonce = headers.get("wechatpay-serial", ""), headers.get("wechatpay-nonce", "")
        stamp, signature = headers.get("wechatpay-timestamp", ""), headers.get("wechatpay-signature", "")
        if signature.startswith(_SIGNTEST):
            return Fault("SIGNTEST", "signed wrongly on purpose, to test whether clients verify")
        if not (serial and nonce and stamp and signature):
            return Fault("BAD_SIGNATURE", "the answer is not signed")
        scheme = headers.get("wechatpay-signature-type", SCHEME)
        if scheme != SCHEME:
            return Fault("UNKNOWN_SCHEME", f"signed as {scheme[:60]}; we verify {SCHEME} only")
        key = self._key_of(serial, now)
        if key is None:
            return Fault("UNKNOWN_SERIAL", self._unknown(serial))
        if not _holds(key, signature, f"{stamp}\n{nonce}\n".encode() + reply.body + b"\n"):
            return Fault(
                "BAD_SIGNATURE", f"the signature does not fit the answer and the key of {serial[:60]}"
            )
        return _fault_of_time(stamp, reply, now)

    def claim_fetching(self, reply: Reply, now: datetime) -> bool:
        """Whether the caller is to fetch certificates, among which the key that signed the reply may be.

        Nobody else is asked to within the next minute.
        """
        fault = self.fault_of(reply, now)
        if not self._apiv3_key or fault is None or fault.code != "UNKNOWN_SERIAL":
            return False
        if self._fetched_at is not None and abs(now - self._fetched_at) < _FETCH_AGAIN:
            return False
        self._fetched_at = now
        self.note_fetching("no answer came")
        return True

    def note_fetching(self, fault: str) -> None:
        """Remember why certificates could not be fetched ("" for none), to say why a serial is unknown."""
        self._fetching_fault = fault

    def learn(self, content: Mapping[str, Any]) -> Fault | None:
        """Trust the certificates in the content of ``/v3/certificates``; what is wrong with them, or None."""
        if not self._apiv3_key:
            return Fault("BAD_APIV3_KEY", "certificates are encrypted, and apiv3_key is missing")
        try:
            for entry in content["data"]:
                for certificate in load_pem_x509_certificates(self._decrypted(entry["encrypt_certificate"])):
                    self._trust(certificate)
        except InvalidTag:
            wrong = "the platform's certificates are not encrypted under apiv3_key: it was changed in the"
            return Fault("BAD_APIV3_KEY", f"{wrong} merchant platform since, or is another merchant's")
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            return Fault("MALFORMED_BODY", f"certificates that cannot be read: {type(error).__name__}")
        return None

    def _decrypted(self, resource: Mapping[str, Any]) -> bytes:
        return AESGCM(self._apiv3_key).decrypt(
            resource["nonce"].encode(),
            base64.b64decode(resource["ciphertext"]),
            resource.get("associated_data", "").encode(),
        )

    def _trust(self, certificate: Certificate) -> None:
        key = certificate.public_key()
        if not isinstance(key, RSAPublicKey):
            raise CredentialsError("the platform's certificate has no RSA key")
        serial = _plain_serial(f"{certificate.serial_number:X}")
        self._held[serial] = _Held(key=key, until=certificate.not_valid_after_utc)

    def _key_of(self, serial: str, now: datetime) -> RSAPublicKey | None:
        held = self._held.get(_plain_serial(serial))
        if held is None or (held.until is not None and held.until < now):
            return None
        return held.key

    def _unknown(self, serial: str) -> str:
        """What the operator should know and do about a serial that none of the keys has."""
        serial = serial[:60]
        held = self._held.get(_plain_serial(serial))
        if held is not None:
            return f"{serial}, a certificate, expired on {held.until:%Y-%m-%d}: {self._way_out(serial)}"
        unknown = f"the platform signed with a serial that none of your keys has: {serial}"
        return f"{unknown} (you hold {', '.join(self._held) or 'none'}); {self._way_out(serial)}"

    def _way_out(self, serial: str) -> str:
        if serial.startswith(_PUBLIC_KEY):
            return (
                "give platform_public_key_file and this platform_public_key_id, from API security in the"
                " merchant platform"
            )
        if not self._apiv3_key:
            return (
                "give apiv3_key, by which the platform's certificates are fetched, or the new certificate as"
                " platform_certificate_file"
            )
        if self._fetching_fault:
            return f"its certificates could not be fetched: {self._fetching_fault}"
        return "nor do the certificates that were just fetched"


def _apiv3_key(credentials: Credentials) -> bytes:
    if not credentials.has("apiv3_key"):
        return b""
    key = credentials.text("apiv3_key").encode()
    if len(key) != 32:
        raise CredentialsError(f"apiv3_key must have 32 characters, not {len(key)}")
    return key


def _fault_of_time(stamp: str, reply: Reply, now: datetime) -> Fault | None:
    """What is wrong with the moment of a signature, and whose clock it is that is off.

    An answer whose ``Date`` agrees with its signature is as old as it looks, so that the clock is ours.
    """
    if not stamp.isascii() or not stamp.isdecimal() or len(stamp) > 11:
        return Fault("BAD_SIGNATURE", f"the signature's time {stamp[:20]} is none")
    signed_at = datetime.fromtimestamp(int(stamp), tz=now.tzinfo)
    if abs(signed_at - now) <= _MOST_SKEW:
        return None
    dated = stated_by(reply)
    if dated is not None and abs(signed_at - dated) > _MOST_SKEW:
        theirs = f"signed at {signed_at:%Y-%m-%d %H:%M:%S}, but sent at {dated:%Y-%m-%d %H:%M:%S} UTC"
        return Fault("BAD_SIGNATURE", f"the platform disagrees with itself about the time: {theirs}")
    return Fault(
        "CLOCK_SKEW", f"our clock is {difference_in_words(now, signed_at)} the platform's: set it (NTP)"
    )


def _plain_serial(serial: str) -> str:
    """Serial numbers are written with and without leading zeros."""
    return serial.upper().lstrip("0")


def _holds(key: RSAPublicKey, signature: str, message: bytes) -> bool:
    try:
        key.verify(base64.b64decode(signature, validate=True), message, PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True

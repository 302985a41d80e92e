"""Signatures and encryption of WeChat Pay API v3: signs what we ask, verifies what is answered."""

import base64
import binascii
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from probes.instrument.gateways.credentials import Credentials
from probes.instrument.gateways.protocol import CredentialsError, json_object
from probes.network.exchange import Reply

SCHEME = "WECHATPAY2-SHA256-RSA2048"
_MOST_SKEW_S = 300  # WeChat Pay's own rule for how old a signed answer may be


class Merchant:
    """Our side: the merchant's number and key."""

    def __init__(self, credentials: Credentials) -> None:
        self.mchid = credentials.text("mchid")
        self._serial_no = credentials.text("serial_no")
        try:
            key = serialization.load_pem_private_key(credentials.file("private_key_file"), None)
        except (ValueError, TypeError) as error:
            raise CredentialsError(f"private_key_file holds no usable PEM key: {error}") from error
        if not isinstance(key, RSAPrivateKey):
            raise CredentialsError("private_key_file holds no RSA key")
        self._key = key

    def authorization(self, method: str, target: str, body: bytes, *, timestamp: int, nonce: str) -> str:
        """The Authorization header of a request; ``target`` is its path with its query."""
        message = f"{method}\n{target}\n{timestamp}\n{nonce}\n".encode() + body + b"\n"
        signature = base64.b64encode(self._key.sign(message, PKCS1v15(), hashes.SHA256())).decode()
        return (
            f'{SCHEME} mchid="{self.mchid}",nonce_str="{nonce}",signature="{signature}",'
            f'timestamp="{timestamp}",serial_no="{self._serial_no}"'
        )


class Platform:
    """Their side: the public keys by which answers are verified, given in files or fetched from them."""

    def __init__(self, credentials: Credentials) -> None:
        self._keys: dict[str, RSAPublicKey] = {}
        self._apiv3_key = b""
        self.public_key_id = ""
        if credentials.has("apiv3_key"):
            self._apiv3_key = credentials.text("apiv3_key").encode()
            if len(self._apiv3_key) != 32:
                raise CredentialsError("apiv3_key must have 32 characters")
        if credentials.has("platform_public_key_file"):
            self.public_key_id = credentials.text("platform_public_key_id")
            self._keys[_plain_serial(self.public_key_id)] = _public_key(
                credentials.file("platform_public_key_file")
            )
        elif credentials.has("platform_certificate_file"):
            self._trust(credentials.file("platform_certificate_file"))
        elif not self._apiv3_key:
            raise CredentialsError(
                "nothing to verify answers by: give platform_public_key_file with platform_public_key_id,"
                " platform_certificate_file or apiv3_key"
            )
        self.fetches = not self._keys

    def fault_of(self, reply: Reply, now: datetime) -> str:
        """Why the reply's signature does not hold; "" where it does."""
        headers = reply.headers
        serial, nonce = headers.get("wechatpay-serial", ""), headers.get("wechatpay-nonce", "")
        stamp, signature = headers.get("wechatpay-timestamp", ""), headers.get("wechatpay-signature", "")
        if not (serial and nonce and stamp and signature):
            return "the answer is not signed"
        key = self._keys.get(_plain_serial(serial))
        if key is None:
            return f"the signature's serial {serial[:60]} is not known"
        if not stamp.isdecimal() or abs(int(stamp) - now.timestamp()) > _MOST_SKEW_S:
            return f"the signature's time {stamp[:20]} is not now"
        message = f"{stamp}\n{nonce}\n".encode() + reply.body + b"\n"
        try:
            key.verify(base64.b64decode(signature, validate=True), message, PKCS1v15(), hashes.SHA256())
        except (InvalidSignature, binascii.Error):
            return "the signature does not fit the answer"
        return ""

    def learn(self, reply: Reply) -> str:
        """Trust the certificates that a reply of ``/v3/certificates`` brings; why not, or ""."""
        content = json_object(reply.body) or {}
        entries = content.get("data")
        if not isinstance(entries, list) or not entries:
            return "no certificates in the answer"
        try:
            for entry in entries:
                self._trust(self.decrypt(entry["encrypt_certificate"]))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            return f"certificates that cannot be read: {type(error).__name__}"
        return ""

    def decrypt(self, resource: dict[str, Any]) -> bytes:
        """The plain content of an AES-256-GCM ``resource``; ValueError where it is not meant for our key."""
        try:
            return AESGCM(self._apiv3_key).decrypt(
                resource["nonce"].encode(),
                base64.b64decode(resource["ciphertext"]),
                resource.get("associated_data", "").encode(),
            )
        except InvalidTag as error:
            raise ValueError("not encrypted with our apiv3_key") from error

    def _trust(self, pem: bytes) -> None:
        try:
            certificate = x509.load_pem_x509_certificate(pem)
        except ValueError as error:
            raise CredentialsError(f"no usable PEM certificate of the platform: {error}") from error
        key = certificate.public_key()
        if not isinstance(key, RSAPublicKey):
            raise CredentialsError("the platform's certificate has no RSA key")
        self._keys[_plain_serial(f"{certificate.serial_number:X}")] = key


def _plain_serial(serial: str) -> str:
    """Serial numbers are written with and without leading zeros."""
    return serial.upper().lstrip("0")


def _public_key(pem: bytes) -> RSAPublicKey:
    try:
        key = serialization.load_pem_public_key(pem)
    except ValueError as error:
        raise CredentialsError(f"platform_public_key_file holds no usable PEM key: {error}") from error
    if not isinstance(key, RSAPublicKey):
        raise CredentialsError("platform_public_key_file holds no RSA key")
    return key

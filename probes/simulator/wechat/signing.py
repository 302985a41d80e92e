"""Signatures and encryption of WeChat Pay API v3, from the platform's side."""

import base64
import re
import secrets

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from probes.simulator.cast import MCHID
from probes.simulator.wechat.manners import Manners, SignedBy
from probes.simulator.wire.http import ServerRequest
from probes.simulator.wire.keys import PUBLIC_KEY_ID, KeyRing, serial_of

SCHEME = "WECHATPAY2-SHA256-RSA2048"
_PAIR = re.compile(r'(\w+)="([^"]*)"')
_CLOCK_SKEW_S = 300
_USUAL = Manners()


def fault_of_signature(request: ServerRequest, keys: KeyRing, now_s: float) -> str | None:
    """What is wrong with a request's ``Authorization``, in words; None where it is in order.

    Checked are scheme, merchant, certificate, age (five minutes) and the signature over
    ``METHOD\\nPATH?QUERY\\nTIMESTAMP\\nNONCE\\nBODY\\n``.
    """
    scheme, _, rest = request.headers.get("authorization", "").partition(" ")
    if scheme != SCHEME:
        return "Http头Authorization值格式错误，认证类型不正确"
    pairs = dict(_PAIR.findall(rest))
    missing = [
        name for name in ("mchid", "nonce_str", "signature", "timestamp", "serial_no") if not pairs.get(name)
    ]
    if missing:
        return f"Http头Authorization缺少{'、'.join(missing)}"
    if pairs["mchid"] != MCHID:
        return "商户号不存在"
    if pairs["serial_no"].upper().lstrip("0") != keys.merchant_serial.lstrip("0"):
        return "商户证书序列号有误"
    if not pairs["timestamp"].isdecimal() or abs(int(pairs["timestamp"]) - now_s) > _CLOCK_SKEW_S:
        return "Http头Authorization中的timestamp与发起请求的时间不得超过5分钟"
    head = f"{request.method}\n{request.target}\n{pairs['timestamp']}\n{pairs['nonce_str']}\n"
    try:
        signature = base64.b64decode(pairs["signature"], validate=True)
        message = head.encode() + request.body + b"\n"
        keys.merchant_public_key.verify(signature, message, PKCS1v15(), SHA256())
    except (ValueError, InvalidSignature):
        return "签名错误，验签失败"
    return None


def request_moment_s(request: ServerRequest) -> float:
    """The moment that a request's signature names, in seconds since 1970; 0 where it names none."""
    stamp = dict(_PAIR.findall(request.headers.get("authorization", ""))).get("timestamp", "")
    return float(stamp) if stamp.isdecimal() else 0.0


def signed_headers(
    body: bytes, keys: KeyRing, now_s: float, manners: Manners = _USUAL, *, named: str = ""
) -> tuple[tuple[str, str], ...]:
    """The headers that sign ``body`` over ``TIMESTAMP\\nNONCE\\nBODY\\n`` with one of the platform's keys.

    ``named`` is the key that the request names, if it names one.
    """
    timestamp, nonce = str(int(now_s) + manners.stamp_off_s), secrets.token_hex(16)
    key, serial = _signing_key(keys, manners, named)
    message = f"{timestamp}\n{nonce}\n".encode() + body + b"\n"
    signature = base64.b64encode(key.sign(message, PKCS1v15(), SHA256())).decode("ascii")
    return (
        ("Wechatpay-Timestamp", timestamp),
        ("Wechatpay-Nonce", nonce),
        ("Wechatpay-Signature", f"WECHATPAY/SIGNTEST/{signature}" if manners.signtest else signature),
        ("Wechatpay-Serial", serial),
        ("Wechatpay-Signature-Type", SCHEME),
    )


def _signing_key(keys: KeyRing, manners: Manners, named: str) -> tuple[RSAPrivateKey, str]:
    asked = manners.signed_by is SignedBy.ASKED and named == PUBLIC_KEY_ID
    if asked or manners.signed_by is SignedBy.PUBLIC_KEY:
        return keys.platform_key, PUBLIC_KEY_ID
    if manners.rotated:
        return keys.next_key, serial_of(keys.next_certificate)
    return keys.platform_key, keys.platform_serial


def sealed(text: str, associated_data: str, keys: KeyRing) -> dict[str, str]:
    """The resource that holds a text for the merchant: encrypted under the APIv3 key with a fresh nonce."""
    nonce = secrets.token_hex(6)
    ciphertext = AESGCM(keys.apiv3_key.encode()).encrypt(
        nonce.encode(), text.encode(), associated_data.encode()
    )
    return {
        "algorithm": "AEAD_AES_256_GCM",
        "nonce": nonce,
        "associated_data": associated_data,
        "ciphertext": base64.b64encode(ciphertext).decode("ascii"),
    }

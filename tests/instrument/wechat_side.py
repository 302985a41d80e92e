"""WeChat Pay's side, spoken to without a network: it signs answers; and gateways that hold its keys."""

import base64
import json
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.x509.oid import NameOID

from probes.instrument.gateways.protocol import (
    Gateway,
)
from probes.instrument.gateways.registry import make_gateway
from probes.instrument.gateways.vault import Vault
from probes.network.exchange import Reply
from tests.instrument.conversing import NOW, endpoint

APIV3_KEY = "0123456789abcdef0123456789abcdef"
KEY_ID = "PUB_KEY_ID_0114232134912410000000000000"


class Platform:
    """WeChat Pay's side: signs answers."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(65537, 2048)
        self.certificate = self.certified(0x0ABC)

    def certified(self, serial: int, until: datetime = NOW + timedelta(days=1)) -> x509.Certificate:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "platform")])
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.key.public_key())
            .serial_number(serial)
            .not_valid_before(NOW - timedelta(days=9))
            .not_valid_after(until)
            .sign(self.key, hashes.SHA256())
        )

    def reply(
        self,
        content: object,
        status: int = 200,
        *,
        serial: str = KEY_ID,
        stamp: datetime | str = NOW,
        date: datetime | None = None,
        signature: str | None = None,
    ) -> Reply:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        seconds = stamp if isinstance(stamp, str) else str(int(stamp.timestamp()))
        text = f"{seconds}\nNONCE\n".encode() + body + b"\n"
        signed = base64.b64encode(self.key.sign(text, PKCS1v15(), hashes.SHA256())).decode()
        headers = {
            "wechatpay-serial": serial,
            "wechatpay-nonce": "NONCE",
            "wechatpay-timestamp": seconds,
            "wechatpay-signature": signed if signature is None else signature,
            **({} if date is None else {"date": format_datetime(date, usegmt=True)}),
        }
        return Reply(status=status, headers=headers, body=body)


def write_keys(folder: Path, platform: Platform) -> Path:
    """What a merchant has: its own key, and the platform's in every form."""
    merchant = rsa.generate_private_key(65537, 2048)
    (folder / "merchant.pem").write_bytes(
        merchant.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    (folder / "platform.pem").write_bytes(
        platform.key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    certificates = {
        "certificate.pem": platform.certificate,
        "older.pem": platform.certified(0x0123),
        "expired.pem": platform.certified(0x0DEF, until=NOW - timedelta(days=1)),
    }
    for name, certificate in certificates.items():
        (folder / name).write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return folder


def wechat(files: Path, **changes: str | None) -> Gateway:
    credentials = {
        "mchid": "1900000001",
        "appid": "wx1",
        "serial_no": "5F",
        "private_key_file": str(files / "merchant.pem"),
        "platform_public_key_file": str(files / "platform.pem"),
        "platform_public_key_id": KEY_ID,
    }
    wanted = {name: value for name, value in (credentials | changes).items() if value is not None}
    return make_gateway(endpoint("wechat_pay_v3", **wanted), Vault(folder=Path("/")))

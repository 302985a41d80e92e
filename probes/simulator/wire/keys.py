"""Keys and certificates of the pretended world: made once in a folder and used again at the next start."""

import secrets
import ssl
import string
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from probes.simulator.cast import ALIPAY_HOST, CARD_HOST, CONTROL_HOSTS, UNIONPAY_HOST, WECHAT_HOST

HOSTS = (WECHAT_HOST, ALIPAY_HOST, CARD_HOST, UNIONPAY_HOST, *CONTROL_HOSTS)
CARD_API_KEY = "sk_test_pretended"
PUBLIC_KEY_ID = "PUB_KEY_ID_0119000065112026112200111111000000"
_FILES = (
    "ca.pem",
    "server.pem",
    "platform.pem",
    "platform_next.pem",
    "platform_public_key.pem",
    "merchant.pem",
    "merchant_key.pem",
    "apiv3_key",
)
_YEARS = timedelta(days=5 * 365)

_PrivateKey: TypeAlias = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRing:
    """The keys of both sides. The merchant's are files, as a real merchant would have them.

    The ``next`` certificate is the one that the platform changes to when it rotates.
    """

    folder: Path
    platform_key: rsa.RSAPrivateKey
    platform_certificate: x509.Certificate
    next_key: rsa.RSAPrivateKey
    next_certificate: x509.Certificate
    merchant_public_key: rsa.RSAPublicKey
    merchant_serial: str
    apiv3_key: str

    @property
    def ca_file(self) -> Path:
        return self.folder / "ca.pem"

    @property
    def merchant_key_file(self) -> Path:
        return self.folder / "merchant_key.pem"

    @property
    def platform_public_key_file(self) -> Path:
        return self.folder / "platform_public_key.pem"

    @property
    def mac_key(self) -> bytes:
        """The key that the card switch shares with its terminal."""
        return self.apiv3_key.encode("ascii")

    @property
    def platform_serial(self) -> str:
        return serial_of(self.platform_certificate)

    def server_context(self) -> ssl.SSLContext:
        """TLS as the pretended hosts speak it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "server.pem")
        context.set_alpn_protocols(["http/1.1"])
        return context

    def environment(self) -> dict[str, str]:
        """What the demo catalog and the probes need to know of them, as environment variables."""
        return {
            "PROBE_CA_BUNDLE": str(self.ca_file),
            "SECRETS_DIR": str(self.folder),
            "PROBE_SECRET_SIMULATOR_CARD_KEY": CARD_API_KEY,
            "PROBE_SECRET_SIMULATOR_MERCHANT_KEY": str(self.merchant_key_file),
            "PROBE_SECRET_SIMULATOR_MERCHANT_SERIAL": self.merchant_serial,
            "PROBE_SECRET_SIMULATOR_APIV3_KEY": self.apiv3_key,
            "PROBE_SECRET_SIMULATOR_MAC_KEY": self.mac_key.hex(),
            "PROBE_SECRET_SIMULATOR_PLATFORM_PUBLIC_KEY": str(self.platform_public_key_file),
            "PROBE_SECRET_SIMULATOR_PLATFORM_PUBLIC_KEY_ID": PUBLIC_KEY_ID,
        }


def ensure_keys(folder: Path) -> KeyRing:
    """The keys in ``folder``; made anew, all of them, where one is missing or runs out within a day.

    Raises ``OSError`` where the folder cannot be written.
    """
    if not all((folder / name).is_file() for name in _FILES) or _is_outdated(folder):
        _make(folder)
    platform_key, platform_certificate = _read_pair(folder / "platform.pem")
    next_key, next_certificate = _read_pair(folder / "platform_next.pem")
    merchant = x509.load_pem_x509_certificate((folder / "merchant.pem").read_bytes())
    merchant_key = merchant.public_key()
    if not isinstance(merchant_key, rsa.RSAPublicKey):
        raise ValueError(f"{folder}: the keys are not RSA keys; remove the folder to have new ones made")
    return KeyRing(
        folder=folder,
        platform_key=platform_key,
        platform_certificate=platform_certificate,
        next_key=next_key,
        next_certificate=next_certificate,
        merchant_public_key=merchant_key,
        merchant_serial=serial_of(merchant),
        apiv3_key=(folder / "apiv3_key").read_text(encoding="ascii"),
    )


def serial_of(certificate: x509.Certificate) -> str:
    """The serial number as the dialect writes it: 40 upper-case hexadecimal digits."""
    return f"{certificate.serial_number:040X}"


def _read_pair(path: Path) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    """A key of the platform and its certificate, which lie in one file."""
    pem = path.read_bytes()
    key = serialization.load_pem_private_key(pem, None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError(f"{path} holds no RSA key; remove its folder to have new ones made")
    return key, x509.load_pem_x509_certificate(pem)


def _is_outdated(folder: Path) -> bool:
    """Whether a certificate ends soon, or the server's knows fewer hosts than are played."""
    soon = datetime.now(UTC) + timedelta(days=1)
    names = ("ca.pem", "server.pem", "platform.pem", "platform_next.pem", "merchant.pem")
    certificates = [x509.load_pem_x509_certificate((folder / name).read_bytes()) for name in names]
    server = certificates[names.index("server.pem")].extensions
    known = server.get_extension_for_class(x509.SubjectAlternativeName).value
    unknown = set(HOSTS) - set(known.get_values_for_type(x509.DNSName))
    return bool(unknown) or any(certificate.not_valid_after_utc < soon for certificate in certificates)


def _make(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    ca_key = ec.generate_private_key(ec.SECP256R1())
    ca_name = _name("Fogbreak simulator CA")
    ca = _sign(ca_name, ca_key.public_key(), ca_name, ca_key, authority=True)
    server_key = ec.generate_private_key(ec.SECP256R1())
    server = _sign(_name("simulator"), server_key.public_key(), ca_name, ca_key, hosts=HOSTS)
    platform_key = rsa.generate_private_key(65537, 2048)
    platform = _sign(_name("pretended platform"), platform_key.public_key(), ca_name, ca_key)
    next_key = rsa.generate_private_key(65537, 2048)
    next_platform = _sign(_name("pretended platform"), next_key.public_key(), ca_name, ca_key)
    merchant_key = rsa.generate_private_key(65537, 2048)
    merchant = _sign(_name("pretended merchant"), merchant_key.public_key(), ca_name, ca_key)
    public = platform_key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    letters = string.ascii_letters + string.digits
    _write(folder / "ca.pem", _pem(ca))
    _write(folder / "server.pem", _pem(server) + _pem_key(server_key))
    _write(folder / "platform.pem", _pem(platform) + _pem_key(platform_key))
    _write(folder / "platform_next.pem", _pem(next_platform) + _pem_key(next_key))
    _write(folder / "platform_public_key.pem", public)
    _write(folder / "merchant.pem", _pem(merchant))
    _write(folder / "merchant_key.pem", _pem_key(merchant_key))
    _write(folder / "apiv3_key", "".join(secrets.choice(letters) for _ in range(32)).encode("ascii"))


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _sign(
    subject: x509.Name,
    key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    authority: bool = False,
    hosts: tuple[str, ...] = (),
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number((1 << 158) | secrets.randbits(157))  # always 40 hexadecimal digits
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + _YEARS)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
    )
    if hosts:
        names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        builder = builder.add_extension(names, critical=False).add_extension(usage, critical=False)
    if authority:
        builder = builder.add_extension(_CA_USAGE, critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


_CA_USAGE = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _pem_key(key: _PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes) -> None:
    # Certificates, too: in a folder of secrets nobody has to ask which of them are.
    path.touch(mode=0o600)
    path.write_bytes(content)

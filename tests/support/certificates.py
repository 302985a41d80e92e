"""Certificates for servers that tests start: an authority of their own and what it signs, good and bad."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Authority:
    """A certificate authority whose files lie in ``folder``."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    name: x509.Name

    @property
    def bundle(self) -> str:
        return str(self.folder / "ca.pem")

    def server_context(
        self, host: str = "api.test", *, lasts: timedelta = timedelta(days=30)
    ) -> ssl.SSLContext:
        """TLS of a server whose certificate for ``host`` runs out after ``lasts`` (or has, if negative)."""
        path = self.folder / f"{host}-{lasts.total_seconds():.0f}.pem"
        self.write_chain(host, path, lasts=lasts)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def write_chain(self, host: str, path: Path, *, lasts: timedelta = timedelta(days=30)) -> None:
        """A new key and certificate for ``host``, in one file."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([_alternative(host)])
        expires = datetime.now(UTC) + lasts
        certificate = _sign(_name(host), key, self.name, self.key, expires, names)
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + _pem(key))


def make_authority(folder: Path) -> Authority:
    """A new authority in ``folder``."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("test authority")
    until = datetime.now(UTC) + timedelta(days=60)
    certificate = _sign(name, key, name, key, until, x509.BasicConstraints(ca=True, path_length=None))
    (folder / "ca.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return Authority(folder=folder, key=key, name=name)


def _sign(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    expires: datetime,
    extension: x509.ExtensionType,
) -> x509.Certificate:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(min(datetime.now(UTC), expires) - timedelta(days=1))
        .not_valid_after(expires)
        .add_extension(extension, critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )

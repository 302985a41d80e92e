"""RSA2 signatures of Alipay's OpenAPI: signs what we ask, verifies what is answered."""

import base64
from collections.abc import Iterable, Iterator, Mapping
from hashlib import md5
from json import JSONDecoder

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import Certificate
from cryptography.x509.oid import SignatureAlgorithmOID

from probes.instrument.gateways.credentials import Credentials
from probes.instrument.gateways.protocol import CredentialsError, Fault

_RSA_SIGNATURES = frozenset(
    {
        SignatureAlgorithmOID.RSA_WITH_SHA1,
        SignatureAlgorithmOID.RSA_WITH_SHA224,
        SignatureAlgorithmOID.RSA_WITH_SHA256,
        SignatureAlgorithmOID.RSA_WITH_SHA384,
        SignatureAlgorithmOID.RSA_WITH_SHA512,
    }
)
_SPACE = " \t\r\n"


class App:
    """Our side: the app's number, its key and, in certificate mode, the numbers of the certificates."""

    def __init__(self, credentials: Credentials) -> None:
        self._key = credentials.rsa_private_key("private_key_file")
        self._who = {"app_id": credentials.text("app_id")}
        if credentials.has("app_certificate_file"):
            own = credentials.certificates("app_certificate_file")
            roots = credentials.certificates("alipay_root_certificate_file")
            self._who["app_cert_sn"] = certificate_number(own[0])
            self._who["alipay_root_cert_sn"] = _root_number(roots)
        if credentials.has("app_auth_token"):
            self._who["app_auth_token"] = credentials.text("app_auth_token")

    def signed(self, parameters: Mapping[str, str]) -> dict[str, str]:
        """The parameters with who asks and the signature over all that are not empty, in order of name."""
        asked = {name: value for name, value in {**self._who, **parameters}.items() if value}
        signature = self._key.sign(signed_text(asked).encode(), PKCS1v15(), SHA256())
        return {**asked, "sign": base64.b64encode(signature).decode("ascii")}


class AlipayKeys:
    """Their side: the keys that verify answers, each by the number of its certificate ("" for none)."""

    def __init__(self, credentials: Credentials) -> None:
        self._keys: dict[str, RSAPublicKey] = {}
        if credentials.has("alipay_certificate_file"):
            certificate = credentials.certificates("alipay_certificate_file")[0]
            key = certificate.public_key()
            if not isinstance(key, RSAPublicKey):
                raise CredentialsError("alipay_certificate_file holds no RSA key")
            self._keys[certificate_number(certificate)] = key
        if credentials.has("alipay_public_key_file"):
            self._keys[""] = credentials.rsa_public_key("alipay_public_key_file")
        if not self._keys:
            raise CredentialsError("give alipay_public_key_file or alipay_certificate_file to check answers")

    def fault_of(self, text: str, signature: str, number: str) -> Fault | None:
        """Why a signature over ``text`` does not hold, or cannot be verified; None where it holds.

        ``number`` is that of the certificate that the answer names, "" where it names none.
        """
        if not signature:
            return Fault("BAD_SIGNATURE", "the answer is not signed")
        key = self._keys.get(number)
        if key is None:
            return Fault("UNKNOWN_SERIAL", _unknown(number))
        if any(_verifies(key, signature, form) for form in _forms(text)):
            return None
        if number:
            return Fault("BAD_SIGNATURE", "the signature does not fit the answer")
        # Nothing in the answer names its key: a wrong or an outdated key of ours is as likely as a forgery.
        return Fault(
            "UNKNOWN_SERIAL",
            "the signature does not fit alipay_public_key_file, which must hold Alipay's public key for this"
            " app, not the app's own",
        )


def signed_text(parameters: Mapping[str, str]) -> str:
    """What is signed of a request: ``name=value`` of all parameters, in order of name, joined by ``&``."""
    return "&".join(f"{name}={parameters[name]}" for name in sorted(parameters))


def raw_member(text: str, name: str) -> str:
    """The text of one member of a JSON object as it was sent, which is what is signed; "" for none."""
    # Of a name that stands there twice, the last counts, as for the reader of JSON.
    return dict(_members(text)).get(name, "")


def certificate_number(certificate: Certificate) -> str:
    """Alipay's own number of a certificate: the MD5 of its issuer's name and its serial number."""
    text = f"{certificate.issuer.rfc4514_string()}{certificate.serial_number}"
    return md5(text.encode(), usedforsecurity=False).hexdigest()


def _members(text: str) -> Iterator[tuple[str, str]]:
    """Names and raw texts of the members of a JSON object that was parsed before."""
    decoder, at = JSONDecoder(), text.index("{") + 1
    while (at := _beyond(text, at, _SPACE + ",")) < len(text) and text[at] != "}":
        name, at = decoder.raw_decode(text, at)
        start = _beyond(text, at, _SPACE + ":")
        _, at = decoder.raw_decode(text, start)
        yield name, text[start:at]


def _beyond(text: str, at: int, skipped: str) -> int:
    while at < len(text) and text[at] in skipped:
        at += 1
    return at


def _unknown(number: str) -> str:
    if number:
        return f"signed with certificate {number[:40]}, which you do not hold: download Alipay's anew"
    return "signed without a certificate, as for apps with a public key: give alipay_public_key_file"


def _forms(text: str) -> Iterable[str]:
    # Some of Alipay's systems sign before their JSON writer escapes slashes; its own SDKs try both, too.
    return dict.fromkeys((text, text.replace("\\/", "/")))


def _verifies(key: RSAPublicKey, signature: str, text: str) -> bool:
    try:
        key.verify(base64.b64decode(signature, validate=True), text.encode(), PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def _root_number(certificates: list[Certificate]) -> str:
    """The numbers of the RSA certificates among the root certificates, joined by ``_``."""
    return "_".join(
        certificate_number(one) for one in certificates if one.signature_algorithm_oid in _RSA_SIGNATURES
    )

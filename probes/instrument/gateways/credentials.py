"""Reads a gateway's credentials when they are used: ``${NAME}`` from the environment, keys from files."""

import binascii
import re
from base64 import b64decode
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)
from cryptography.x509 import Certificate, load_pem_x509_certificates

from probes.instrument.gateways.protocol import CredentialsError
from probes.instrument.gateways.vault import Vault, VaultError, is_path, is_secret
from probes.instrument.secrecy.echoes import Guarded

_UNUSABLE = (ValueError, TypeError, UnsupportedAlgorithm)


class Credentials:
    """The credentials of one endpoint, as written in the catalog; errors name the entry, never its value."""

    def __init__(self, endpoint: str, values: Mapping[str, Any], vault: Vault) -> None:
        self._endpoint, self._values, self._vault = endpoint, values, vault
        self._guarded: tuple[Guarded, ...] | None = None

    def has(self, name: str) -> bool:
        """Whether the entry is given and not empty."""
        return bool(self._values.get(name)) and bool(self.text(name))

    def text(self, name: str) -> str:
        """The entry as a text, without the line break that many a secret store puts behind a key."""
        try:
            return self._vault.text(self._written(name)).strip()
        except VaultError as error:
            raise CredentialsError(f"{self._endpoint}: {name} {error}") from error

    def guarded(self) -> Collection[Guarded]:
        """The values, without the paths of files; of numbers of ours that are no secrets only the whole."""
        if self._guarded is None:
            self._guarded = tuple(self._known())
        return self._guarded

    def _known(self) -> Iterator[Guarded]:
        for name in self._values:
            if is_path(name):
                continue
            with suppress(CredentialsError):
                yield Guarded(self.text(name), number=not is_secret(name))

    def file(self, name: str) -> bytes:
        """What is in the file that the entry names."""
        try:
            return self._vault.file(self._written(name))
        except VaultError as error:
            raise CredentialsError(f"{self._endpoint}: {name}: {error}") from error

    def _written(self, name: str) -> str:
        """The entry as it is written, which no error minds to tell."""
        value = self._values.get(name)
        if value is None:
            raise CredentialsError(f"{self._endpoint}: {name} is missing")
        return str(value)

    def rsa_private_key(self, name: str) -> RSAPrivateKey:
        """Our key in the file that the entry names: PEM, or bare base64 as some key tools write it."""
        content = self.file(name)
        try:
            pem = b"-----BEGIN" in content
            key = load_pem_private_key(content, None) if pem else load_der_private_key(_der(content), None)
        except _UNUSABLE as error:
            raise self._unusable(name, "private key", content) from error
        if not isinstance(key, RSAPrivateKey):
            raise CredentialsError(f"{self._endpoint}: {name} holds no RSA key")
        return key

    def rsa_public_key(self, name: str) -> RSAPublicKey:
        """Their key in the file that the entry names: PEM, or bare base64."""
        content = self.file(name)
        try:
            pem = b"-----BEGIN" in content
            key = load_pem_public_key(content) if pem else load_der_public_key(_der(content))
        except _UNUSABLE as error:
            raise self._unusable(name, "public key", content) from error
        if not isinstance(key, RSAPublicKey):
            raise CredentialsError(f"{self._endpoint}: {name} holds no RSA key")
        return key

    def certificates(self, name: str) -> list[Certificate]:
        """The certificates (PEM, one at least) in the file that the entry names."""
        content = self.file(name)
        try:
            return load_pem_x509_certificates(content)
        except _UNUSABLE as error:
            raise self._unusable(name, "certificate", content) from error

    def _unusable(self, name: str, wanted: str, content: bytes) -> CredentialsError:
        written = self._written(name)
        return CredentialsError(
            f"{self._endpoint}: {name} holds no usable PEM {wanted}: {written} {_what_it_is(content)}"
        )


def _what_it_is(content: bytes) -> str:
    """What a file holds that is not what it should be, without a word of its content."""
    if not content.strip():
        return "is empty"
    if b"ENCRYPTED" in content[:200]:
        return "is locked by a password: store the key without one"
    label = re.search(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----", content)
    if label:
        return f"holds a damaged or another thing, called {label[1].decode('ascii')}"
    if content[:1] == b"\x30":
        return "is binary (DER or PKCS #12): convert it to PEM"
    return "is no PEM file"


def _der(content: bytes) -> bytes:
    """The bytes of a key in bare base64; ValueError where it is none."""
    try:
        return b64decode(b"".join(content.split()), validate=True)
    except binascii.Error as error:
        raise ValueError("neither PEM nor base64") from error

"""Reads a gateway's credentials when they are used: ``${NAME}`` from the environment, keys from files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from probes.instrument.gateways.protocol import CredentialsError
from probes.tables import substitute


class Credentials:
    """The credentials of one endpoint, as written in the catalog; errors name the entry, never its value."""

    def __init__(self, endpoint: str, values: Mapping[str, Any], environ: Mapping[str, str]) -> None:
        self._endpoint, self._values, self._environ = endpoint, values, environ

    def has(self, name: str) -> bool:
        """Whether the entry is given and not empty."""
        return bool(self._values.get(name)) and bool(self.text(name))

    def text(self, name: str) -> str:
        """The entry as a text."""
        value = self._values.get(name)
        if value is None:
            raise CredentialsError(f"{self._endpoint}: {name} is missing")
        try:
            return substitute(str(value), self._environ)
        except KeyError as error:
            raise CredentialsError(
                f"{self._endpoint}: {name} needs the environment variable {error.args[0]}"
            ) from error

    def file(self, name: str) -> bytes:
        """What is in the file that the entry names."""
        path = Path(self.text(name)).expanduser()
        try:
            return path.read_bytes()
        except OSError as error:
            raise CredentialsError(f"{self._endpoint}: {name}: {path}: {error.strerror}") from error

"""Where secrets come from: variables of one prefix, and files below one folder; nothing else can be named.

Who edits endpoints decides what is sent where. With any variable or file at hand that would be all that this
machine knows.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from probes.instrument.secrecy.looks import NAME
from probes.tables import substitute, variables_in

PREFIX = "PROBE_SECRET_"
MOST_BYTES = 1_000_000  # of a file
_FILE = "_file"
_RULE = f"only variables that begin with {PREFIX} can be named here"


class VaultError(ValueError):
    """A reference that leads to nothing, or where none may lead; says which, never what is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vault:
    """The variables in ``environ`` that begin with :data:`PREFIX`, and the files below ``folder``."""

    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    folder: Path | None = None

    def text(self, written: str) -> str:
        """A text as it is meant, its ``${NAME}`` replaced; raises :class:`VaultError`."""
        for name in variables_in(written):
            if not name.startswith(PREFIX):
                raise VaultError(f"names the environment variable {name}: {_RULE}")
        try:
            return substitute(written, self.environ)
        except KeyError as error:
            raise VaultError(f"needs the environment variable {error.args[0]}") from error

    def resolved(self, value: Any) -> Any:
        """A table, a list or a text with every ``${NAME}`` in it replaced; raises :class:`VaultError`."""
        if isinstance(value, Mapping):
            return {name: self.resolved(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.resolved(inner) for inner in value]
        return self.text(value) if isinstance(value, str) and "${" in value else value

    def path(self, written: str) -> Path:
        """The file that a text names, from the folder on; :class:`VaultError` where it lies outside."""
        if self.folder is None:
            raise VaultError(f"{written}: there is no folder of secrets (SECRETS_DIR)")
        folder, meant = self.folder.resolve(), self.text(written).strip()
        try:
            path = (folder / Path(meant).expanduser()).resolve()
        except (OSError, ValueError, RuntimeError) as error:
            raise VaultError(f"{written} is no path") from error
        if not path.is_relative_to(folder):
            raise VaultError(f"{written} lies outside {folder}, the folder of secrets (SECRETS_DIR)")
        return path

    def file(self, written: str) -> bytes:
        """What is in the file that a text names; raises :class:`VaultError`."""
        path = self.path(written)
        # Whoever opens a pipe waits for somebody who writes.
        if path.exists() and not path.is_file():
            raise VaultError(f"{written} is no file")
        try:
            with path.open("rb") as opened:
                content = opened.read(MOST_BYTES + 1)
        except OSError as error:
            raise VaultError(f"{written}: {error.strerror} (in {self.folder})") from error
        if len(content) > MOST_BYTES:
            raise VaultError(f"{written} is larger than {MOST_BYTES:,} bytes")
        return content


def is_secret(name: str) -> bool:
    """Whether a credential of this name is a secret; others are numbers of accounts and keys, and paths."""
    return NAME.fullmatch(name) is not None


def is_path(name: str) -> bool:
    """Whether a credential of this name is the path of a file."""
    return name.endswith(_FILE)


def variable_problems(values: Mapping[str, Any]) -> Iterator[str]:
    """Which variables a table names that it may not."""
    for name, value in values.items():
        for variable in variables_in(str(value)):
            if not variable.startswith(PREFIX):
                yield f"{name} names the environment variable {variable}: {_RULE}"


def reference_problems(credentials: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with how credentials are written: variables that they may not name, and bare secrets."""
    yield from variable_problems(credentials)
    for name, value in credentials.items():
        bare = isinstance(value, str) and value and "${" not in value
        if is_secret(name) and (bare or ":-" in str(value)):
            yield f"{name} is a secret, which must not stand here: write ${{{PREFIX}…}} and set that variable"

"""Finds the programs that tests want: skips where one is missing, but fails in continuous integration."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

# Debian keeps the server's own programs out of the path.
_ELSEWHERE = ("/usr/sbin", "/usr/local/sbin")


def require_binary(name: str, *, package: str) -> Path:
    """The program's path; without it the test is skipped, naming the Debian package, or fails if CI=true."""
    found = shutil.which(
        name, path=os.pathsep.join([os.environ.get("PATH", ""), *_ELSEWHERE, *_postgres_folders()])
    )
    if not found:
        missing(f"{name} is missing: install the Debian package {package}")
    return Path(found)


def missing(reason: str) -> NoReturn:
    """Skip a test for ``reason``, or fail it if CI=true."""
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def _postgres_folders() -> list[str]:
    return sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)

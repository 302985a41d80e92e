"""Fixtures of the simulator's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.pretended import Pretended, pretended_world


@pytest.fixture(scope="session")
def keys_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="module")
def pretended(keys_folder: Path) -> Iterator[Pretended]:
    """A world in which nothing goes wrong."""
    with pretended_world(keys_folder) as running:
        yield running

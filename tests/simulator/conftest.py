"""Fixtures of the simulator's tests."""

import pytest

from tests.support.pretended import pretended_world


@pytest.fixture(scope="session")
def keys_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="module")
def pretended(keys_folder):
    """A world in which nothing goes wrong."""
    with pretended_world(keys_folder) as running:
        yield running

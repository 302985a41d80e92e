"""Fixtures of the instrument's tests."""

from pathlib import Path

import pytest

from probes.simulator.wire.keys import KeyRing, ensure_keys
from tests.instrument.wechat_side import Platform, write_keys


@pytest.fixture(scope="session")
def platform() -> Platform:
    return Platform()


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory, platform: Platform) -> Path:
    return write_keys(tmp_path_factory.mktemp("keys"), platform)


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    return ensure_keys(tmp_path_factory.mktemp("ring"))

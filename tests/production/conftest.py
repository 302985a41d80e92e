"""What all combinations share: one copy of the source and one environment."""

import os
from pathlib import Path

import pytest

from tests.production.place import made_place


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The copy of the source, with its environment; one for all of pytest-xdist's processes."""
    base = tmp_path_factory.getbasetemp()
    return made_place(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base)

"""Fixtures of the public face: a small world in rows, and its snapshot published."""

from collections.abc import Callable
from pathlib import Path

import pytest

from statuspage.public.publish.publisher import write
from statuspage.public.read.snapshot import build
from tests.support.public_rows import World, make_world


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def published(world: World, tmp_path: Path) -> Callable[[], Path]:
    """Publishes the rows as they are when it is called; gives the folder of the snapshot."""

    def publish() -> Path:
        write(build(world.now), tmp_path)
        return tmp_path / "current"

    return publish

"""A small payment world at the present moment, for /metrics has no other."""

import pytest
from django.utils import timezone

from tests.support.public_rows import World, make_world


@pytest.fixture
def fresh_world(db: None) -> World:
    return make_world(now=timezone.now(), days=1)

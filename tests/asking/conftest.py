"""A quiet world at this moment, and a browser without cookies that asks it."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from statuspage.asking import views
from statuspage.asking.reading import SituationReader
from tests.support.public_rows import World, make_world


@pytest.fixture
def present(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    """The rows of a quiet world whose present is now; nothing is remembered of an earlier one."""
    monkeypatch.setattr(views, "_reader", SituationReader())
    return make_world(now=datetime.now(tz=UTC), days=1)


@pytest.fixture
def browser(present: World) -> Client:
    return Client(enforce_csrf_checks=True, headers={"user-agent": "Phone"}, REMOTE_ADDR="198.51.100.7")

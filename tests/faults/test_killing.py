"""A process that dies anywhere in a step leaves nothing that another cannot take up; see ``killing.py``."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection, connections
from pytest_django import DjangoDbBlocker

from tests.faults import killing

# `make bench-deaths` tries many more, and PostgreSQL.
FEW = 1


@pytest.fixture(scope="module")
def place(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[killing.Place]:
    """A site in a file of its own."""
    if connection.vendor != "sqlite":
        pytest.skip("SQLite is tried here; the program tries the others")
    name, snapshot = connection.settings_dict["NAME"], settings.SNAPSHOT_DIR
    # The tests' database is in memory: it would be gone with the connection that holds it.
    holding = connections["default"]
    connections["default"] = connections.create_connection("default")
    with django_db_blocker.unblock():
        yield killing.prepared(tmp_path_factory.mktemp("killing"))
        connection.close()
    connection.settings_dict["NAME"], settings.SNAPSHOT_DIR = name, snapshot
    connections["default"] = holding


@pytest.mark.parametrize("step", killing.STEPS)
def test_a_step_comes_to_the_same_when_a_process_died_in_it(place: killing.Place, step: str) -> None:
    deaths, wrong = killing.wrong_after_deaths(place, step, most=FEW)

    assert deaths == FEW
    assert wrong == []

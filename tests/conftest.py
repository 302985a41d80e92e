"""What holds for every test: its order, database, cheap hash of passwords, and less searching for garbage."""

import gc
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections


def pytest_configure() -> None:
    # A million rounds for each user that a test makes would be a third of a second each.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # A fifth of the collection's time went into searching what is only ever added to.
    gc.disable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take long, so that no process waits at the end for the other's last file."""
    slow = {item.path for item in items if item.get_closest_marker("slow") or item.get_closest_marker("e2e")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_collection_finish() -> None:
    """Take modules and tests out of every later search for garbage: they stay to the end."""
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite in a file, as a site has it.

    In memory a live server's threads would share the tests' one connection, and statements of two threads on
    it fail with "table is locked" without waiting.
    """
    place: dict[str, Any] = settings.DATABASES["default"]
    if "sqlite" in place["ENGINE"]:
        place.setdefault("TEST", {})["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture
def connection_kept() -> Iterator[None]:
    """For who asks the application itself: to close the connection after it would end the transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(scope="session", autouse=True)
def _nothing_told_of_this_process() -> None:
    """The tests' own process would add its counts to their tables from a thread of its own."""
    from statuspage.metrics.reporting import REPORTER

    REPORTER.every_s = threading.TIMEOUT_MAX

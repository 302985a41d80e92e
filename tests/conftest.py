"""What holds for every test: its order, a cheap hash of passwords, and less searching for garbage."""

import gc

import pytest
from django.conf import settings


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

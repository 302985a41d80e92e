"""What is published is carried to another storage, in order, bit by bit, and never to the page's harm."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage, InMemoryStorage, Storage
from prometheus_client import CollectorRegistry, generate_latest
from pytest_django import Settings

from statuspage.metrics.collector import SiteCollector
from statuspage.public.publish.manifest import AGED, file_name, read_manifest
from statuspage.public.publish.mirror import mirror, mirrored
from statuspage.public.publish.publisher import mirror_if_wanted
from tests.support.public_rows import World, make_incident


class Recording(InMemoryStorage):
    """Keeps in which order files came, what was said of them, and fails where it is told to."""

    def __init__(self, *, fails_at: str = "") -> None:
        super().__init__()
        self.fails_at = fails_at
        self.came: list[str] = []
        self.types: dict[str, str] = {}
        self.caches: dict[str, str] = {}
        self.object_parameters: dict[str, str] = {"ACL": "public-read"}

    def _save(self, name: str, content: Any) -> str:
        if name == self.fails_at:
            raise TimeoutError("the storage does not answer")
        self.came.append(name)
        self.types[name] = content.content_type
        self.caches[name] = self.object_parameters["CacheControl"]
        saved: str = super()._save(name, content)  # type: ignore[misc]  # the stubs leave it out
        return saved


def assert_same(storage: Storage, folder: Path) -> None:
    manifest = read_manifest(folder)
    assert manifest is not None
    for entry in manifest.entries:
        if entry.path.startswith(AGED):
            continue
        with storage.open(file_name(entry.path)) as file:
            assert file.read() == (folder / "current" / file_name(entry.path)).read_bytes()


def test_storage_holds_what_is_published_when_it_changes(
    world: World, published: Callable[[], Path], tmp_path: Path
) -> None:
    folder = published().parent
    storage = FileSystemStorage(location=tmp_path / "elsewhere")
    mirror(folder, storage)
    incident = make_incident(world)
    world.now += timedelta(seconds=15)
    published()

    state = mirror(folder, storage)

    assert (state.at, state.failures) == (world.now, 0)
    assert storage.exists(f"en/incidents/{incident.public_id}/index.html")
    assert_same(storage, folder)


def test_front_page_comes_last_when_all_is_carried(published: Callable[[], Path]) -> None:
    storage = Recording()

    mirror(published().parent, storage)

    assert storage.came[0].startswith("assets/")
    assert storage.came[-1] == "index.html"
    assert storage.types["index.html"] == "text/html; charset=utf-8"
    assert storage.caches["index.html"].startswith("public, max-age=0")
    assert storage.object_parameters["ACL"] == "public-read"


def test_mirror_goes_on_where_it_stopped_when_the_storage_failed(
    world: World, published: Callable[[], Path]
) -> None:
    folder = published().parent
    storage = Recording(fails_at="index.html")
    first = mirror(folder, storage)
    came = len(storage.came)
    storage.fails_at = ""

    second = mirror(folder, storage)

    assert (first.failures, first.at) == (1, None)
    assert (second.failures, second.at) == (1, world.now)
    assert storage.came[came:] == ["index.html"]
    assert_same(storage, folder)


def test_files_are_removed_when_they_are_published_no_more(
    world: World, published: Callable[[], Path]
) -> None:
    storage, folder = Recording(), published().parent
    mirror(folder, storage)
    component = world.components["card-checkout"]
    type(component).objects.filter(pk=component.pk).update(retired=True)
    world.now += timedelta(seconds=15)
    published()

    mirror(folder, storage)

    assert not storage.exists("components/card-checkout/index.html")
    assert "/components/card-checkout/" not in mirrored(folder).carried


def test_nothing_is_carried_when_nothing_was_published_since(published: Callable[[], Path]) -> None:
    storage, folder = Recording(), published().parent
    mirror(folder, storage)
    storage.came.clear()

    mirror(folder, storage)

    assert storage.came == []


@pytest.mark.usefixtures("world")
def test_failures_are_counted_for_prometheus_when_the_storage_fails(
    published: Callable[[], Path], world: World, settings: Settings
) -> None:
    settings.SNAPSHOT_DIR = published().parent
    backend = {"BACKEND": f"{__name__}.Recording", "OPTIONS": {"fails_at": "index.html"}}
    settings.STORAGES = {**settings.STORAGES, "snapshot": backend}

    assert mirror_if_wanted()

    registry = CollectorRegistry()
    registry.register(SiteCollector(world.now, None))
    said = generate_latest(registry).decode()
    assert "fogbreak_mirror_failures_total 1.0" in said
    assert "\nfogbreak_last_mirror_timestamp_seconds " not in said, "it was never carried there"


def test_nothing_is_carried_when_no_storage_is_set() -> None:
    assert not mirror_if_wanted()

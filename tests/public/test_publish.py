"""Publishing: complete, in one step, and never worse than what was there."""

import fcntl
import gzip
import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import brotli
import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from probes.vocabulary.causes import Cause
from statuspage.monitoring.models import Progress
from statuspage.public.publish.manifest import MANIFEST, read_manifest
from statuspage.public.publish.publisher import publish_if_due, write
from statuspage.public.publish.shelf import KEPT_SNAPSHOTS
from statuspage.public.read.snapshot import build
from tests.support.public_rows import World, make_announcement, make_incident, make_past_day

FIRST_VISIT_BYTES = 60_000
REFRESH_BYTES = 3_000


def test_publish_writes_every_form_of_each_page_when_called(published: Callable[[], Path]) -> None:
    folder = published()

    page = (folder / "index.html").read_bytes()
    assert brotli.decompress((folder / "index.html.br").read_bytes()) == page
    assert gzip.decompress((folder / "index.html.gz").read_bytes()) == page
    for name in (
        "en/index.html",
        "about/index.html",
        "api/v2/summary.json",
        "history.atom",
        "en/history.rss",
    ):
        assert (folder / name).exists()


def test_publish_keeps_the_last_snapshot_when_rendering_fails(
    world: World, published: Callable[[], Path], tmp_path: Path, settings: Settings
) -> None:
    published()
    before = (tmp_path / "current").readlink()
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path / "nowhere"]}]

    with pytest.raises(Exception, match="page"):
        published()

    assert (tmp_path / "current").readlink() == before
    assert [entry.name for entry in tmp_path.iterdir() if entry.is_dir() and not entry.is_symlink()] == [
        before.name
    ]


def test_publish_takes_over_what_did_not_change_when_published_again(
    world: World, published: Callable[[], Path]
) -> None:
    incident = make_incident(world, ago=timedelta(hours=5), lasted=timedelta(hours=1))
    name = f"incidents/{incident.public_id}/index.html"
    first = (published() / name).stat()

    second = (published() / name).stat()

    assert second.st_ino == first.st_ino


def test_publish_makes_a_long_history_bit_by_bit_when_it_is_new(world: World, tmp_path: Path) -> None:
    for index in range(6):
        make_incident(world, ago=timedelta(hours=index + 1), lasted=timedelta(minutes=5))
    snapshot = build(world.now)

    states = [write(snapshot, tmp_path, at_once=2) for _ in range(3)]

    pages = [sum("/incidents/t" in entry.path for entry in manifest.entries) for manifest in states]
    assert pages == [4, 8, 12]
    assert [manifest.complete for manifest in states] == [False, False, True]


def test_publish_removes_old_snapshots_when_there_are_many(
    published: Callable[[], Path], tmp_path: Path
) -> None:
    for _ in range(KEPT_SNAPSHOTS + 2):
        published()

    folders = [entry for entry in tmp_path.iterdir() if entry.is_dir() and not entry.is_symlink()]

    assert len(folders) == KEPT_SNAPSHOTS


def test_publish_is_due_when_something_changed_or_the_page_grew_old(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    settings.SNAPSHOT_DIR = tmp_path
    now = world.now

    first = publish_if_due(now)
    at_once = publish_if_due(now + timedelta(seconds=1))
    Progress.objects.update(changed_at=now + timedelta(seconds=2))
    changed = publish_if_due(now + timedelta(seconds=3))
    unchanged = publish_if_due(now + timedelta(seconds=4))
    aged = publish_if_due(now + timedelta(seconds=4 + settings.PUBLISH_SECONDS))

    assert (first, at_once, changed, unchanged, aged) == (True, False, True, False, True)


@pytest.mark.parametrize("manifest", ['{"build": "older", ', '{"files": [], "of_old": '])
def test_publish_is_due_when_another_version_published_last(
    world: World, settings: Settings, tmp_path: Path, manifest: str
) -> None:
    settings.SNAPSHOT_DIR = tmp_path / "before"
    publish_if_due(world.now)
    settings.SNAPSHOT_DIR = tmp_path / "upgraded"
    shutil.copytree(tmp_path / "before", tmp_path / "upgraded", symlinks=True)
    told = tmp_path / "upgraded" / "current" / MANIFEST
    kept = re.sub(r',"build":"[^"]+"', "", told.read_text())
    told.write_text(manifest + kept.removeprefix("{"))

    upgraded = publish_if_due(world.now + timedelta(seconds=1))
    again = publish_if_due(world.now + timedelta(seconds=2))

    assert (upgraded, again) == (True, False)
    newest = read_manifest(tmp_path / "upgraded")
    assert newest is not None
    assert newest.at == world.now + timedelta(seconds=1)


def test_announcement_is_on_both_pages_when_published(world: World, published: Callable[[], Path]) -> None:
    make_announcement(
        world, title_zh="客服热线调整", title_en="New hotline", body_en="**Now** <script>x</script>"
    )

    folder = published()

    english = (folder / "en/index.html").read_text()
    assert "客服热线调整" in (folder / "index.html").read_text()
    assert "New hotline" in english
    assert "<strong>Now</strong>" in english
    assert "<script>x" not in english


def test_first_visit_is_light_when_an_outage_is_going_on(world: World, published: Callable[[], Path]) -> None:
    make_past_day(world)
    make_incident(world, cause=Cause.OUTAGE)

    folder = published()

    wanted = [folder / "index.html.gz", *(folder / "assets").glob("*.gz")]
    assert sum(file.stat().st_size for file in wanted) < FIRST_VISIT_BYTES
    assert (folder / "_now.html.gz").stat().st_size < REFRESH_BYTES


def test_snapshot_needs_few_queries_when_there_are_many_incidents(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for index in range(20):
        make_incident(world, ago=timedelta(hours=index + 1), lasted=timedelta(minutes=5))

    with django_assert_max_num_queries(25):
        build(world.now)


def test_manifest_is_none_when_the_folder_is_damaged(tmp_path: Path, world: World) -> None:
    write(build(world.now), tmp_path)
    (tmp_path / "current" / ".manifest.json").write_text("{")

    assert read_manifest(tmp_path) is None


@pytest.mark.django_db
def test_publisher_does_nothing_when_another_one_is_at_work(
    world: World, tmp_path: Path, settings: Settings
) -> None:
    settings.SNAPSHOT_DIR = tmp_path
    with (tmp_path / ".publishing").open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)

        assert not publish_if_due(world.now)

    assert publish_if_due(world.now)

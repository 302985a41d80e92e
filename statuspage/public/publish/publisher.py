"""Publishes: reads a snapshot, writes its files complete and compressed, and switches to them in one step."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.storage import storages

from statuspage import clock
from statuspage.incidents.reading import announcement_turned
from statuspage.monitoring.models import Progress
from statuspage.public.publish.build import build_id
from statuspage.public.publish.filling import fill
from statuspage.public.publish.manifest import POINTER, Manifest
from statuspage.public.publish.mirror import mirror
from statuspage.public.publish.shelf import MANIFESTS, open_shelf, point_to, remove_old
from statuspage.public.read.recent import RecentReader
from statuspage.public.read.snapshot import build
from statuspage.public.read.values import Snapshot

NEW_AT_ONCE = 50
_recent = RecentReader()


def publish_if_due(now: datetime) -> bool:
    """Publish where something changed since the last time, or where the page's age is to be renewed.

    While another process or thread publishes, nothing is done: the next look will find what is then due.
    """
    with _alone(".publishing") as alone:
        if not alone or not _is_due(now):
            return False
        publish(now)
        return True


def publish(now: datetime, folder: Path | None = None) -> Manifest:
    """Render everything public at ``now`` into a new snapshot and switch to it.

    Where anything fails, the last good snapshot stays and the error is raised.
    """
    manifest = write(build(now, _recent), folder or settings.SNAPSHOT_DIR)
    Progress.objects.update_or_create(pk=1, defaults={"published_at": now})
    return manifest


def write(snapshot: Snapshot, folder: Path, *, at_once: int = NEW_AT_ONCE) -> Manifest:
    """Render ``snapshot`` into ``folder``; files that would come out the same are taken over.

    Of pages of old incidents that are new or no longer right, as after an upgrade, only ``at_once``
    are made; the manifest then says that it is not complete, and the others follow.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shelf = open_shelf(folder, snapshot.at, MANIFESTS.read(folder / POINTER))
    try:
        entries, postponed = fill(shelf, snapshot, at_once=at_once)
        manifest = Manifest(
            at=snapshot.at,
            known_until=snapshot.known_until,
            off_s=clock.machine_is_off().total_seconds(),
            folder=shelf.target.name,
            entries=tuple(entries),
            complete=postponed == 0,
            build=build_id(),
        )
        shelf.finish(manifest)
        point_to(shelf.target, folder)
    except BaseException:
        shutil.rmtree(shelf.target, ignore_errors=True)
        raise
    remove_old(folder, keep=shelf.target.name)
    return manifest


def mirror_if_wanted() -> bool:
    """Carry what is published to the storage that is set, unless another process does already."""
    if "snapshot" not in settings.STORAGES:
        return False
    with _alone(".mirroring") as alone:
        if alone:
            mirror(settings.SNAPSHOT_DIR, storages["snapshot"])
        return alone


def _is_due(now: datetime) -> bool:
    """Whether something changed, the page has grown old, or another version of this program made it."""
    progress = Progress.objects.only("changed_at", "published_at").first()
    if progress is None or progress.published_at is None:
        return True
    if progress.changed_at is not None and progress.changed_at >= progress.published_at:
        return True
    # A page from a time that has not come yet is as wrong as an old one.
    if abs(now - progress.published_at) >= timedelta(seconds=settings.PUBLISH_SECONDS):
        return True
    if announcement_turned(progress.published_at, now):
        return True
    last = MANIFESTS.read(settings.SNAPSHOT_DIR / POINTER)
    return last is None or not last.complete or last.build != build_id()


@contextmanager
def _alone(name: str) -> Iterator[bool]:
    """Whether no other process holds the file ``name``; then none does until the block ends."""
    folder = settings.SNAPSHOT_DIR
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True

"""Writes the snapshot to its folder, complete and compressed, and switches to it in one step."""

import fcntl
import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import msgspec
from django.conf import settings
from django.core.files.storage import storages

from statuspage.monitoring.models import Progress
from statuspage.public.assets import assets, build_id
from statuspage.public.headers import Kind
from statuspage.public.publish.manifest import POINTER, Entry, Manifest
from statuspage.public.publish.mirror import mirror
from statuspage.public.publish.shelf import MANIFESTS, Shelf, fingerprint, open_shelf, point_to, remove_old
from statuspage.public.read.snapshot import Readers, build
from statuspage.public.read.values import Snapshot
from statuspage.public.render.api_v2 import api_drafts
from statuspage.public.render.badges import badge_drafts
from statuspage.public.render.calendar import calendar_drafts
from statuspage.public.render.drafts import Draft
from statuspage.public.render.feeds import feed_drafts
from statuspage.public.render.pages import page_drafts
from statuspage.public.render.widget import widget_drafts

log = logging.getLogger(__name__)
NEW_AT_ONCE = 100
_readers = Readers()


def publish_if_due(now: datetime) -> bool:
    """Publish where something changed since the last time, or where the page's age is to be renewed.

    What another version of this program published is replaced at once.

    While another process or thread publishes, nothing is done: the next look will find what is then due.
    """
    with _alone(settings.SNAPSHOT_DIR, ".publishing") as alone:
        return alone and _publish_if_due(now)


def mirror_if_wanted() -> bool:
    """Carry what is published to the storage that is set, unless another process does already."""
    if "snapshot" not in settings.STORAGES:
        return False
    with _alone(settings.SNAPSHOT_DIR, ".mirroring") as alone:
        if alone:
            mirror(settings.SNAPSHOT_DIR, storages["snapshot"])
        return alone


def _publish_if_due(now: datetime) -> bool:
    progress = Progress.objects.only("changed_at", "published_at").first()
    published_at = progress.published_at if progress else None
    if progress and published_at:
        changed = progress.changed_at is not None and progress.changed_at >= published_at
        is_fresh = now - published_at < timedelta(seconds=settings.PUBLISH_SECONDS)
        last = MANIFESTS.read(settings.SNAPSHOT_DIR / POINTER)
        is_ours = last is not None and last.complete and last.build == build_id()
        if not changed and is_fresh and is_ours:
            return False
    publish(now)
    return True


def publish(now: datetime, folder: Path | None = None) -> Manifest:
    """Render everything public at ``now`` into a new snapshot and switch to it.

    Where anything fails, the last good snapshot stays and the error is raised.
    """
    snapshot = build(now, _readers)
    manifest = write(snapshot, folder or settings.SNAPSHOT_DIR)
    Progress.objects.update_or_create(pk=1, defaults={"published_at": now})
    return manifest


def write(snapshot: Snapshot, folder: Path, *, at_once: int = NEW_AT_ONCE) -> Manifest:
    """Render ``snapshot`` into ``folder``; files whose key did not change are taken over.

    Of pages of old incidents that are new or no longer right, as after an upgrade, only ``at_once``
    are made; the manifest then says that it is not complete, and the others follow.
    """
    folder.mkdir(parents=True, exist_ok=True)
    last = MANIFESTS.read(folder / POINTER)
    shelf = open_shelf(folder, snapshot.at, last)
    try:
        entries, postponed = _write_all(snapshot, shelf, at_once)
        manifest = Manifest(
            at=snapshot.at,
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


def _write_all(snapshot: Snapshot, shelf: Shelf, at_once: int) -> tuple[list[Entry], int]:
    """The files that were written, and how many pages were put off."""
    entries: list[Entry] = []
    waiting = 0
    for draft in drafts(snapshot):
        before = shelf.known.get(draft.path)
        if draft.can_wait and (before is None or before.key != draft.key):
            waiting += 1
            if waiting > at_once:
                if before is not None:  # better as it was than not at all
                    shelf.keep(before)
                    entries.append(before)
                continue
        entries.append(_write_one(draft, shelf, before, snapshot.at))
    return entries, max(0, waiting - at_once)


def drafts(snapshot: Snapshot) -> Iterator[Draft]:
    """Everything that is published."""
    for asset in assets().values():
        yield Draft(
            path=asset.path,
            content_type=asset.content_type,
            key=asset.path,
            kind=Kind.ASSET,
            make=partial(bytes, asset.body),
        )
    for make in (page_drafts, api_drafts, feed_drafts, badge_drafts, calendar_drafts, widget_drafts):
        yield from make(snapshot)


def _write_one(draft: Draft, shelf: Shelf, before: Entry | None, at: datetime) -> Entry:
    if before and draft.key and before.key == draft.key:
        shelf.keep(before)
        return before
    body = draft.make()
    etag = fingerprint(body)
    if before and before.etag == etag and before.kind is draft.kind:
        shelf.keep(before)
        return msgspec.structs.replace(before, key=draft.key)
    return Entry(
        path=draft.path,
        content_type=draft.content_type,
        kind=draft.kind,
        etag=etag,
        key=draft.key,
        modified=at,
        encodings=shelf.put(draft.path, body, lasting=draft.kind is Kind.ASSET),
    )


@contextmanager
def _alone(folder: Path, name: str) -> Iterator[bool]:
    """Whether nobody else holds ``name`` in ``folder``; then nobody else does until the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True

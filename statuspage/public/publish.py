"""Writes the snapshot to its folder, complete and compressed, and switches to it in one step."""

import fcntl
import gzip
import hashlib
import logging
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path

import brotli  # type: ignore[import-untyped]  # it has no types
import msgspec
from django.conf import settings

from statuspage.monitoring.models import Progress
from statuspage.public.api import api_drafts
from statuspage.public.assets import assets
from statuspage.public.badges import badge_drafts
from statuspage.public.calendar import calendar_drafts
from statuspage.public.drafts import Draft
from statuspage.public.feeds import feed_drafts
from statuspage.public.manifest import MANIFEST, POINTER, Entry, Manifest, read_manifest
from statuspage.public.pages import page_drafts
from statuspage.public.recent import RecentReader
from statuspage.public.snapshot import build
from statuspage.public.values import Snapshot
from statuspage.public.widget import widget_drafts

log = logging.getLogger(__name__)
KEPT_SNAPSHOTS = 3
SMALLEST_COMPRESSED = 256
NEW_AT_ONCE = 100
_reader = RecentReader()


def publish_if_due(now: datetime) -> bool:
    """Publish where something changed since the last time, or where the page's age is to be renewed.

    While another process or thread publishes, nothing is done: the next look will find what is then due.
    """
    with _alone(settings.SNAPSHOT_DIR) as alone:
        return alone and _publish_if_due(now)


def _publish_if_due(now: datetime) -> bool:
    progress = Progress.objects.only("changed_at", "published_at").first()
    published_at = progress.published_at if progress else None
    if progress and published_at:
        changed = progress.changed_at is not None and progress.changed_at >= published_at
        is_fresh = now - published_at < timedelta(seconds=settings.PUBLISH_SECONDS)
        last = read_manifest(settings.SNAPSHOT_DIR)
        if not changed and is_fresh and last is not None and last.complete:
            return False
    publish(now)
    return True


def publish(now: datetime, folder: Path | None = None) -> Manifest:
    """Render everything public at ``now`` into a new snapshot and switch to it.

    Where anything fails, the last good snapshot stays and the error is raised.
    """
    snapshot = build(now, _reader)
    manifest = write(snapshot, folder or settings.SNAPSHOT_DIR)
    Progress.objects.update_or_create(pk=1, defaults={"published_at": now})
    return manifest


def write(snapshot: Snapshot, folder: Path, *, at_once: int = NEW_AT_ONCE) -> Manifest:
    """Render ``snapshot`` into ``folder``; files whose key did not change are taken over.

    Of pages of old incidents that are not there yet, as at the first start, only ``at_once`` are made; the
    manifest then says that it is not complete, and the others follow.
    """
    folder.mkdir(parents=True, exist_ok=True)
    last = read_manifest(folder)
    target = folder / f"{snapshot.at:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
    target.mkdir()
    try:
        entries, postponed = _write_all(snapshot, target, last, at_once)
        manifest = Manifest(
            at=snapshot.at, folder=target.name, entries=tuple(entries), complete=postponed == 0
        )
        (target / MANIFEST).write_bytes(msgspec.json.encode(manifest))
        _point_to(target, folder)
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise
    _remove_old(folder, keep=target.name)
    return manifest


def _write_all(
    snapshot: Snapshot, target: Path, last: Manifest | None, at_once: int
) -> tuple[list[Entry], int]:
    """The files that were written, and how many pages were put off."""
    known = last.by_path() if last else {}
    entries: list[Entry] = []
    waiting = 0
    for draft in drafts(snapshot):
        before = known.get(draft.path)
        if draft.can_wait and before is None:
            waiting += 1
            if waiting > at_once:
                continue
        entries.append(_write_one(draft, target, last, before, snapshot.at))
    return entries, max(0, waiting - at_once)


def drafts(snapshot: Snapshot) -> Iterator[Draft]:
    """Everything that is published."""
    for asset in assets().values():
        yield Draft(
            path=asset.path,
            content_type=asset.content_type,
            key=asset.path,
            cache="asset",
            make=partial(bytes, asset.body),
        )
    for make in (page_drafts, api_drafts, feed_drafts, badge_drafts, calendar_drafts, widget_drafts):
        yield from make(snapshot)


def file_name(path: str) -> str:
    """Where a public path lies in the snapshot's folder, as a plain web server would look for it."""
    return path.lstrip("/") + ("index.html" if path.endswith("/") else "")


def _write_one(
    draft: Draft, target: Path, last: Manifest | None, before: Entry | None, at: datetime
) -> Entry:
    file = target / file_name(draft.path)
    file.parent.mkdir(parents=True, exist_ok=True)
    if last and before and draft.key and before.key == draft.key:
        source = target.parent / last.folder / file_name(draft.path)
        for suffix in ("", *(f".{name}" for name in before.encodings)):
            os.link(f"{source}{suffix}", f"{file}{suffix}")
        return before
    body = draft.make()
    etag = hashlib.blake2b(body, digest_size=9).hexdigest()
    same = before is not None and before.etag == etag
    encodings = _compress(body, file, draft)
    file.write_bytes(body)
    return Entry(
        path=draft.path,
        content_type=draft.content_type,
        cache=draft.cache,
        etag=etag,
        key=draft.key,
        modified=before.modified if before and same else at,
        encodings=encodings,
    )


def _compress(body: bytes, file: Path, draft: Draft) -> tuple[str, ...]:
    """Write the compressed forms; what is fetched once and kept for ever is worth the slowest compression."""
    if len(body) < SMALLEST_COMPRESSED:
        return ()
    packed, zipped = _packed_asset(body) if draft.cache == "asset" else _packed(body, 5, 6)
    Path(f"{file}.br").write_bytes(packed)
    Path(f"{file}.gz").write_bytes(zipped)
    return ("br", "gz")


def _packed(body: bytes, brotli_quality: int, gzip_level: int) -> tuple[bytes, bytes]:
    return brotli.compress(body, quality=brotli_quality), gzip.compress(body, gzip_level, mtime=0)


@cache
def _packed_asset(body: bytes) -> tuple[bytes, bytes]:
    return _packed(body, 11, 9)


def _point_to(target: Path, folder: Path) -> None:
    """Switch in one step: a rename replaces the link, and a reader sees the old one or the new one."""
    link = folder / f".{target.name}.link"
    link.symlink_to(target.name)
    link.replace(folder / POINTER)


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Whether nobody else publishes into ``folder``; then nobody else does until the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".publishing").open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _remove_old(folder: Path, *, keep: str) -> None:
    for old in _snapshots(folder)[:-KEPT_SNAPSHOTS]:
        if old.name != keep:
            shutil.rmtree(old, ignore_errors=True)


def _snapshots(folder: Path) -> list[Path]:
    found: Iterable[Path] = (entry for entry in folder.iterdir() if entry.is_dir() and not entry.is_symlink())
    return sorted(found, key=lambda entry: entry.stat().st_mtime)

"""Carries what is published to another storage, as one behind a CDN; the local page never waits for it."""

import logging
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import msgspec
from django.core.files.base import ContentFile
from django.core.files.storage import Storage

from statuspage.public.headers import CACHE_CONTROL, Kind
from statuspage.public.publish.manifest import AGED, Entry, Manifest, file_name, read_manifest
from statuspage.public.publish.shelf import fingerprint

log = logging.getLogger(__name__)
STATE = ".mirror.json"


class Mirrored(msgspec.Struct, frozen=True, kw_only=True):
    """``carried`` holds the ETag of each path in the storage; ``at`` that of the last whole snapshot."""

    carried: dict[str, str] = {}
    at: datetime | None = None
    failures: int = 0


def mirrored(folder: Path) -> Mirrored:
    """What was carried so far out of ``folder``."""
    try:
        return msgspec.json.decode((folder / STATE).read_bytes(), type=Mirrored)
    except (OSError, msgspec.DecodeError):
        return Mirrored()


def mirror(folder: Path, storage: Storage) -> Mirrored:
    """Carry over what changed since the last time, and then remove what is gone.

    What fails is logged, counted and tried again by the next call, which goes on where this one stopped.
    """
    manifest, before = read_manifest(folder), mirrored(folder)
    if manifest is None or manifest.at == before.at:
        return before
    carried, at, failures = dict(before.carried), before.at, before.failures
    try:
        _carry(manifest, folder, storage, carried)
        at = manifest.at
    except Exception:  # a storage may raise anything; the next call tries again
        failures += 1
        log.exception("what is published could not be carried to the storage; trying again")
    after = Mirrored(carried=carried, at=at, failures=failures)
    _remember(folder, after)
    return after


def _carry(manifest: Manifest, folder: Path, storage: Storage, carried: dict[str, str]) -> None:
    # Whoever serves the storage cannot know how old it is; the pages' own script does.
    fresh = [entry for entry in manifest.entries if not entry.path.startswith(AGED)]
    for entry in _in_order(fresh):
        if carried.get(entry.path) != entry.etag:
            _put(entry, folder / manifest.folder / file_name(entry.path), storage)
            carried[entry.path] = entry.etag
    for path in carried.keys() - {entry.path for entry in fresh}:
        storage.delete(file_name(path))
        del carried[path]


def _in_order(entries: Iterable[Entry]) -> list[Entry]:
    """What others refer to comes before them: assets, then what programs read, then pages, the front last."""
    kinds = (Kind.ASSET, Kind.ICON, Kind.FEED, Kind.API, Kind.EMBED, Kind.PAGE)
    return sorted(
        entries, key=lambda entry: (kinds.index(entry.kind), -entry.path.count("/"), -len(entry.path))
    )


def _put(entry: Entry, file: Path, storage: Storage) -> None:
    body = file.read_bytes()
    if fingerprint(body) != entry.etag:
        raise FileNotFoundError(f"{file} belongs to a newer snapshot by now")
    _describe(entry, storage)
    name = file_name(entry.path)
    stored = storage.save(name, _content(entry, body))
    if stored != name:  # the storage does not overwrite
        storage.delete(stored)
        storage.delete(name)
        storage.save(name, _content(entry, body))


def _content(entry: Entry, body: bytes) -> "ContentFile[bytes]":
    content = ContentFile(body)
    content.content_type = entry.content_type  # type: ignore[attr-defined]  # S3's and others' storages read it
    return content


def _describe(entry: Entry, storage: Storage) -> None:
    """Storages of the S3 kind send these along with the next file."""
    given = getattr(storage, "object_parameters", None)
    if isinstance(given, dict):
        storage.object_parameters = {**given, "CacheControl": CACHE_CONTROL[entry.kind]}  # type: ignore[attr-defined]


def _remember(folder: Path, state: Mirrored) -> None:
    new = folder / f"{STATE}.new"
    new.write_bytes(msgspec.json.encode(state))
    new.replace(folder / STATE)

"""The folder that a snapshot is written into, where what an older one left is kept as far as it is right."""

import gzip
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

import brotli
import msgspec

from statuspage.public.publish.manifest import (
    FRESH,
    MANIFEST,
    POINTER,
    Entry,
    Manifest,
    ManifestKeeper,
    file_name,
    fresh_names,
)

KEPT_SNAPSHOTS = 3
# What fits into one packet with its head is there no sooner for being smaller; and most files of a large site
# are feeds and badges of that size, each with two more files otherwise.
SMALLEST_COMPRESSED = 1024
# Formats that are packed themselves.
PACKED = (".png", ".ico", ".jpg", ".webp")
MANIFESTS = ManifestKeeper(KEPT_SNAPSHOTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """``there`` lie in ``target`` already; ``known`` are the files of the last snapshot, in ``last``.

    A file is never changed in place, because snapshots share what is the same in them.
    """

    target: Path
    there: Mapping[str, Entry]
    last: Path
    known: Mapping[str, Entry]
    _made: set[Path] = field(default_factory=set)  # folders

    def keep(self, entry: Entry) -> None:
        """Take a file over from the last snapshot."""
        if self._has(entry):
            return
        source, file = self.last / file_name(entry.path), self._room_for(entry.path)
        for suffix in ("", *(f".{name}" for name in entry.encodings)):
            os.link(f"{source}{suffix}", f"{file}{suffix}")

    def put(self, path: str, body: bytes, *, lasting: bool) -> tuple[str, ...]:
        """Write a file and its compressed forms, whose names it gives; the slowest ones where it lasts."""
        file = self._room_for(path)
        file.write_bytes(body)
        if len(body) < SMALLEST_COMPRESSED or path.endswith(PACKED):
            return ()
        packed, zipped = _packed_asset(body) if lasting else _packed(body, 5, 6)
        Path(f"{file}.br").write_bytes(packed)
        Path(f"{file}.gz").write_bytes(zipped)
        return ("br", "gz")

    def finish(self, manifest: Manifest) -> None:
        """Remove what is of no use any more, and write the manifest."""
        wanted = {entry.path for entry in manifest.entries}
        for path in self.there.keys() - wanted:
            _remove_forms(self.target / file_name(path), self.there[path])
        _mark_fresh(self.target / FRESH, manifest.as_of)
        (self.target / MANIFEST).write_bytes(msgspec.json.encode(manifest))
        MANIFESTS.keep(self.target.resolve(), manifest)

    def _has(self, entry: Entry) -> bool:
        lying = self.there.get(entry.path)
        return lying is not None and (lying.etag, lying.encodings) == (entry.etag, entry.encodings)

    def _room_for(self, path: str) -> Path:
        file = self.target / file_name(path)
        if path in self.there:
            _remove_forms(file, self.there[path])
        elif file.parent not in self._made:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(file.parent)
        return file


def open_shelf(folder: Path, at: datetime, last: Manifest | None) -> Shelf:
    """A folder for the snapshot of ``at``: the oldest one, where there are enough, or a new one."""
    target = folder / f"{at:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
    known = last.by_path() if last else {}
    source = folder / (last.folder if last else target.name)
    oldest = _oldest_of_enough(folder, last)
    left = MANIFESTS.take(oldest) if oldest else None
    if oldest is None or left is None:
        target.mkdir()
        return Shelf(target=target, there={}, last=source, known=known)
    # 1. Nobody reads the oldest any more, and on a large site nearly every file in it is still right. To link
    #    all of them into a new folder and to remove the old one takes a publication of 1,000 components and
    #    5,000 incidents 5 s instead of 0.8 s, and the disk far more.
    oldest.rename(target)
    # 2. A folder that is half rewritten must never be taken for a whole one, so its manifest goes first.
    (target / MANIFEST).unlink()
    return Shelf(target=target, there=left.by_path(), last=source, known=known)


def _oldest_of_enough(folder: Path, last: Manifest | None) -> Path | None:
    """The oldest snapshot, where so many are kept that it may go; never the one that is shown."""
    old = _snapshots(folder)
    if last is None or len(old) < KEPT_SNAPSHOTS or old[0].name == last.folder:
        return None
    return old[0]


def point_to(target: Path, folder: Path) -> None:
    """Switch in one step: a rename replaces the link, and a reader sees the old one or the new one."""
    link = folder / f".{target.name}.link"
    link.symlink_to(target.name)
    link.replace(folder / POINTER)


def remove_old(folder: Path, *, keep: str) -> None:
    """Leave the newest few snapshots, ``keep`` among them."""
    for old in _snapshots(folder)[:-KEPT_SNAPSHOTS]:
        if old.name != keep:
            shutil.rmtree(old, ignore_errors=True)


def fingerprint(body: bytes) -> str:
    """The ETag of a file's plain form."""
    return hashlib.blake2b(body, digest_size=9).hexdigest()


def _mark_fresh(folder: Path, at: datetime) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name in fresh_names(at):
        (folder / name).touch()


def _snapshots(folder: Path) -> list[Path]:
    found: Iterable[Path] = (entry for entry in folder.iterdir() if entry.is_dir() and not entry.is_symlink())
    return sorted(found, key=lambda entry: entry.stat().st_mtime)


def _remove_forms(file: Path, lying: Entry) -> None:
    for suffix in ("", *(f".{name}" for name in lying.encodings)):
        Path(f"{file}{suffix}").unlink(missing_ok=True)


def _packed(body: bytes, brotli_quality: int, gzip_level: int) -> tuple[bytes, bytes]:
    return brotli.compress(body, quality=brotli_quality), gzip.compress(body, gzip_level, mtime=0)


@cache
def _packed_asset(body: bytes) -> tuple[bytes, bytes]:
    return _packed(body, 11, 9)

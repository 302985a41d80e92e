"""What a published snapshot consists of: written by the publisher, read by the server; knows no Django."""

from datetime import datetime
from pathlib import Path

import msgspec

MANIFEST = ".manifest.json"
POINTER = "current"
STALE_AFTER_S = 120  # a page that is older says so


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One published file. ``encodings`` are its compressed forms; ``modified`` is since when it is so."""

    path: str
    content_type: str
    cache: str
    etag: str
    key: str | None
    modified: datetime
    encodings: tuple[str, ...]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """All files of the snapshot that was made ``at``; not ``complete`` while old incidents' pages follow."""

    at: datetime
    folder: str
    entries: tuple[Entry, ...]
    complete: bool = True

    def by_path(self) -> dict[str, Entry]:
        """All of them by public path."""
        return {entry.path: entry for entry in self.entries}


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of the snapshot that ``folder`` points to; None where none can be read."""
    try:
        raw = (folder / POINTER / MANIFEST).read_bytes()
        return msgspec.json.decode(raw, type=Manifest)
    except (OSError, msgspec.DecodeError):
        return None

"""What a published snapshot consists of: written by the publisher, read by the server; knows no Django."""

from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from statuspage.ages import STALE_AFTER_S, as_of
from statuspage.public.headers import Kind

MANIFEST = ".manifest.json"
POINTER = "current"
# Where a file lies for each ten seconds, by their number since 1970, in which the snapshot is not too old: by
# these nginx knows, which has a clock and no arithmetic.
FRESH = ".fresh"
FRESH_STEP_S = 10
# Where the form lies that is served of a page when nothing newer came for too long.
AGED = "/.aged"


class Entry(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One published file. ``encodings`` are its compressed forms; ``modified`` is since when it is so."""

    path: str
    content_type: str
    kind: Kind
    etag: str
    key: str | None
    modified: datetime
    encodings: tuple[str, ...]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """All files of the snapshot that was made ``at`` by the program of ``build``.

    What it says of how things stand rests on what was known until ``known_until``. The machine's clock, which
    servers go by, was ``off_s`` ahead of the site's, which doubted it. It is not ``complete`` while old
    incidents' pages follow.
    """

    at: datetime
    known_until: datetime | None = None
    off_s: float = 0.0
    folder: str
    entries: tuple[Entry, ...]
    complete: bool = True
    build: str = ""

    @property
    def as_of(self) -> datetime:
        """The moment from which on it grows old, by the clock of the machine that serves it."""
        return as_of(self.at, self.known_until) + timedelta(seconds=self.off_s)

    def by_path(self) -> dict[str, Entry]:
        """All of them by public path."""
        return {entry.path: entry for entry in self.entries}


def fresh_names(at: datetime) -> list[str]:
    """The names of the files in ``FRESH`` of a snapshot as of ``at``."""
    first, last = (int(at.timestamp() + by) // FRESH_STEP_S for by in (-STALE_AFTER_S, STALE_AFTER_S))
    # The first and the last ten seconds are so only in part.
    return [str(number) for number in range(first + 1, last)]


def file_name(path: str) -> str:
    """Where a public path lies in the snapshot's folder, as a plain web server would look for it."""
    return path.lstrip("/") + ("index.html" if path.endswith("/") else "")


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of the snapshot that ``folder`` points to; None where none can be read."""
    return manifest_in(folder / POINTER)


def manifest_in(snapshot: Path) -> Manifest | None:
    """The manifest of one snapshot; None where it cannot be read. It is of no other snapshot than it says."""
    try:
        return msgspec.json.decode((snapshot / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError):
        return None


class ManifestKeeper:
    """Keeps the newest manifests that one process wrote or read, by the folders of their snapshots.

    A folder has a name of its own and one manifest for as long as it lies there. On a large site each
    publication needs two, and without this takes 0.1 s longer.
    """

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._known: dict[Path, Manifest] = {}

    def read(self, snapshot: Path) -> Manifest | None:
        """As :func:`manifest_in`, where ``snapshot`` is the folder or a link to it."""
        try:
            folder = snapshot.resolve(strict=True)
            (folder / MANIFEST).stat()
        except OSError:
            return None
        manifest = self._known.get(folder) or manifest_in(folder)
        if manifest is not None:
            self.keep(folder, manifest)
        return manifest

    def take(self, folder: Path) -> Manifest | None:
        """The manifest of a snapshot whose folder is about to become another's; it is forgotten."""
        manifest = self.read(folder)
        self._known.pop(folder.resolve(), None)
        return manifest if manifest is not None and manifest.folder == folder.name else None

    def keep(self, folder: Path, manifest: Manifest) -> None:
        """Remember what was written into ``folder``, or has just been of use."""
        self._known.pop(folder, None)
        self._known[folder] = manifest
        for old in list(self._known)[: -self._kept]:
            del self._known[old]

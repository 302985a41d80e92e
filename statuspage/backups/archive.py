"""The one file of a backup: a tar with what it is of, the database, and sums by which damage shows."""

import gzip
import hashlib
import io
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

import msgspec

FORMAT = 1
# Of these only the tables: a session in a backup would let in whoever reads it, and one that was ended would
# come back. The first is that of older versions.
LEFT_EMPTY = ("django_session", "entrance_opensession", "entrance_loginattempts")
MANIFEST, MANIFEST_SUM, DATABASE = "manifest.json", "manifest.json.sha256", "database.gz"
_CHUNK = 1 << 20


class BackupError(Exception):
    """Nothing was backed up, or nothing restored; the message says why and what to do."""


class BackupManifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup is of. ``migrations``: names by app; ``rows``: how many each table has."""

    format: int = FORMAT
    version: str
    engine: str
    made_at: str
    migrations: dict[str, list[str]]
    rows: dict[str, int]
    sha256: str


def write_archive(file: IO[bytes], manifest: BackupManifest, packed: Path) -> None:
    """Write the tar to an open file; ``packed`` is the database as ``pack`` left it."""
    described = msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, body in (
            (MANIFEST, described),
            (MANIFEST_SUM, hashlib.sha256(described).hexdigest().encode()),
        ):
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(body), 0o600
            archive.addfile(member, io.BytesIO(body))
        archive.add(packed, arcname=DATABASE, filter=_for_owner_alone)


def pack(source: Path, target: Path) -> str:
    """Compress ``source`` into ``target``; the SHA-256 of ``target``."""
    with source.open("rb") as plain, gzip.open(target, "wb", compresslevel=5) as packed:
        shutil.copyfileobj(plain, packed, _CHUNK)
    with target.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def opened(source: Path) -> Iterator[tuple[BackupManifest, tarfile.TarFile]]:
    """A backup and what it says of itself; raises BackupError where it is none, or damaged."""
    with ExitStack() as stack:
        try:
            archive = stack.enter_context(tarfile.open(source, mode="r:"))
            manifest = _described(archive, source)
        except tarfile.TarError as error:
            raise BackupError(
                f"{source}: this is no backup of Fogbreak, or it is damaged ({error})"
            ) from error
        except OSError as error:
            raise BackupError(f"{error.filename or source}: {error.strerror or error}") from error
        yield manifest, archive


def unpack(archive: tarfile.TarFile, manifest: BackupManifest, target: Path) -> None:
    """Bring the database out into ``target``; raises BackupError where a byte of it is not as it was."""
    try:
        _bring_out(archive, manifest, target)
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BackupError(f"the backup is damaged: {error}") from error
    except OSError as error:
        raise BackupError(f"{error.filename or target}: {error.strerror or error}") from error


def _bring_out(archive: tarfile.TarFile, manifest: BackupManifest, target: Path) -> None:
    packed = _member(archive, DATABASE)
    digest = hashlib.sha256()
    while chunk := packed.read(_CHUNK):
        digest.update(chunk)
    if digest.hexdigest() != manifest.sha256:
        raise BackupError("the backup is damaged: its database is not what was written; take another one")
    packed.seek(0)
    with gzip.open(packed, "rb") as plain, target.open("wb") as file:
        shutil.copyfileobj(plain, file, _CHUNK)


def _described(archive: tarfile.TarFile, source: Path) -> BackupManifest:
    body = _member(archive, MANIFEST).read()
    if hashlib.sha256(body).hexdigest().encode() != _member(archive, MANIFEST_SUM).read():
        raise BackupError(f"{source}: the backup is damaged: {MANIFEST} is not what was written")
    try:
        manifest = msgspec.json.decode(body, type=BackupManifest)
    except msgspec.DecodeError as error:
        raise BackupError(f"{source}: {MANIFEST} is not as this version writes it: {error}") from error
    if manifest.format != FORMAT:
        raise BackupError(
            f"{source}: the backup has the format {manifest.format}, this version reads {FORMAT}"
        )
    return manifest


def _member(archive: tarfile.TarFile, name: str) -> IO[bytes]:
    try:
        file = archive.extractfile(name)
    except KeyError:
        file = None
    if file is None:
        raise tarfile.ReadError(f"{name} is missing")
    return file


def _for_owner_alone(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member

"""Examines files: room on the disk, who may read what, what was collected."""

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from stat import S_IMODE, S_IROTH, S_IRWXO, S_IXOTH

from django.conf import settings
from django.db import connection

from statuspage.doctor.findings import Area, Finding, error, warning
from statuspage.public.publish.manifest import POINTER
from statuspage.wording import doctor as words

LITTLE_MB, TOO_LITTLE_MB, LITTLE_PERCENT = 2000, 300, 5
MEGA = 1_000_000
# Where deploy/systemd reads the variables from, and where README writes them to.
ENVIRONMENTS = (Path("/etc/fogbreak/environment"), settings.BASE_DIR / "fogbreak.env")


def examine_places() -> Iterator[Finding]:
    """The folders of this machine; needs no database."""
    for folder in dict.fromkeys((settings.VAR_DIR, settings.SNAPSHOT_DIR)):
        if folder.is_dir():
            usage = shutil.disk_usage(folder)
            yield from room(folder, free=usage.free, total=usage.total)
            yield from writable(folder)
    yield from private(secret_files())
    if connection.vendor == "sqlite":
        yield from growth(Path(str(settings.DATABASES["default"]["NAME"])))
    if settings.TRUSTED_PROXIES:
        yield from readable_by_nginx(settings.SNAPSHOT_DIR / POINTER)
    if not (settings.DEBUG or (Path(settings.STATIC_ROOT) / "staticfiles.json").is_file()):
        yield error(Area.FILES, str(settings.STATIC_ROOT), words.STATIC_MISSING)


def room(folder: Path, *, free: int, total: int) -> Iterator[Finding]:
    """Bytes that are free where a folder lies."""
    percent = round(100 * free / total)
    if free < LITTLE_MB * MEGA or percent < LITTLE_PERCENT:
        make = error if free < TOO_LITTLE_MB * MEGA else warning
        yield make(Area.FILES, str(folder), words.DISK_FULL, n=free // MEGA, percent=percent)


def growth(database: Path) -> Iterator[Finding]:
    """Whether there is room for a second copy of SQLite's file, which a backup and a VACUUM need."""
    if not database.is_file():
        return
    size, free = database.stat().st_size, shutil.disk_usage(database.parent).free
    if size > free:
        yield warning(Area.FILES, str(database), words.NO_ROOM_FOR_COPY, n=size // MEGA, free=free // MEGA)


def writable(folder: Path) -> Iterator[Finding]:
    """Whether whoever runs this may write there, as the site's user must."""
    probe = folder / ".doctor"
    try:
        probe.touch()
        probe.unlink()
    except OSError:
        yield error(Area.FILES, str(folder), words.NOT_WRITABLE)


def private(files: Iterable[Path]) -> Iterator[Finding]:
    """Files that none but the site's user and group should read."""
    for file in files:
        mode = _mode(file)
        if mode is not None and mode & S_IRWXO:
            yield error(
                Area.FILES, str(file), words.OPEN_TO_OTHERS, mode=f"{S_IMODE(mode):04o}", path=str(file)
            )


def secret_files() -> list[Path]:
    """The database, what lies in the folder of secrets, and the variables."""
    files = list(ENVIRONMENTS)
    if connection.vendor == "sqlite":
        files.append(Path(str(settings.DATABASES["default"]["NAME"])))
    folder = settings.SECRETS_DIR
    return files + ([file for file in sorted(folder.rglob("*")) if file.is_file()] if folder.is_dir() else [])


def readable_by_nginx(published: Path) -> Iterator[Finding]:
    """Whether a user of another group can walk to what is published, and list it."""
    try:
        target = published.resolve(strict=True)
    except OSError:
        return  # nothing is published, which is told elsewhere
    for folder in (*reversed(target.parents), target):
        mode = _mode(folder) or 0
        wanted = S_IXOTH | (S_IROTH if folder == target else 0)
        if mode & wanted != wanted:
            yield warning(
                Area.FILES,
                str(folder),
                words.HIDDEN_FROM_NGINX,
                mode=f"{S_IMODE(mode):04o}",
                path=str(folder),
            )


def _mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except OSError:
        return None

"""Keeps on disk what was sent until the database knows it: a process that is killed sends nothing twice."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from django.conf import settings

# Called with what is noted of a parcel once the other side has taken it.
Note = Callable[[str], None]


@contextmanager
def journal() -> Iterator[Note]:
    """A file that this process holds; it is removed at the end, and stays where the block failed."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{token_hex(8)}.sent"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        # A whole line at once, past all buffers of the process: it stays though the process is killed.
        yield lambda line: _write(handle, line)
        path.unlink()
    finally:
        os.close(handle)


def left_behind() -> Iterator[tuple[Path, list[str]]]:
    """The files that no process holds any more, with what was noted in them."""
    for path in sorted(_folder().glob("*.sent")):
        try:
            handle = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield path, path.read_text(encoding="ascii").splitlines()
        except BlockingIOError:
            continue
        finally:
            os.close(handle)


def _write(handle: int, line: str) -> None:
    os.write(handle, f"{line}\n".encode("ascii"))


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "deliveries"

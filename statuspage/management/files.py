"""Files that a command was asked to write: whole or not at all, for a reader may come at any moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO


@contextmanager
def whole_file(target: Path, *, mode: int = 0o644) -> Iterator[IO[bytes]]:
    """A file that takes the place of ``target`` once the block has ended well; raises OSError."""
    with NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as file:
        part = Path(file.name)
        try:
            yield file
            file.flush()
            part.chmod(mode)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)

"""Which build of the program publishes: another one for everything that words and looks come from."""

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

from django.conf import settings

from statuspage.public.assets import assets

# Whatever words or renders anything lies here.
SOURCES = (
    ("statuspage", "*.py"),
    ("statuspage", "*.mo"),
    ("probes/vocabulary", "*.py"),
    ("templates/public", "*.html"),
)
# Libraries whose output is published.
LIBRARIES = ("django", "icalendar", "markdown-it-py", "nh3", "opencc", "pillow")


@cache
def build_id() -> str:
    """The build that runs: files that another one published are made anew."""
    return build_of(settings.BASE_DIR)


def build_of(folder: Path) -> str:
    """The build that the program in ``folder`` would be, with the libraries and assets of this one."""
    digest = hashlib.blake2b(digest_size=8)
    for name in LIBRARIES:
        digest.update(f"{name} {version(name)}\0".encode())
    for asset in assets().values():
        digest.update(asset.path.encode())
    for file in _sources(folder):
        digest.update(str(file.relative_to(folder)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _sources(folder: Path) -> Iterator[Path]:
    for room, pattern in SOURCES:
        yield from sorted((folder / room).rglob(pattern))

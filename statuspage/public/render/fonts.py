"""Fonts of this machine that can write Chinese and English, for what is drawn; none is shipped."""

import subprocess
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

# Where systems keep fonts with both scripts, the bold ones first.
KNOWN_PLACES = (
    "/usr/share/fonts/**/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/**/NotoSansCJK*-Bold.otf",
    "/usr/share/fonts/**/NotoSansSC-Bold.*",
    "/usr/share/fonts/**/SourceHanSans*-Bold.*",
    "/usr/share/fonts/**/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/**/wqy-*.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "/System/Library/Fonts/STHeiti Medium.ttc",
)
# Where no font has both scripts, English at least is written.
LATIN_PLACES = (
    "/usr/share/fonts/**/DejaVuSans-Bold.ttf",
    "/usr/share/fonts/**/LiberationSans-Bold.ttf",
    "/System/Library/Fonts/Helvetica.ttc",
)
# Of a collection, the face that writes characters as they are written in mainland China.
_CHINESE_FACE = " SC"
_MOST_FACES = 12
# In no font: what it looks like is what a font shows of any character that it lacks.
_MISSING = "\U0010fffe"
Font = ImageFont.FreeTypeFont


def font_for(text: str, size: int) -> Font | None:
    """A font of ``size`` pixels that has every character of ``text``; None where this machine has none.

    Boxes in the place of characters would say less than a picture without words.
    """
    for file, face in known_faces():
        try:
            font = _opened(file, face, size)
            if has_all(font, text):
                return font
        except OSError:  # it went since it was found, or is broken inside
            continue
    return None


def has_all(font: Font, text: str) -> bool:
    """Whether a font has something of its own for every character."""
    nothing = bytes(font.getmask(_MISSING))
    return all(bytes(font.getmask(character)) != nothing for character in set(text) - {" "})


@lru_cache(maxsize=32)
def _opened(file: str, face: int, size: int) -> Font:
    # The plain layout: Chinese and English need no other, and it is there in every build of Pillow.
    return ImageFont.truetype(file, size, index=face, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=1)
def known_faces() -> tuple[tuple[str, int], ...]:
    """Files and faces that open, in the order in which they are tried; looked for once."""
    found = ((file, _face_of(file)) for file in dict.fromkeys(_files()))
    return tuple((file, face) for file, face in found if face is not None)


def _files() -> Iterator[str]:
    yield from _lying(KNOWN_PLACES)
    yield from _by_fontconfig()
    yield from _lying(LATIN_PLACES)


def _lying(places: tuple[str, ...]) -> Iterator[str]:
    for place in places:
        start, _, pattern = place.partition("/**/")
        found = Path(start).rglob(pattern) if pattern else [Path(place)]
        yield from sorted(str(file) for file in found if file.is_file())


def _by_fontconfig() -> Iterator[str]:
    """What the system itself would write Chinese with, if it can say."""
    command = ["fc-match", "--format=%{file}", "sans-serif:bold:lang=zh-cn"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return
    if done.returncode == 0 and Path(done.stdout).suffix.lower() in {".ttf", ".ttc", ".otf"}:
        yield done.stdout


def _face_of(file: str) -> int | None:
    """The number of the face of a collection that is Chinese; 0 where it has none, or is no collection.

    None where the file is no font that can be opened.
    """
    for face in range(_MOST_FACES if file.endswith(".ttc") else 1):
        try:
            family, _ = ImageFont.truetype(file, 12, index=face).getname()
        except OSError:  # there are no more, if there was one
            return 0 if face else None
        if family and family.endswith(_CHINESE_FACE):
            return face
    return 0

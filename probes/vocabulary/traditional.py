"""Chinese in traditional characters, by OpenCC: it is written in simplified ones and converted when shown."""

from functools import cache, lru_cache
from typing import Any

# As characters are written in Taiwan; no words are replaced by other words.
CONVERSION = "s2tw"
REMEMBERED = 16_384


# The same sentences stand on every page, and are shown by each publication.
@lru_cache(REMEMBERED)
def traditional(text: str) -> str:
    """A text in traditional characters."""
    converted: str = _converter().convert(text)
    return converted


@cache
def _converter() -> Any:
    # Its dictionaries take 20 ms to load, and few processes need them.
    from opencc import OpenCC

    return OpenCC(CONVERSION)

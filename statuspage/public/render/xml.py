"""What XML can say: a document with any other character is none (XML 1.0, 2.2)."""

import re

_UNWRITABLE = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def writable(text: str) -> str:
    """``text`` without the characters that XML has no way to write."""
    return _UNWRITABLE.sub("", text)

"""The steps of "For real" as they stand in README.md, to be run word by word."""

import re
from collections.abc import Mapping
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"
_BLOCK = re.compile(r"^ *```sh\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
# What each block is found by; the order is README's.
BLOCKS = {
    "environment": "make .venv/.run-time",
    "variables": "SECRET_KEY=",
    "several": "DATABASE_URL=",
    "simulator": "manage.py simulate",
    "preparation": "manage.py migrate",
    "one-machine": "manage.py engine",
    "installation": "useradd",
    "units-of-one": "fogbreak-engine",
    "units-of-several": "fogbreak-schedule",
}


def blocks() -> dict[str, str]:
    """The commands of each step, by the names above; an AssertionError where README has others."""
    text = README.read_text(encoding="utf-8")
    section = text[text.index("\n## For real\n") : text.index("\n| variable | default |")]
    found = [re.sub(r"^ +", "", block, flags=re.MULTILINE) for block in _BLOCK.findall(section)]
    assert len(found) == len(BLOCKS), found
    named = dict(zip(BLOCKS, found, strict=True))
    for name, sign in BLOCKS.items():
        assert sign in named[name], (name, named[name])
    return named


def replaced(text: str, replacements: Mapping[str, str]) -> str:
    """``text`` with every key replaced; an AssertionError where one does not occur."""
    for old, new in replacements.items():
        assert old in text, f"{old!r} does not stand in README.md any more"
        text = text.replace(old, new)
    return text

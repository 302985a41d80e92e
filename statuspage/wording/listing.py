"""Every sentence of the room, with where it stands and what says it: found by walking the room."""

import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from string import Formatter

from probes.vocabulary.bilingual import Bilingual
from statuspage.wording.sentence import CAUSE_WORDS, Counted, Sentence

PACKAGE = "statuspage.wording"
ROOT = Path(__file__).parents[2]
# What only operators read, in the admin and on the command line.
FOR_OPERATORS = frozenset({"doctor", "entries", "problems", "trials"})
# Templates say these by their keys, or give the key to a part that says it.
_SAID_BY_KEY = re.compile(r"""(?:{% say |with what=)["'](\w+)["']""")

Said = Sentence | Counted | Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One sentence: its module, its ``address`` in that, and its texts; English has two of what it counts."""

    module: str
    address: str
    said: Said

    @property
    def zh(self) -> str:
        return self.said.zh

    @property
    def en(self) -> tuple[str, ...]:
        return (self.said.one, self.said.many) if isinstance(self.said, Counted) else (self.said.en,)

    @property
    def name(self) -> str:
        """The name in its module under which it stands, alone or among others."""
        return self.address.partition(".")[0]

    @property
    def is_public(self) -> bool:
        return self.module not in FOR_OPERATORS


def sentences() -> Iterator[Listed]:
    """Every sentence, by module and place."""
    for found in pkgutil.iter_modules(importlib.import_module(PACKAGE).__path__):
        module = importlib.import_module(f"{PACKAGE}.{found.name}")
        if module.__name__ == __name__:
            continue
        for name, value in vars(module).items():
            for address, said in _within(name, value):
                yield Listed(module=found.name, address=address, said=said)


def own_sentences() -> Iterator[Listed]:
    """The same, each once: not again where another module imported or another table holds it."""
    seen: set[int] = set()
    for listed in sentences():
        if id(listed.said) not in seen and (any(listed.en) or listed.zh):
            seen.add(id(listed.said))
            yield listed


def _within(address: str, value: object) -> Iterator[tuple[str, Said]]:
    if isinstance(value, Sentence | Counted | Bilingual):
        yield address, value
    elif isinstance(value, Mapping):
        for key, held in value.items():
            yield from _within(f"{address}.{key}", held)
    elif isinstance(value, tuple | list):
        for index, held in enumerate(value):
            yield from _within(f"{address}.{index}", held)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _within(f"{address}.{field.name}", getattr(value, field.name))


def placeholders(text: str) -> set[str]:
    """What is filled into a text, but for the words of causes."""
    words = {name for cause in CAUSE_WORDS for name in (cause.value, cause.value.capitalize())}
    return {name for _, name, _, _ in Formatter().parse(text) if name} - words


class Uses:
    """Which files say what, by the text of the sources and templates below ``root``."""

    def __init__(self, root: Path = ROOT) -> None:
        sources = sorted((root / "statuspage").rglob("*.py"))
        self._sources = {str(file.relative_to(root)): file.read_text("utf-8") for file in sources}
        self._keys: dict[str, list[str]] = {}
        for file in sorted((root / "templates").rglob("*.html")):
            for key in set(_SAID_BY_KEY.findall(file.read_text("utf-8"))):
                self._keys.setdefault(key, []).append(str(file.relative_to(root)))

    def of(self, listed: Listed) -> list[str]:
        """The files that say it: by its key the templates, by its name the sources."""
        own = f"statuspage/wording/{listed.module}.py"
        word = re.compile(rf"\b{listed.name}\b")
        reads = re.compile(rf"wording(\.{listed.module}\b|[\w.]* import [^\n]*\b{listed.module}\b)")
        files = [
            name
            for name, text in self._sources.items()
            if (len(word.findall(text)) > 1 if name == own else reads.search(text) and word.search(text))
        ]
        by_key = self._keys.get(listed.address.rpartition(".")[2], [])
        return by_key or files

"""A sentence in both languages, and what is filled into it: how everything in this room is written down.

Chinese sets one space between a character and a letter or digit, and none between two characters. What is
filled in begins and ends with either: the space follows from what meets, however the sentence is written.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from string import Formatter

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause

Value = Bilingual | str | int

# The word of each cause. Sentences hold it as a placeholder ({risk_control}, or {Risk_control} where English
# begins with it), so that to call a cause otherwise everywhere is to change its line here.
CAUSE_WORDS: Mapping[Cause, Bilingual] = {
    Cause.OUTAGE: Bilingual("系统故障", "outage"),
    Cause.MAINTENANCE: Bilingual("维护", "maintenance"),
    Cause.RISK_CONTROL: Bilingual("风控", "risk checks"),
    Cause.POLICY_CHANGE: Bilingual("政策变化", "policy change"),
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said, whole or as a part of a sentence, with a {placeholder} for each thing that varies."""

    zh: str
    en: str

    def say(self, **values: Value) -> Bilingual:
        """The text with ``values`` and the words of causes filled in; a missing one raises KeyError."""
        return Bilingual(_filled(self.zh, "zh", values), _filled(self.en, "en", values))


@dataclass(frozen=True, slots=True)
class Counted:
    """What is said of ``{n}`` things, of which English speaks otherwise where there is but one."""

    zh: str
    one: str
    many: str

    def say(self, *, n: int, **values: Value) -> Bilingual:
        """As :meth:`Sentence.say`."""
        return Sentence(self.zh, self.one if n == 1 else self.many).say(n=n, **values)


class _Filling(dict[str, str | int]):
    """Values in one language; a name that is not among them is that of a cause."""

    def __init__(self, values: Mapping[str, Value], language: str) -> None:
        super().__init__(
            (name, value.in_(language) if isinstance(value, Bilingual) else value)
            for name, value in values.items()
        )
        self._language = language

    def __missing__(self, name: str) -> str:
        for cause, word in CAUSE_WORDS.items():
            if name.lower() == cause.value:
                return (word if name.islower() else word.capitalised()).in_(self._language)
        raise KeyError(name)


_HAN, _LATIN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff", "0-9A-Za-z%"
_FULL_WIDTH = "\u2026\u3001-\u3011\uff01-\uff5e"
_SEAM = "\0"  # no text has it
_APART = re.compile(f"(?<=[{_HAN}]) *{_SEAM} *(?=[{_LATIN}])|(?<=[{_LATIN}]) *{_SEAM} *(?=[{_HAN}])")
_CLOSE = re.compile(
    f"(?<=[{_FULL_WIDTH}]) *{_SEAM} *| *{_SEAM} *(?=[{_FULL_WIDTH}])|(?<=[{_HAN}]) *{_SEAM} *(?=[{_HAN}])"
)


def _filled(text: str, language: str, values: Mapping[str, Value]) -> str:
    if "{" not in text:
        return text
    filling = _Filling(values, language)
    if language != "zh":
        return text.format_map(filling)
    told = [part if name is None else str(filling[name]) for part, name in _parts(text)]
    seamed = _SEAM.join(part for part in told if part)
    return _CLOSE.sub("", _APART.sub(" ", seamed)).replace(_SEAM, "")


@lru_cache(maxsize=2048)
def _parts(text: str) -> tuple[tuple[str, str | None], ...]:
    """What stands there and what is to be filled in, by its name, in turn."""
    parts: list[tuple[str, str | None]] = []
    for literal, name, _, _ in Formatter().parse(text):
        parts += [(literal, None), *([("", name)] if name else [])]
    return tuple(parts)

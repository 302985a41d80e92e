"""A sentence in both languages, and what is filled into it: how everything in this room is written down."""

from collections.abc import Mapping
from dataclasses import dataclass

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


def _filled(text: str, language: str, values: Mapping[str, Value]) -> str:
    return text.format_map(_Filling(values, language)) if "{" in text else text

"""Which variables a template may have, and how they are filled in: by plain substitution. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.occasions import Occasion

LONGEST = 5000
_VARIABLE = re.compile(r"\{\s*([A-Za-z_]+)\s*\}")


class FillingError(ValueError):
    """A template that cannot be filled in; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordValues:
    """What variables stand for; of what is None nothing is known."""

    site: Bilingual | None = None
    components: Bilingual | None = None
    title: Bilingual | None = None
    cause: Bilingual | None = None
    advice: Bilingual | None = None
    start: Bilingual | None = None
    end: Bilingual | None = None
    span: Bilingual | None = None
    duration: Bilingual | None = None
    usual_words: Bilingual | None = None


_PLANNED = ("site", "components", "title", "start", "end", "span", "duration", "usual_words")
_INCIDENT = ("site", "components", "title", "cause", "advice", "start", "duration")
_MAIL = ("site", "components", "title", "usual_words")


def variables_of(occasion: Occasion) -> tuple[str, ...]:
    """The variables that may stand in a template for this occasion."""
    if occasion.is_planned:
        return _PLANNED
    if occasion.is_mail:
        return _MAIL
    return _INCIDENT if occasion.is_incident else ("site",)


def unknown_in(text: str, occasion: Occasion) -> list[str]:
    """The variables in a template that are none of its occasion's, each once."""
    known = variables_of(occasion)
    return [name for name in dict.fromkeys(_VARIABLE.findall(text)) if name not in known]


def filled(template: Bilingual, filling: WordValues, *, longest: int = LONGEST) -> Bilingual:
    """The template in the languages that it has, its variables filled in; raises :class:`FillingError`.

    Neither text may be longer than ``longest`` characters.
    """
    return Bilingual(
        _filled(template.zh, filling, "zh", longest), _filled(template.en, filling, "en", longest)
    )


def _filled(text: str, filling: WordValues, language: str, longest: int) -> str:
    values = _values(filling, language)

    def value_of(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise FillingError(match[0])
        return values[match[1]]

    told = _VARIABLE.sub(value_of, text)
    if text and not told.strip():
        raise FillingError("…")
    if len(told) > longest:
        raise FillingError(f"> {longest}")
    return told


def _values(filling: WordValues, language: str) -> Mapping[str, str]:
    told = ((field.name, getattr(filling, field.name)) for field in fields(filling))
    return {name: value.in_(language) for name, value in told if value is not None}

"""Texts in the language that Django has active: the only part of the room that knows of Django."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeVar

from django.utils.functional import Promise, lazy
from django.utils.translation import get_language

from probes.vocabulary.bilingual import Bilingual
from statuspage.wording.sentence import Sentence

State = TypeVar("State", bound=StrEnum)


def said(text: Bilingual) -> str:
    """The text in the active language; in English where none is, as in migrations."""
    return text.in_(get_language() or "en")


def choices_of(labels: Mapping[State, Sentence]) -> list[tuple[str, Promise]]:
    """An enumeration as the choices of a field: stored as they stand, labelled when they are shown."""
    return [(state.value, _said_later(sentence)) for state, sentence in labels.items()]


def _label(sentence: Sentence) -> str:
    return said(sentence.say())


_said_later: Callable[[Sentence], Promise] = lazy(_label, str)  # type: ignore[assignment]  # typed as its result

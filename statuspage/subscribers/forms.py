"""Reads what the forms send, strictly, and says what they offer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from django.http import QueryDict

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.telling import Rhythm
from statuspage.incidents.naming import name_of
from statuspage.incidents.reading import open_incidents, shown_components
from statuspage.subscribers.wishes import PAGE, Interest
from statuspage.wording import labels
from statuspage.wording.subscribing import LABELS, RHYTHMS

Kind = TypeVar("Kind", Impact, Rhythm)
Option = TypeVar("Option", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormChoice:
    """One thing that can be chosen, and whether it is."""

    value: str
    label: Bilingual
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WishForm:
    """What the form offers, with what was chosen."""

    components: Sequence[FormChoice]
    causes: Sequence[FormChoice]
    impacts: Sequence[FormChoice]
    rhythms: Sequence[FormChoice]
    is_narrowed: bool = False  # something is chosen that is not asked of everybody


def form_of(wish: Interest, rhythm: Rhythm) -> WishForm:
    """The form as it stands for a wish."""
    impacts = {impact: labels.IMPACTS[impact].say() for impact in Impact}
    impacts[Impact.NONE] = LABELS["mail_any_impact"].say(n=0)
    return WishForm(
        components=[
            FormChoice(value=row.slug, label=name_of(row), chosen=row.slug in wish.components)
            for row in shown_components()
        ],
        causes=_choices({cause: labels.CAUSES[cause].say().capitalised() for cause in Cause}, wish.causes),
        impacts=_choices(impacts, {wish.least_impact}),
        rhythms=_choices({one: said.say() for one, said in RHYTHMS.items()}, {rhythm}),
        is_narrowed=wish != Interest(topic=wish.topic) or rhythm is not Rhythm.AT_ONCE,
    )


def _choices(labelled: Mapping[Option, Bilingual], chosen: Iterable[str]) -> list[FormChoice]:
    picked = set(chosen)
    return [
        FormChoice(value=str(value), label=label, chosen=value in picked) for value, label in labelled.items()
    ]


def read_wish(sent: QueryDict, *, topic: str = PAGE) -> Interest:
    """What is wished for; what there is not is left out."""
    known = set(shown_components().values_list("slug", flat=True))
    return Interest(
        topic=topic,
        components=frozenset(sent.getlist("component")) & known,
        causes=frozenset(Cause(cause) for cause in sent.getlist("cause") if cause in set(Cause)),
        least_impact=_one_of(Impact, sent.get("impact", ""), Impact.NONE),
    )


def read_rhythm(sent: QueryDict) -> Rhythm:
    """How often; at once where it is not said."""
    return _one_of(Rhythm, sent.get("rhythm", ""), Rhythm.AT_ONCE)


def read_topic_of(sent: QueryDict) -> str | None:
    """The topic of a form; None where it is an incident that is over, or that there is not."""
    name = sent.get("incident", "")
    if not name:
        return PAGE
    return f"incident/{name}" if open_incidents().filter(public_id=name[:20]).exists() else None


def _one_of(kind: type[Kind], raw: str, default: Kind) -> Kind:
    return kind(raw) if raw in set(kind) else default

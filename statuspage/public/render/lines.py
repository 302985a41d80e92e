"""Components as the lines of a page, by group."""

from dataclasses import dataclass
from datetime import date, timedelta

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause
from probes.vocabulary.states import ComponentState
from statuspage.public.read.values import ComponentView, Day, GroupView, Snapshot
from statuspage.public.render import charts
from statuspage.public.render.standing import standing_of, why_unknown
from statuspage.wording.names import inside_group
from statuspage.wording.numbers import percent


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentLine:
    """What is told of one component wherever it is shown; ``name_inside`` leaves out that of its group.

    ``word`` says how it stands, ``why`` why that is not known, where it is not.
    """

    slug: str
    name: Bilingual
    name_inside: Bilingual
    state: ComponentState
    tone: str
    word: Bilingual
    suspected: bool
    why: Bilingual
    share: str
    days: tuple[Day, ...]

    @property
    def bars(self) -> charts.Chart:
        return charts.day_bars(self.days, self.share)

    @property
    def notes(self) -> tuple[tuple[date, list[tuple[Cause, timedelta]]], ...]:
        """Days of which there is something to say: what was wrong, how long; nothing where unseen."""
        return tuple(
            (day.day, [(cause, timedelta(seconds=seconds)) for cause, seconds in day.troubles()])
            for day in self.days
            if not day.observed or day.troubles()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One group with its lines."""

    name: Bilingual
    rows: tuple[ComponentLine, ...]


def sections(snapshot: Snapshot) -> tuple[Section, ...]:
    """Every group with its lines."""
    return tuple(
        Section(
            name=group.name,
            rows=tuple(line_of(snapshot, group, component) for component in group.components),
        )
        for group in snapshot.groups
    )


def line_of(snapshot: Snapshot, group: GroupView, component: ComponentView) -> ComponentLine:
    """What is told of ``component``."""
    standing = standing_of(snapshot, component)
    return ComponentLine(
        slug=component.slug,
        name=component.name,
        name_inside=inside_group(component.name, group.name),
        state=component.state,
        tone=standing.tone,
        word=standing.word,
        suspected=standing.suspected,
        why=why_unknown(snapshot, component),
        share=percent(component.uptime),
        days=component.days,
    )

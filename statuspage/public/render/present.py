"""What the pages of how things stand have in common, worked out once for all of them."""

from dataclasses import dataclass

from probes.vocabulary.bilingual import Bilingual
from statuspage.public.read.values import Snapshot
from statuspage.public.render.drafts import digest
from statuspage.public.render.headline import Headline, headline_of
from statuspage.public.render.lines import Section, sections

CHOICES = 60  # of more components than this, timelines do not offer them one by one
TIMELINE_ON_FILTER = 50
Choices = tuple[tuple[str, Bilingual], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """How everything stands. ``rest`` changes when something that surrounds the verdict does."""

    snapshot: Snapshot
    verdict: Headline
    sections: tuple[Section, ...]
    choices: Choices
    rest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """The links above a timeline; ``chosen`` is a cause or "all", or nothing on a component's page."""

    chosen: str = ""
    component: str = ""
    choices: Choices


def present_of(snapshot: Snapshot) -> Present:
    """What the pages of how things stand have in common."""
    components = snapshot.components
    states = [component.state for component in components]
    rest = digest(snapshot.incidents, snapshot.maintenances, snapshot.announcements, states)
    return Present(
        snapshot=snapshot,
        verdict=headline_of(snapshot),
        sections=sections(snapshot),
        choices=tuple((row.slug, row.name) for row in components) if len(components) <= CHOICES else (),
        rest=rest.hex()[:12],
    )

"""What the pages of how things stand have in common, worked out once for all of them."""

from dataclasses import dataclass
from datetime import timedelta

from probes.vocabulary.bilingual import Bilingual
from statuspage.public.read.values import IncidentView, Snapshot
from statuspage.public.render.drafts import digest
from statuspage.public.render.headline import Headline, headline_of
from statuspage.public.render.lines import Section, sections
from statuspage.public.render.planned import PlannedLine, ahead, planned_lines

CHOICES = 60  # of more components than this, timelines do not offer them one by one
TIMELINE_ON_FRONT = 4
SHOWN_ON_FRONT = timedelta(days=7)
TIMELINE_ON_FILTER = 50
Choices = tuple[tuple[str, Bilingual], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """How everything stands, with the ``newest`` incidents, those of the last days.

    ``rest`` is another one when the front page says something else than before around its verdict: who
    looks at it then fetches it anew. The evidence of what is going on, which grows each second, is not there.
    Of what is ``planned`` the front tells the ``near`` before the list of what works, the ``later`` after it.
    """

    snapshot: Snapshot
    verdict: Headline
    sections: tuple[Section, ...]
    planned: tuple[PlannedLine, ...]
    near: tuple[PlannedLine, ...]
    later: tuple[PlannedLine, ...]
    choices: Choices
    newest: tuple[IncidentView, ...]
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
    newest, planned = _newest(snapshot), planned_lines(snapshot)
    near, later = ahead(planned, snapshot.at)
    told = [(row.title, row.cause, row.resolved_at, row.updates[:1]) for row in newest]
    states = [component.state for component in components]
    rest = digest(told, near, later, snapshot.announcements, states)
    return Present(
        snapshot=snapshot,
        verdict=headline_of(snapshot),
        sections=sections(snapshot),
        planned=planned,
        near=tuple(near),
        later=tuple(later),
        choices=tuple((row.slug, row.name) for row in components) if len(components) <= CHOICES else (),
        newest=newest,
        rest=rest.hex()[:12],
    )


def _newest(snapshot: Snapshot) -> tuple[IncidentView, ...]:
    shown = [row for row in snapshot.incidents if snapshot.at - row.started_at <= SHOWN_ON_FRONT]
    return tuple(shown[:TIMELINE_ON_FRONT])

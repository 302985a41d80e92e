"""The HTML pages of how things stand: the front, components, timelines, and how it is measured."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause
from probes.vocabulary.states import MaintenanceStatus
from statuspage.incidents.uptime import formula
from statuspage.public.headers import Kind
from statuspage.public.read.values import IncidentView, Snapshot
from statuspage.public.render import charts
from statuspage.public.render.api_v2 import BODIES
from statuspage.public.render.drafts import Draft, digest
from statuspage.public.render.headline import Headline, headline_of
from statuspage.public.render.html import Context, html
from statuspage.public.render.lines import ComponentLine, Section, sections
from statuspage.public.render.stacks import stacks
from statuspage.public.render.timelines import DayOfIncidents, by_component, by_day

MANY = 100  # of more components than this, the pages are not made anew for their age alone
CHOICES = 60  # of more components than this, timelines do not offer them one by one
TIMELINE_ON_FRONT = 8
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentStory:
    """One component with its ninety days and its newest incidents: the same however old the page is."""

    line: ComponentLine
    description: Bilingual
    since: datetime
    incidents: tuple[IncidentView, ...]
    filters: Filters

    @property
    def days(self) -> Sequence[DayOfIncidents]:
        return by_day(self.incidents)

    @property
    def troubled(self) -> list[tuple[date, list[tuple[Cause, timedelta]]]]:
        """Each day on which anything was wrong, the newest first, with how long what lasted."""
        return [
            (day.day, [(cause, timedelta(seconds=seconds)) for cause, seconds in troubles])
            for day in reversed(self.line.days)
            if (troubles := day.troubles())
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleComponentPage:
    """The page of one component."""

    story: ComponentStory
    verdict: Headline | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelinePage:
    """The newest incidents of one cause."""

    cause: Cause
    incidents: tuple[IncidentView, ...]
    filters: Filters
    verdict: None = None


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


def page_drafts(present: Present) -> Iterator[Draft]:
    """Every HTML page of how things stand."""
    for path, form in (("", FRONT), ("_now.html", NOW), ("about/", ABOUT), ("embed/", EMBED)):
        yield Draft(path=path, form=form, page=present, lasts=False, ages=True)
    incidents = present.snapshot.incidents
    yield from _component_drafts(present)
    for cause in Cause:
        chosen = tuple(incident for incident in incidents if incident.cause is cause)[:TIMELINE_ON_FILTER]
        filters = Filters(chosen=cause.value, choices=present.choices)
        page = TimelinePage(cause=cause, incidents=chosen, filters=filters)
        yield Draft(path=f"timeline/{cause.value}/", form=TIMELINE, page=page, ages=True)


def _component_drafts(present: Present) -> Iterator[Draft]:
    own = by_component(present.snapshot.incidents)
    lines = {row.slug: row for section in present.sections for row in section.rows}
    lasts = len(lines) > MANY
    for component in present.snapshot.components:
        story = ComponentStory(
            line=lines[component.slug],
            description=component.description,
            since=component.since,
            incidents=tuple(own.get(component.slug, ())[:TIMELINE_ON_FILTER]),
            # Where none is offered it is not among them.
            filters=Filters(component=component.slug if present.choices else "", choices=present.choices),
        )
        page = SingleComponentPage(story=story, verdict=None if lasts else present.verdict)
        yield Draft(path=f"components/{component.slug}/", form=COMPONENT, page=page, lasts=lasts, ages=True)


def _front(present: Present) -> Context:
    snapshot = present.snapshot
    now, start = snapshot.at, snapshot.recent.start
    planned = [
        m for m in snapshot.maintenances if m.status is not MaintenanceStatus.COMPLETED and m.ends_at > now
    ]
    return {
        **_now(present),
        "snapshot": snapshot,
        "reports": charts.reports_chart(snapshot.recent),
        "heard": stacks(snapshot.recent.heard),
        "lanes": [(cause.value, charts.lane(snapshot.incidents, cause, start, now)) for cause in Cause],
        "filters": Filters(chosen="all", choices=present.choices),
        "days": by_day(snapshot.incidents[:TIMELINE_ON_FRONT]),
        "pinned": [announcement for announcement in snapshot.announcements if announcement.pinned],
        "notices": [announcement for announcement in snapshot.announcements if not announcement.pinned],
        "planned": sorted(planned, key=lambda maintenance: maintenance.starts_at),
    }


def _now(present: Present) -> Context:
    return {"sections": present.sections, "rest": present.rest}


def _about(present: Present) -> Context:
    return {"formula": formula(), "endpoints": list(BODIES), "sections": present.sections}


def _timeline(page: TimelinePage) -> Context:
    return {"cause": page.cause.value, "days": by_day(page.incidents), "filters": page.filters}


def _component(page: SingleComponentPage) -> Context:
    return {"component": page.story.line, "story": page.story}


FRONT = html("public/page.html", _front)
NOW = html("public/_now.html", _now)
ABOUT = html("public/about.html", _about)
EMBED = html("public/embed.html", lambda present: {}, Kind.EMBED)
TIMELINE = html("public/timeline.html", _timeline)
COMPONENT = html("public/component.html", _component)

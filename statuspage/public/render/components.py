"""The page of one component: how it stands and why, its ninety days, what is measured, what users say."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from django.utils.timezone import localtime

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause
from probes.vocabulary.symptoms import Product
from statuspage.public.read.values import ComponentView, HeardLine, IncidentView
from statuspage.public.render.drafts import MANY, Draft, Reads
from statuspage.public.render.headline import UNTROUBLED, Headline
from statuspage.public.render.html import Context, html
from statuspage.public.render.lines import ComponentLine
from statuspage.public.render.measured import Measured, measured_of
from statuspage.public.render.present import TIMELINE_ON_FILTER, Filters, Present
from statuspage.public.render.stacks import Stack, stacks
from statuspage.public.render.timelines import by_component

# Of whose complaints we know that they are about a component: people name the product, not the component.
OWN_PRODUCTS = (Product.FENFU, Product.WECHAT_PAY)
# How often what was measured is drawn anew on a site of many components, in seconds, each at its own time.
RENEWED_S, RENEWED_IN_TROUBLE_S = 3600, 900


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfComponent:
    """What happened on one day: how long what lasted, what began then, and what was still going on."""

    day: date
    troubles: tuple[tuple[Cause, timedelta], ...]
    incidents: tuple[IncidentView, ...]
    going_on: tuple[IncidentView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentStory:
    """One component with its ninety days and its newest incidents: the same however old the page is."""

    line: ComponentLine
    description: Bilingual
    since: datetime
    incidents: tuple[IncidentView, ...]
    filters: Filters

    @property
    def open(self) -> list[IncidentView]:
        """Why it is as it is."""
        return [incident for incident in self.incidents if incident.is_open]

    @property
    def days(self) -> list[DayOfComponent]:
        """Each day on which anything was wrong or an incident began, the newest first."""
        return days_of(self.line, self.incidents)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastDayOfOne:
    """The past day of one component: what was measured, and what users said of its product."""

    measured: Measured | None
    product: Product | None
    heard: Stack | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleComponentPage:
    """The page of one component."""

    story: ComponentStory
    verdict: Headline | None
    day: PastDayOfOne | None = None


def days_of(line: ComponentLine, incidents: Sequence[IncidentView]) -> list[DayOfComponent]:
    """The days of ``incidents`` and of the trouble in ``line``, by which a bar leads to what happened."""
    troubles = {day.day: told for day in line.days if (told := day.troubles())}
    spans = [(incident, *_days_touched(incident)) for incident in incidents]
    days = {first for _, first, _ in spans} | troubles.keys()
    return [
        DayOfComponent(
            day=day,
            troubles=tuple((cause, timedelta(seconds=seconds)) for cause, seconds in troubles.get(day, ())),
            incidents=tuple(incident for incident, first, _ in spans if first == day),
            going_on=tuple(incident for incident, first, last in spans if first < day <= last),
        )
        for day in sorted(days, reverse=True)
    ]


def _days_touched(incident: IncidentView) -> tuple[date, date]:
    """Its first and last day in the site's zone; one that is open has no last one yet."""
    last = localtime(incident.resolved_at).date() if incident.resolved_at else date.max
    return localtime(incident.started_at).date(), last


def component_drafts(present: Present) -> Iterator[Draft]:
    """The page of every component; what was measured is read only where a file must be made."""
    own = by_component(present.snapshot.incidents)
    lines = {row.slug: row for section in present.sections for row in section.rows}
    lasts = len(lines) > MANY
    for component in present.snapshot.components:
        line = lines[component.slug]
        story = ComponentStory(
            line=line,
            description=component.description,
            since=component.since,
            incidents=tuple(own.get(component.slug, ())[:TIMELINE_ON_FILTER]),
            # Where none is offered it is not among them.
            filters=Filters(component=component.slug if present.choices else "", choices=present.choices),
        )
        page = SingleComponentPage(story=story, verdict=None if lasts else present.verdict)
        yield Draft(
            path=f"components/{component.slug}/",
            form=COMPONENT,
            page=(story, renewal(line, present.snapshot.at)),
            lasts=lasts,
            ages=True,
            later=partial(_with_day, page, component, present.snapshot.recent.heard),
        )


def renewal(line: ComponentLine, at: datetime) -> int:
    """Another number whenever it is this component's turn to be drawn anew.

    A thousand at once would hold up a publication for seconds: each has its own second of the period.
    """
    period = RENEWED_S if line.tone in UNTROUBLED else RENEWED_IN_TROUBLE_S
    own = int.from_bytes(hashlib.blake2b(line.slug.encode(), digest_size=4).digest()) % period
    return (int(at.timestamp()) + own) // period


def _with_day(
    page: SingleComponentPage, component: ComponentView, heard: Sequence[HeardLine], reads: Reads
) -> SingleComponentPage:
    product = component.product if component.product in OWN_PRODUCTS else None
    own = stacks([line for line in heard if line.product is product]) if product else []
    day = PastDayOfOne(
        measured=measured_of(reads.hours(component.slug)),
        product=product,
        heard=own[0] if own else None,
    )
    return replace(page, day=day)


def _component(page: SingleComponentPage) -> Context:
    return {"component": page.story.line, "story": page.story, "day": page.day}


COMPONENT = html("public/component.html", _component)

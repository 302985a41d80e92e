"""The HTML pages of incidents, and of the history by month; those of long ago are read only to be made."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from functools import partial

from django.utils.timezone import get_current_timezone

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.kinds import ComponentKind
from statuspage.incidents.ways import concerned_by
from statuspage.public.frame import PictureLink
from statuspage.public.read.values import IncidentView, MovedIncident, Names, PastIncident, Snapshot
from statuspage.public.render.drafts import Draft, Reads, digest
from statuspage.public.render.evidence import evidence_table, other_causes
from statuspage.public.render.headline import Headline
from statuspage.public.render.html import Context, html
from statuspage.public.render.instead import advice_of, instead_of
from statuspage.public.render.pictures import link_of_incident, with_own_picture
from statuspage.public.render.timelines import by_day
from statuspage.wording.evidence import facts


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernedComponent:
    """A component that an incident speaks of; only one that is ``shown`` has a page."""

    slug: str
    name: Bilingual
    kind: ComponentKind
    shown: bool


Components = dict[str, ConcernedComponent]


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleIncidentPage:
    """One incident, with the names of what it speaks of."""

    incident: IncidentView
    components: tuple[ConcernedComponent, ...]
    names: Names
    verdict: Headline | None
    picture: PictureLink
    advice: tuple[Bilingual, ...] = ()
    instead: tuple[Bilingual, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedPage:
    """Where an incident that was merged into another is told now."""

    moved: MovedIncident
    verdict: None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthPage:
    """One month of the site's zone between its neighbours, and its incidents, newest first."""

    month: str
    newer: str | None
    older: str | None
    newest: str
    incidents: tuple[IncidentView, ...] = ()
    verdict: None = None


@dataclass(slots=True)
class _Month:
    """What began in one month; of ``past`` ones only the stamps are known."""

    incidents: list[IncidentView] = field(default_factory=list)
    past: list[PastIncident] = field(default_factory=list)


def archive_drafts(snapshot: Snapshot, verdict: Headline) -> Iterator[Draft]:
    """The page of every incident, for their addresses are forever, and of every month."""
    components = _components(snapshot)
    pictured = {incident.id for incident in with_own_picture(snapshot.incidents, snapshot.at)}
    for incident in snapshot.incidents:
        page = _page_of(incident, components, snapshot, pictured=incident.id in pictured)
        yield Draft(
            path=f"incidents/{incident.id}/",
            form=INCIDENT,
            page=_open_page(page, snapshot, verdict) if incident.is_open else page,
            lasts=not incident.is_open,
            can_wait=not incident.is_open,
            ages=incident.is_open,
        )
    yield from _past_drafts(snapshot, components)
    yield from _moved_drafts(snapshot)
    yield from _month_drafts(snapshot)


def _moved_drafts(snapshot: Snapshot) -> Iterator[Draft]:
    for moved in snapshot.moved:
        yield Draft(
            path=f"incidents/{moved.id}/", form=MOVED, page=MovedPage(moved=moved), lasts=True, can_wait=True
        )


def _components(snapshot: Snapshot) -> Components:
    """All that there are, and those that were retired, by slug."""
    told = [(row, True) for row in snapshot.components] + [(row, False) for row in snapshot.retired]
    return {
        row.slug: ConcernedComponent(slug=row.slug, name=row.name, kind=row.kind, shown=shown)
        for row, shown in told
    }


def _past_drafts(snapshot: Snapshot, components: Components) -> Iterator[Draft]:
    # All names at once, for to know which ones a page shows it would have to be read.
    besides = digest(components, snapshot.names, snapshot.withheld)

    def page_of(pk: int, reads: Reads) -> SingleIncidentPage:
        (incident,) = reads.incidents([pk])
        return _page_of(incident, components, snapshot)

    for past in snapshot.past:
        yield Draft(
            path=f"incidents/{past.id}/",
            form=INCIDENT,
            page=(past.stamp, besides),
            can_wait=True,
            later=partial(page_of, past.pk),
        )


def _page_of(
    incident: IncidentView, components: Components, snapshot: Snapshot, *, pictured: bool = False
) -> SingleIncidentPage:
    probes = incident.evidence.probes if incident.evidence else ()
    return SingleIncidentPage(
        incident=incident,
        components=tuple(components[slug] for slug in incident.components if slug in components),
        names=snapshot.names.only({probe.persona for probe in probes}, {probe.vantage for probe in probes}),
        verdict=None,
        picture=link_of_incident(incident, snapshot.site.name, own=pictured),
    )


def _open_page(page: SingleIncidentPage, snapshot: Snapshot, verdict: Headline) -> SingleIncidentPage:
    incident = page.incident
    return replace(
        page,
        verdict=verdict,
        advice=advice_of(snapshot, incident),
        instead=instead_of(snapshot, concerned_by(incident), incident.cause),
    )


def _month_drafts(snapshot: Snapshot) -> Iterator[Draft]:
    """Every month with an incident, and the present one before them, whatever it holds; newest first."""
    zone = get_current_timezone()
    present = _month_name(snapshot.at, zone)
    months = {present: _Month()}
    for incident in snapshot.incidents:
        months.setdefault(_month_name(incident.started_at, zone), _Month()).incidents.append(incident)
    for past in snapshot.past:
        months.setdefault(_month_name(past.started_at, zone), _Month()).past.append(past)
    names = [present, *sorted(months.keys() - {present}, reverse=True)]
    for newer, name, older in zip([None, *names], names, [*names[1:], None], strict=False):
        yield _month_draft(months[name], MonthPage(month=name, newer=newer, older=older, newest=present))


def _month_draft(month: _Month, page: MonthPage) -> Draft:
    """A month is over where all in it is of long ago."""
    is_over = not month.incidents and page.newer is not None
    whole = tuple(month.incidents)
    stamps = tuple((past.id, past.stamp) for past in month.past)

    def page_with(reads: Reads) -> MonthPage:
        # One that is still open may be the oldest.
        members = [*whole, *(reads.incidents([past.pk for past in month.past]) if month.past else ())]
        members.sort(key=lambda incident: incident.started_at, reverse=True)
        return replace(page, incidents=tuple(members))

    return Draft(
        path="history/" if page.newer is None else f"history/{page.month}/",
        form=MONTH,
        page=(page, whole, stamps),
        can_wait=is_over,
        ages=not is_over,
        later=page_with,
    )


def _month_name(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m}"


def _incident(page: SingleIncidentPage) -> Context:
    incident = page.incident
    kinds = {component.kind for component in page.components}
    return {
        "incident": incident,
        "components": page.components,
        "told": facts(incident.evidence, incident.cause, kinds, over=not incident.is_open)
        if incident.evidence
        else None,
        "table": evidence_table(incident, page.names, {row.slug: row.name for row in page.components}),
        "others": other_causes(incident),
        "advice": page.advice,
        "instead": page.instead,
        "picture": page.picture,
    }


def _month(page: MonthPage) -> Context:
    return {
        "month": page.month,
        "days": by_day(page.incidents),
        "newest": page.newest,
        "newer": page.newer,
        "older": page.older,
    }


def _moved(page: MovedPage) -> Context:
    return {"moved": page.moved}


INCIDENT = html("public/incident.html", _incident)
MOVED = html("public/moved.html", _moved)
MONTH = html("public/history.html", _month)

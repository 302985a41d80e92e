"""Planned work: its place on the front, and a page of its own for each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from probes.vocabulary.bilingual import NOTHING, Bilingual
from probes.vocabulary.causes import Cause
from statuspage.incidents.ways import kinds_of
from statuspage.public.read.values import MaintenanceView, Snapshot
from statuspage.public.render.drafts import Draft, Reads, digest
from statuspage.public.render.headline import Headline
from statuspage.public.render.html import Context, html
from statuspage.public.render.instead import instead_of, ways_of
from statuspage.wording.advice import advice
from statuspage.wording.names import spoken

# What begins sooner is told before the list of what works.
NEAR = timedelta(hours=24)
Methods = tuple[tuple[str, Bilingual], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedLine:
    """Planned work with the names of what may not work meanwhile, in a row and one by one."""

    row: MaintenanceView
    names: Bilingual
    methods: Methods


@dataclass(frozen=True, slots=True, kw_only=True)
class SinglePlannedPage:
    """The page of one; there is a verdict while it is not over, and advice while it is under way."""

    line: PlannedLine
    verdict: Headline | None
    advice: tuple[Bilingual, ...] = ()
    instead: tuple[Bilingual, ...] = ()


def planned_lines(snapshot: Snapshot) -> tuple[PlannedLine, ...]:
    """All planned work, withdrawn work among it, as the snapshot has it."""
    names = _names(snapshot)
    return tuple(_line(row, names) for row in snapshot.planned)


def _names(snapshot: Snapshot) -> dict[str, Bilingual]:
    return {way.slug: way.name for way in ways_of(snapshot)}


def _line(row: MaintenanceView, names: dict[str, Bilingual]) -> PlannedLine:
    methods = tuple((slug, names[slug]) for slug in row.components if slug in names)
    told = spoken([name for _, name in methods]) if methods else NOTHING
    return PlannedLine(row=row, names=told, methods=methods)


def ahead(lines: Iterable[PlannedLine], at: datetime) -> tuple[list[PlannedLine], list[PlannedLine]]:
    """What is under way or begins within a day, and what comes later; each with the soonest first."""
    open_ones = [
        line
        for line in lines
        if line.row.status.is_under_way or (not line.row.status.is_over and line.row.ends_at > at)
    ]
    open_ones.sort(key=lambda line: line.row.starts_at)
    open_ones = list(_next_of_each(open_ones))
    near = [line for line in open_ones if line.row.status.is_under_way or line.row.starts_at - at <= NEAR]
    return near, [line for line in open_ones if line not in near]


def _next_of_each(lines: Iterable[PlannedLine]) -> Iterator[PlannedLine]:
    """Of what comes again only what goes on and the next: the calendar has the others."""
    met = set()
    for line in lines:
        series = line.row.series
        if series is None or series not in met:
            yield line
        if not line.row.status.is_under_way:
            met.add(series)


def planned_drafts(snapshot: Snapshot, lines: Iterable[PlannedLine], verdict: Headline) -> Iterator[Draft]:
    """The page of each, for their addresses are forever."""
    for line in lines:
        is_over = line.row.status.is_over
        yield Draft(
            path=f"maintenance/{line.row.id}/",
            form=PLANNED,
            page=SinglePlannedPage(line=line, verdict=None)
            if is_over
            else _open_page(line, snapshot, verdict),
            lasts=is_over,
            can_wait=is_over,
            ages=not is_over,
        )
    yield from _past_drafts(snapshot)


def _past_drafts(snapshot: Snapshot) -> Iterator[Draft]:
    """The pages of long ago, which are read only to be made."""
    names = _names(snapshot)
    besides = digest(names)

    def page_of(pk: int, reads: Reads) -> SinglePlannedPage:
        (row,) = reads.planned([pk])
        return SinglePlannedPage(line=_line(row, names), verdict=None)

    for past in snapshot.past_planned:
        yield Draft(
            path=f"maintenance/{past.id}/",
            form=PLANNED,
            page=(past.stamp, besides),
            can_wait=True,
            later=partial(page_of, past.pk),
        )


def _open_page(line: PlannedLine, snapshot: Snapshot, verdict: Headline) -> SinglePlannedPage:
    if not line.row.status.is_under_way:
        return SinglePlannedPage(line=line, verdict=verdict)
    slugs = line.row.components
    return SinglePlannedPage(
        line=line,
        verdict=verdict,
        advice=advice(Cause.MAINTENANCE, kinds_of(slugs, ways_of(snapshot))),
        instead=instead_of(snapshot, slugs, Cause.MAINTENANCE),
    )


def _planned(page: SinglePlannedPage) -> Context:
    return {"line": page.line, "work": page.line.row, "advice": page.advice, "instead": page.instead}


PLANNED = html("public/maintenance.html", _planned)

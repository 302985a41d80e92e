"""The HTML pages of how things stand: the front, the data behind it, timelines, and how it is measured."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from probes.vocabulary.causes import Cause
from statuspage.incidents.standing import thresholds
from statuspage.incidents.uptime import formula
from statuspage.public.headers import Kind
from statuspage.public.read.values import IncidentView, Recent, Snapshot
from statuspage.public.render.acceptance import Acceptance, acceptance_of, common_floor
from statuspage.public.render.api_v2 import BODIES
from statuspage.public.render.charts import lane
from statuspage.public.render.complaints import day_chart
from statuspage.public.render.drafts import MANY, Draft
from statuspage.public.render.headline import Headline
from statuspage.public.render.html import Context, html
from statuspage.public.render.present import TIMELINE_ON_FILTER, Filters, Present
from statuspage.public.render.stacks import stacks
from statuspage.public.render.timelines import by_day

DATA_RENEWED_S = 60
# Of more groups only those are drawn of which the fewest tests went through: nobody reads a hundred charts.
MOST_GROUPS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelinePage:
    """The newest incidents of one cause."""

    cause: Cause
    incidents: tuple[IncidentView, ...]
    filters: Filters
    verdict: None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DataPage:
    """The data behind the front page; its acceptances are worked out once for all files."""

    snapshot: Snapshot
    acceptances: tuple[Acceptance, ...]
    groups_left_out: int
    verdict: Headline | None


def page_drafts(present: Present) -> Iterator[Draft]:
    """Every HTML page of how things stand."""
    for path, form in (
        ("", FRONT),
        ("_now.html", NOW),
        ("about/", ABOUT),
        ("embed/", EMBED),
    ):
        yield Draft(path=path, form=form, page=present, lasts=False, ages=True)
    yield _data_draft(present)
    incidents = present.snapshot.incidents
    for cause in Cause:
        chosen = tuple(incident for incident in incidents if incident.cause is cause)[:TIMELINE_ON_FILTER]
        filters = Filters(chosen=cause.value, choices=present.choices)
        page = TimelinePage(cause=cause, incidents=chosen, filters=filters)
        yield Draft(path=f"timeline/{cause.value}/", form=TIMELINE, page=page, ages=True)


def _data_draft(present: Present) -> Draft:
    """Made each time, or on a large site, where it costs as much as all the others, once a minute.

    There, too, a quotation that somebody hid is gone at once, and an incident is told at once.
    """
    snapshot = present.snapshot
    lasts = len(snapshot.components) > MANY
    minute = int(snapshot.at.timestamp()) // DATA_RENEWED_S
    return Draft(
        path="data/",
        form=DATA,
        page=(minute, snapshot.quotes, [(row.id, row.cause, row.is_open) for row in snapshot.incidents]),
        lasts=lasts,
        ages=True,
        later=lambda _: _data_page(snapshot, None if lasts else present.verdict),
    )


def _data_page(snapshot: Snapshot, verdict: Headline | None) -> DataPage:
    recent = snapshot.recent
    floor = common_floor(recent.acceptance)
    groups = (acceptance_of(recent, group.slug, group.name, floor) for group in snapshot.groups)
    acceptances = [acceptance for acceptance in groups if acceptance]
    if len(acceptances) > MOST_GROUPS:
        acceptances.sort(key=lambda acceptance: min(share for _, share in acceptance.latest))
    return DataPage(
        snapshot=snapshot,
        acceptances=tuple(acceptances[:MOST_GROUPS]),
        groups_left_out=max(0, len(acceptances) - MOST_GROUPS),
        verdict=verdict,
    )


def _front(present: Present) -> Context:
    snapshot = present.snapshot
    now = snapshot.at
    return {
        **_now(present),
        "snapshot": snapshot,
        "chart": day_chart(snapshot.recent, snapshot.incidents, now),
        "filters": Filters(chosen="all", choices=present.choices),
        "newest": present.newest,
        "pinned": [announcement for announcement in snapshot.announcements if announcement.pinned],
        "notices": [announcement for announcement in snapshot.announcements if not announcement.pinned],
        "near": present.near,
        "later": present.later,
    }


def _data(page: DataPage) -> Context:
    snapshot = page.snapshot
    recent = snapshot.recent
    return {
        "snapshot": snapshot,
        "chart": day_chart(recent, snapshot.incidents, snapshot.at),
        "slots": _slots(recent),
        "heard": stacks(recent.heard),
        "acceptances": page.acceptances,
        "groups_left_out": page.groups_left_out,
        "lanes": [
            (cause.value, lane(snapshot.incidents, cause, recent.start, snapshot.at)) for cause in Cause
        ],
    }


def _slots(recent: Recent) -> list[tuple[datetime, int, tuple[float, float] | None]]:
    """The table behind the chart of complaints: each slot with its number and what is usual, newest first."""
    usual: Sequence[tuple[float, float] | None] = recent.usual or [None] * len(recent.reports)
    step = timedelta(seconds=recent.step_s)
    rows = [
        (recent.start + step * index, count, range_)
        for index, (count, range_) in enumerate(zip(recent.reports, usual, strict=True))
    ]
    return rows[::-1]


def _now(present: Present) -> Context:
    return {"sections": present.sections, "rest": present.rest}


def _about(present: Present) -> Context:
    return {
        "formula": formula(),
        "thresholds": thresholds(),
        "endpoints": list(BODIES),
        "sections": present.sections,
    }


def _timeline(page: TimelinePage) -> Context:
    return {"cause": page.cause.value, "days": by_day(page.incidents), "filters": page.filters}


FRONT = html("public/page.html", _front)
DATA = html("public/data.html", _data)
NOW = html("public/_now.html", _now)
ABOUT = html("public/about.html", _about)
EMBED = html("public/embed.html", lambda present: {}, Kind.EMBED)
TIMELINE = html("public/timeline.html", _timeline)

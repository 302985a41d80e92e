"""Renders the snapshot as HTML pages in both languages."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from itertools import groupby

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.timezone import localtime

from probes.vocabulary.causes import Cause
from probes.vocabulary.states import MaintenanceStatus
from statuspage.ages import STALE_AFTER_S
from statuspage.incidents.uptime import formula
from statuspage.public.assets import assets, build_id
from statuspage.public.headers import Kind
from statuspage.public.read import heard
from statuspage.public.read.values import ComponentView, IncidentView, PastIncident, Snapshot
from statuspage.public.render import charts, history
from statuspage.public.render.api_v2 import BODIES
from statuspage.public.render.drafts import HTML, Draft, key_of, mark_of
from statuspage.public.render.evidence import evidence_table
from statuspage.public.render.headline import Headline, headline_of
from statuspage.public.render.lines import sections, tone_of
from statuspage.public.render.pieces import PIECES
from statuspage.wording.advice import advice
from statuspage.wording.numbers import percent
from statuspage.wording.times import offset_of

LANGUAGES = {"zh-hans": "/", "en": "/en/"}
MANY = 100  # of more components than this, the pages are not made anew for their age alone
TIMELINE_ON_FRONT = 8
TIMELINE_ON_FILTER = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfIncidents:
    """Incidents that began on one day of the site's zone."""

    day: date
    incidents: tuple[IncidentView, ...]

    @property
    def stories(self) -> list[str]:
        """Each as HTML in the active language; it shows nothing that changes with the time alone."""
        root = LANGUAGES[translation.get_language() or "zh-hans"]
        return [
            PIECES.get(("story", root, mark_of(told)), partial(_story, told, root)) for told in self.incidents
        ]


def page_drafts(snapshot: Snapshot) -> Iterator[Draft]:
    """Every HTML page of the snapshot."""
    PIECES.turn()
    months = history.by_month(snapshot)
    for language, root in LANGUAGES.items():
        with translation.override(language):
            yield from _pages_in(snapshot, language, root, months)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """What all pages of one language share. ``rest`` changes when what surrounds the verdict does."""

    snapshot: Snapshot
    language: str
    root: str
    verdict: Headline
    rest: str


Make = Callable[[], Mapping[str, object]]


def _pages_in(
    snapshot: Snapshot, language: str, root: str, months: Sequence[history.Month]
) -> Iterator[Draft]:
    states = [component.state for component in snapshot.components]
    marks = [mark_of(incident) for incident in snapshot.incidents]
    rest = key_of(marks, snapshot.maintenances, snapshot.announcements, states)[:12]
    frame = _Frame(snapshot=snapshot, language=language, root=root, verdict=headline_of(snapshot), rest=rest)
    page = partial(_draft, frame)
    yield page("", "public/page.html", partial(_front, snapshot, root))
    yield page("_now.html", "public/_now.html", partial(_now, snapshot, root))
    own = by_component(snapshot.incidents)
    for component in snapshot.components:
        incidents = own.get(component.slug, [])
        yield page(
            f"components/{component.slug}/",
            "public/component.html",
            partial(_component, snapshot, component, incidents),
            key=_component_key(snapshot, component, incidents, language) if len(states) > MANY else None,
        )
    yield page("about/", "public/about.html", partial(_about, snapshot, root))
    yield replace(page("embed/", "public/embed.html", dict), kind=Kind.EMBED)
    yield from _lasting_pages(frame)
    yield from _months(frame, months)


def _lasting_pages(frame: _Frame) -> Iterator[Draft]:
    """Pages that stay as they are until what they show changes."""
    snapshot = frame.snapshot
    for incident in snapshot.incidents:
        yield _draft(
            frame,
            f"incidents/{incident.id}/",
            "public/incident.html",
            partial(_incident, snapshot, incident),
            key=None if incident.is_open else key_of(mark_of(incident), frame.language),
            can_wait=not incident.is_open,
        )
    yield from _pages_of_the_past(frame)
    for cause in Cause:
        chosen = [incident for incident in snapshot.incidents if incident.cause is cause][:TIMELINE_ON_FILTER]
        make = partial(_timeline, chosen, cause)
        key = key_of([mark_of(incident) for incident in chosen], frame.language)
        yield _draft(frame, f"timeline/{cause.value}/", "public/timeline.html", make, key=key)


def _pages_of_the_past(frame: _Frame) -> Iterator[Draft]:
    """Addresses are forever: pages of long ago are made once, and again when they are corrected."""
    for past in frame.snapshot.past:
        yield _draft(
            frame,
            f"incidents/{past.id}/",
            "public/incident.html",
            partial(_past, frame.snapshot, past),
            key=f"{build_id()}/{past.mark}",
            can_wait=True,
        )


def _past(snapshot: Snapshot, past: PastIncident) -> dict[str, object]:
    (incident,) = history.read(snapshot, [past])
    return _incident(snapshot, incident)


def _months(frame: _Frame, months: Sequence[history.Month]) -> Iterator[Draft]:
    """The whole history by month; of months that are long over, incidents are read when a page is made."""
    for month in months:
        yield _draft(
            frame,
            "history/" if month.newer is None else f"history/{month.name}/",
            "public/history.html",
            partial(_month, frame.snapshot, month, months[0].name),
            key=key_of(month.mark, month.newer == months[0].name, frame.language),
            can_wait=month.is_over,
        )


def _draft(
    frame: _Frame, path: str, template: str, make: Make, *, key: str | None = None, can_wait: bool = False
) -> Draft:
    def render() -> bytes:
        with translation.override(frame.language):
            return tidy(
                render_to_string(template, {**_surroundings(frame, path, lasting=key is not None), **make()})
            ).encode()

    return Draft(path=frame.root + path, content_type=HTML, make=render, key=key, can_wait=can_wait)


def tidy(html: str) -> str:
    """Without the indentation and empty lines that templates leave."""
    return "\n".join(stripped for line in html.splitlines() if (stripped := line.strip())) + "\n"


def _surroundings(frame: _Frame, path: str, *, lasting: bool) -> dict[str, object]:
    """What the base template needs; a page that lasts must not speak of how things stand now."""
    snapshot, is_chinese = frame.snapshot, frame.root == "/"
    icon = {"ok": "favicon_ok", "unknown": "favicon_unknown"}.get(frame.verdict.tone, "favicon_trouble")
    if lasting:
        icon = "favicon"
    return {
        "snapshot": snapshot,
        "verdict": frame.verdict,
        "language": "zh-Hans" if is_chinese else "en",
        "root": frame.root,
        "path": path,
        "site_name": settings.SITE_NAME_ZH if is_chinese else settings.SITE_NAME_EN,
        "site_url": settings.SITE_URL,
        "zone": settings.TIME_ZONE,
        "zone_offset": offset_of(localtime(snapshot.at)),
        "asset": assets(),
        "favicon": assets()[icon],
        "stale_seconds": STALE_AFTER_S,
        "rest": frame.rest,
        "lasting": lasting,
    }


def _front(snapshot: Snapshot, root: str) -> dict[str, object]:
    now = snapshot.at
    start = snapshot.recent.start
    causes = list(Cause)
    planned = [
        m for m in snapshot.maintenances if m.status is not MaintenanceStatus.COMPLETED and m.ends_at > now
    ]
    return {
        "sections": sections(snapshot, root),
        "reports": charts.reports_chart(snapshot.recent),
        "heard": heard.stacks(snapshot.recent.heard),
        "lanes": [(cause.value, charts.lane(snapshot.incidents, cause, start, now)) for cause in causes],
        "causes": causes,
        "chosen": "",
        "days": _by_day(snapshot.incidents[:TIMELINE_ON_FRONT]),
        "pinned": [announcement for announcement in snapshot.announcements if announcement.pinned],
        "notices": [announcement for announcement in snapshot.announcements if not announcement.pinned],
        "planned": sorted(planned, key=lambda maintenance: maintenance.starts_at),
    }


def _now(snapshot: Snapshot, root: str) -> dict[str, object]:
    return {"sections": sections(snapshot, root, charted=False)}


def _timeline(chosen: Sequence[IncidentView], cause: Cause) -> dict[str, object]:
    return {"chosen": cause.value, "days": _by_day(chosen), "causes": list(Cause)}


def _about(snapshot: Snapshot, root: str) -> dict[str, object]:
    return {
        "formula": formula(),
        "endpoints": list(BODIES),
        "badges": [_badge(component, root) for component in snapshot.components],
    }


def _badge(component: ComponentView, root: str) -> str:
    return PIECES.get(
        ("badge", root, component.slug, component.name, component.state),
        lambda: render_to_string("public/_badge.html", {"component": component, "root": root}),
    )


def _month(snapshot: Snapshot, month: history.Month, newest: str) -> dict[str, object]:
    incidents = [*month.incidents, *history.read(snapshot, month.past)]  # one that is open may be the oldest
    return {
        "month": month.name,
        "days": _by_day(sorted(incidents, key=lambda incident: incident.started_at, reverse=True)),
        "first_month": newest,
        "newer": month.newer,
        "older": month.older,
    }


def _incident(snapshot: Snapshot, incident: IncidentView) -> dict[str, object]:
    names = {slug: snapshot.component_name(slug) for slug in incident.components}
    return {
        "incident": incident,
        "names": list(names.items()),
        "table": evidence_table(incident, snapshot.names, names),
        "advice": advice(incident.cause) if incident.is_open else (),
    }


def _component_key(
    snapshot: Snapshot, component: ComponentView, incidents: Sequence[IncidentView], language: str
) -> str:
    """Changes with what the page of a component shows, but not with each second that was observed."""
    return key_of(
        component.name,
        component.description,
        component.state,
        component.since,
        tone_of(snapshot, component),
        percent(component.uptime),
        component.looks or component.days,
        [mark_of(incident) for incident in incidents[:TIMELINE_ON_FILTER]],
        language,
    )


def by_component(incidents: Sequence[IncidentView]) -> dict[str, list[IncidentView]]:
    """Incidents of each component, by its slug."""
    found: dict[str, list[IncidentView]] = {}
    for incident in incidents:
        for slug in incident.components:
            found.setdefault(slug, []).append(incident)
    return found


def _component(
    snapshot: Snapshot, component: ComponentView, incidents: Sequence[IncidentView]
) -> dict[str, object]:
    troubled = [
        (day, [(cause, day_s) for cause in charts.SHADOWS if (day_s := charts.seconds_of(day, cause)) > 0])
        for day in reversed(component.days)
    ]
    return {
        "component": component,
        "tone": tone_of(snapshot, component),
        "bars": charts.day_bars(component),
        "troubled": [
            (day.day, [(cause, timedelta(seconds=seconds)) for cause, seconds in parts])
            for day, parts in troubled
            if parts
        ],
        "days": _by_day(incidents[:TIMELINE_ON_FILTER]),
    }


def _story(incident: IncidentView, root: str) -> str:
    return render_to_string("public/_story.html", {"incident": incident, "root": root})


def _by_day(incidents: Sequence[IncidentView]) -> list[DayOfIncidents]:
    return [
        DayOfIncidents(day=day, incidents=tuple(members))
        for day, members in groupby(incidents, key=lambda incident: localtime(incident.started_at).date())
    ]

"""Renders the snapshot as HTML pages in both languages."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from probes.outcomes import Cause, RiskTier
from statuspage.incidents.models import MaintenanceStatus
from statuspage.incidents.uptime import formula
from statuspage.public import charts, wording
from statuspage.public.api import BODIES
from statuspage.public.assets import assets
from statuspage.public.drafts import HTML, Draft, key_of
from statuspage.public.evidence import evidence_table
from statuspage.public.values import ComponentView, GroupView, IncidentView, Snapshot, Text
from statuspage.public.verdict import TONE_OF_STATE, Verdict, verdict_of

LANGUAGES = {"zh-hans": "/", "en": "/en/"}
TIMELINE_ON_FRONT = 8
TIMELINE_ON_FILTER = 50
STALE_SECONDS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One component as a line of the list."""

    component: ComponentView
    tone: str
    bars: charts.Chart


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One group with its lines and its acceptance over the past day."""

    group: GroupView
    rows: tuple[Row, ...]
    acceptance: charts.Chart | None
    latest: tuple[tuple[RiskTier, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfIncidents:
    """Incidents that began on one day of the site's zone."""

    day: date
    incidents: tuple[IncidentView, ...]


def page_drafts(snapshot: Snapshot) -> Iterator[Draft]:
    """Every HTML page of the snapshot."""
    for language, root in LANGUAGES.items():
        with translation.override(language):
            yield from _pages_in(snapshot, language, root)


def _pages_in(snapshot: Snapshot, language: str, root: str) -> Iterator[Draft]:
    verdict = verdict_of(snapshot)
    rest = key_of(
        snapshot.incidents,
        snapshot.maintenances,
        snapshot.announcements,
        [c.state for c in snapshot.components],
    )[:12]
    page = partial(_draft, snapshot, language, root, verdict, rest)
    yield page("", "public/page.html", lambda: _front(snapshot))
    yield page("_now.html", "public/_now.html", lambda: {"sections": _sections(snapshot, bars=False)})
    for cause in Cause:
        chosen = [incident for incident in snapshot.incidents if incident.cause is cause]
        yield page(
            f"timeline/{cause.value}/",
            "public/timeline.html",
            lambda chosen=chosen, cause=cause: {
                "chosen": cause.value,
                "days": _by_day(chosen[:TIMELINE_ON_FILTER]),
                "causes": list(Cause),
            },
        )
    yield page(
        "about/",
        "public/about.html",
        lambda: {"formula": Text(formula().zh, formula().en), "endpoints": list(BODIES)},
    )
    yield from _frozen_pages(snapshot, language, root, verdict, rest)


def _frozen_pages(
    snapshot: Snapshot, language: str, root: str, verdict: Verdict, rest: str
) -> Iterator[Draft]:
    """Pages that stay as they are until what they show changes."""
    page = partial(_draft, snapshot, language, root, verdict, rest)
    for incident in snapshot.incidents:
        changing = snapshot.at if incident.is_open else None
        yield page(
            f"incidents/{incident.id}/",
            "public/incident.html",
            lambda incident=incident: _incident(snapshot, incident),
            key=key_of(incident, changing, language),
        )
    months = _by_month(snapshot.incidents, snapshot.at)
    names = list(months)
    for index, (month, incidents) in enumerate(months.items()):
        context = {
            "month": month,
            "days": _by_day(incidents),
            "newer": names[index - 1] if index else None,
            "first_month": names[0],
            "older": names[index + 1] if index + 1 < len(names) else None,
        }
        path = "history/" if index == 0 else f"history/{month}/"
        make = partial(dict, context)
        yield page(path, "public/history.html", make, key=key_of(context, language))
    for component in snapshot.components:
        yield page(
            f"components/{component.slug}/", "public/component.html", partial(_component, snapshot, component)
        )


def _draft(
    snapshot: Snapshot,
    language: str,
    root: str,
    verdict: Verdict,
    rest: str,
    path: str,
    template: str,
    make: Callable[[], Mapping[str, object]],
    *,
    key: str | None = None,
) -> Draft:
    def render() -> bytes:
        with translation.override(language):
            context = {**_frame(snapshot, language, root, path, verdict, rest), **make()}
            return tidy(render_to_string(template, context)).encode()

    return Draft(path=root + path, content_type=HTML, make=render, key=key)


def tidy(html: str) -> str:
    """Without the indentation and empty lines that templates leave."""
    return "\n".join(stripped for line in html.splitlines() if (stripped := line.strip())) + "\n"


def _frame(
    snapshot: Snapshot, language: str, root: str, path: str, verdict: Verdict, rest: str
) -> dict[str, object]:
    local = wording.local(snapshot.at)
    icon = {"ok": "favicon_ok", "unknown": "favicon_unknown"}.get(verdict.tone, "favicon_trouble")
    return {
        "snapshot": snapshot,
        "verdict": verdict,
        "language": "zh-Hans" if language.startswith("zh") else "en",
        "root": root,
        "path": path,
        "other_root": "/en/" if root == "/" else "/",
        "site_name": settings.SITE_NAME_ZH if language.startswith("zh") else settings.SITE_NAME_EN,
        "site_url": settings.SITE_URL,
        "zone": settings.TIME_ZONE,
        "zone_offset": wording.zone_name(local),
        "asset": assets(),
        "favicon": assets()[icon],
        "stale_seconds": STALE_SECONDS,
        "rest": rest,
    }


def _front(snapshot: Snapshot) -> dict[str, object]:
    now = snapshot.at
    start = snapshot.recent.start
    causes = list(Cause)
    planned = [
        m for m in snapshot.maintenances if m.status is not MaintenanceStatus.COMPLETED and m.ends_at > now
    ]
    return {
        "sections": _sections(snapshot),
        "reports": charts.reports_chart(snapshot.recent),
        "lanes": [(cause.value, charts.lane(snapshot.incidents, cause, start, now)) for cause in causes],
        "causes": causes,
        "chosen": "",
        "days": _by_day(snapshot.incidents[:TIMELINE_ON_FRONT]),
        "pinned": [announcement for announcement in snapshot.announcements if announcement.pinned],
        "notices": [announcement for announcement in snapshot.announcements if not announcement.pinned],
        "planned": sorted(planned, key=lambda maintenance: maintenance.starts_at),
    }


def _sections(snapshot: Snapshot, *, bars: bool = True) -> list[Section]:
    empty = charts.Chart(width=1, height=1, shapes=(), sentence="")
    return [
        Section(
            group=group,
            rows=tuple(
                Row(
                    component=component,
                    tone=_tone(snapshot, component),
                    bars=charts.day_bars(component) if bars else empty,
                )
                for component in group.components
            ),
            acceptance=charts.acceptance_chart(snapshot.recent, group.slug) if bars else None,
            latest=charts.latest_acceptance(snapshot.recent, group.slug) if bars else (),
        )
        for group in snapshot.groups
    ]


def _tone(snapshot: Snapshot, component: ComponentView) -> str:
    """The look of a component that does not work is that of the cause, where an incident says so."""
    tone = TONE_OF_STATE[component.state]
    if tone in {"ok", "unknown"}:
        return tone
    for incident in snapshot.open_incidents:
        if component.slug in (incident.affected or incident.components):
            return incident.cause.value
    return tone


def _incident(snapshot: Snapshot, incident: IncidentView) -> dict[str, object]:
    return {
        "incident": incident,
        "names": [(slug, snapshot.component_name(slug)) for slug in incident.components],
        "table": evidence_table(incident, snapshot.names),
        "advice": wording.advice(incident.cause) if incident.is_open else (),
    }


def _component(snapshot: Snapshot, component: ComponentView) -> dict[str, object]:
    incidents = [incident for incident in snapshot.incidents if component.slug in incident.components]
    troubled = [
        (day, [(cause, day_s) for cause in charts.SHADOWS if (day_s := charts.seconds_of(day, cause)) > 0])
        for day in reversed(component.days)
    ]
    return {
        "component": component,
        "tone": _tone(snapshot, component),
        "bars": charts.day_bars(component),
        "troubled": [
            (day.day, [(cause, timedelta(seconds=seconds)) for cause, seconds in parts])
            for day, parts in troubled
            if parts
        ],
        "days": _by_day(incidents[:TIMELINE_ON_FILTER]),
    }


def _by_day(incidents: Sequence[IncidentView]) -> list[DayOfIncidents]:
    return [
        DayOfIncidents(day=day, incidents=tuple(members))
        for day, members in groupby(incidents, key=lambda incident: wording.local(incident.started_at).date())
    ]


def _by_month(incidents: Sequence[IncidentView], now: datetime) -> dict[str, list[IncidentView]]:
    months: dict[str, list[IncidentView]] = {f"{wording.local(now):%Y-%m}": []}
    for incident in incidents:
        months.setdefault(f"{wording.local(incident.started_at):%Y-%m}", []).append(incident)
    return months

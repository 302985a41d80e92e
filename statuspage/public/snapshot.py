"""Reads the tables into one snapshot: the only reader of tables for what is rendered."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from probes.outcomes import Cause, Impact
from statuspage.analysis.values import Certainty
from statuspage.incidents.evidence import evidence_from_json
from statuspage.incidents.models import (
    Announcement,
    ComponentState,
    ComponentStatus,
    Incident,
    IncidentStatus,
    Maintenance,
    MaintenanceStatus,
)
from statuspage.incidents.uptime import uptime_ratio
from statuspage.monitoring.models import Component, Persona, Probe, Progress, Vantage
from statuspage.monitoring.source_health import broken_sources
from statuspage.public.days import DayReader
from statuspage.public.drafts import opaque_id
from statuspage.public.heard import heard_lines
from statuspage.public.markup import html_of
from statuspage.public.quotes import hidden_texts, recent_quotes, without_hidden
from statuspage.public.recent import RecentReader
from statuspage.public.values import (
    AnnouncementView,
    ComponentView,
    Day,
    GroupView,
    IncidentView,
    MaintenanceView,
    Names,
    Snapshot,
    Text,
    UpdateView,
)

DAYS_SHOWN = 90
INCIDENTS_SHOWN = 500
MAINTENANCES_SHOWN = 50
BLIND_AFTER = timedelta(seconds=120)  # without newer conclusions the page says that it does not know


def build(now: datetime, recent: RecentReader | None = None, days: DayReader | None = None) -> Snapshot:
    """Everything public at ``now``, in about 25 queries. The readers keep between calls what is over."""
    progress = Progress.objects.defer("detector_state").first()
    known_until = progress.concluded_until if progress else None
    blind = is_blind(progress, now)
    conditions = progress.conditions if progress else {}
    return Snapshot(
        at=now,
        known_until=known_until,
        blind=blind,
        groups=_groups(now, blind, days or DayReader()),
        incidents=_incidents(),
        planned=_planned(),
        announcements=_announcements(now),
        recent=(recent or RecentReader()).read(now),
        names=Names(personas=_names(Persona), vantages=_names(Vantage)),
        heard=heard_lines(now),
        quotes=recent_quotes(now),
        lost_vantages=tuple(conditions.get("lost_vantages", ())),
        unread_sources=tuple(Text(row.name_zh, row.name_en) for row in broken_sources(now)),
        vantage_count=Vantage.objects.count(),
        probe_count=Probe.objects.filter(enabled=True, component__retired=False).count(),
    )


def is_blind(progress: Progress | None, now: datetime) -> bool:
    """Whether nothing was concluded for too long to say how things stand."""
    return (
        progress is None or progress.concluded_until is None or now - progress.concluded_until > BLIND_AFTER
    )


def _names(model: type[Persona] | type[Vantage]) -> tuple[tuple[str, Text], ...]:
    rows = model.objects.order_by("slug").values_list("slug", "name_zh", "name_en")
    return tuple((slug, Text(zh, en)) for slug, zh, en in rows)


def _groups(now: datetime, blind: bool, reader: DayReader) -> tuple[GroupView, ...]:
    components = Component.objects.filter(retired=False).select_related("group")
    statuses = {status.component_id: status for status in ComponentStatus.objects.all()}
    days = reader.read(now.astimezone(ZoneInfo(settings.TIME_ZONE)).date(), DAYS_SHOWN)
    views = [(row, _component(row, statuses.get(row.pk), days[row.pk], blind)) for row in components]
    ordered = sorted(views, key=lambda pair: _group_order(pair[0]))
    groups = []
    for order, members in groupby(ordered, key=lambda pair: _group_order(pair[0])):
        rows = list(members)
        group = rows[0][0].group
        groups.append(
            GroupView(
                id=opaque_id("group", group.slug if group else ""),
                slug=group.slug if group else "",
                name=Text(group.name_zh, group.name_en) if group else Text("", ""),
                position=order[1],
                components=tuple(view for _, view in rows),
            )
        )
    return tuple(groups)


def _group_order(row: Component) -> tuple[bool, int, str]:
    if row.group is None:
        return True, 0, ""
    return False, row.group.position, row.group.slug


def _component(
    row: Component, status: ComponentStatus | None, days: tuple[Day, ...], blind: bool
) -> ComponentView:
    state = ComponentState.UNKNOWN
    if status is not None:
        state = ComponentState(status.override or (ComponentState.UNKNOWN if blind else status.state))
    observed = sum(day.observed_s for day in days)
    outage = sum(day.outage_s for day in days)
    return ComponentView(
        id=opaque_id("component", row.slug),
        slug=row.slug,
        name=Text(row.name_zh, row.name_en),
        description=Text(row.description_zh, row.description_en),
        group=row.group.slug if row.group else "",
        position=row.position,
        state=state,
        since=status.since if status else row.created_at,
        created_at=row.created_at,
        updated_at=status.updated_at if status else row.created_at,
        days=days,
        uptime=uptime_ratio(outage_seconds=outage, observed_seconds=observed),
    )


def _incidents() -> tuple[IncidentView, ...]:
    newest = Incident.objects.order_by("-started_at").values_list("pk", flat=True)[:INCIDENTS_SHOWN]
    rows = (
        Incident.objects.filter(Q(pk__in=list(newest)) | Q(resolved_at__isnull=True))
        .order_by("-started_at", "-pk")
        .prefetch_related("components", "updates")
    )
    hidden = hidden_texts()
    return tuple(_incident(row, hidden) for row in rows)


def _incident(row: Incident, hidden: tuple[str, ...]) -> IncidentView:
    updates = sorted(row.updates.all(), key=lambda update: -update.sequence)
    evidence = evidence_from_json(row.evidence)
    return IncidentView(
        id=row.public_id,
        title=Text(row.title_zh, row.title_en),
        cause=Cause(row.cause),
        impact=Impact(row.impact),
        status=IncidentStatus(row.status),
        certainty=Certainty(row.certainty),
        confidence=row.confidence,
        components=tuple(component.slug for component in row.components.all()),
        affected=tuple(row.affected),
        started_at=row.started_at,
        detected_at=row.detected_at,
        confirmed_at=row.confirmed_at,
        monitoring_at=row.monitoring_at,
        resolved_at=row.resolved_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
        by_person=row.key is None or row.taken_over,
        evidence=without_hidden(evidence, hidden) if evidence else None,
        alternatives=tuple((str(name), float(probability)) for name, probability in row.alternatives),
        updates=tuple(
            UpdateView(
                id=update.public_id,
                status=IncidentStatus(update.status),
                body=Text(update.body_zh, update.body_en),
                at=update.created_at,
                by_machine=update.by_machine,
            )
            for update in updates
        ),
        postmortem=Text(html_of(row.postmortem_zh), html_of(row.postmortem_en)),
    )


def _planned() -> tuple[MaintenanceView, ...]:
    rows: Iterable[Maintenance] = Maintenance.objects.order_by("-starts_at").prefetch_related("components")[
        :MAINTENANCES_SHOWN
    ]
    return tuple(
        MaintenanceView(
            id=row.public_id,
            title=Text(row.title_zh, row.title_en),
            body=Text(html_of(row.body_zh), html_of(row.body_en)),
            status=MaintenanceStatus(row.status),
            components=tuple(component.slug for component in row.components.all()),
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            announced_at=row.announced_at,
            updated_at=row.updated_at,
            revision=row.revision,
        )
        for row in rows
    )


def _announcements(now: datetime) -> tuple[AnnouncementView, ...]:
    rows = Announcement.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now), published=True, starts_at__lte=now
    ).order_by("-pinned", "-starts_at")[:20]
    return tuple(
        AnnouncementView(
            title=Text(row.title_zh, row.title_en),
            html=Text(html_of(row.body_zh), html_of(row.body_en)),
            pinned=row.pinned,
            starts_at=row.starts_at,
            updated_at=row.updated_at,
        )
        for row in rows
    )

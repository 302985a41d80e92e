"""Reads how things stand, and the rows of what was concluded and announced."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet, Sum

from statuspage.api import bodies
from statuspage.incidents.models import Announcement, ComponentDay, Incident, Maintenance, MaintenanceSeries
from statuspage.incidents.reading import (
    announced_at,
    moved_incidents,
    open_incidents,
    shown_components,
    state_of,
    status_of,
    told_incidents,
)
from statuspage.incidents.uptime import uptime_ratio
from statuspage.monitoring.conditions import knowledge_at
from statuspage.monitoring.models import Component
from statuspage.public.read.ids import opaque_id
from statuspage.public.read.snapshot import DAYS_SHOWN


def now_body(now: datetime) -> bodies.Now:
    """How far the monitor knows, and what is open."""
    known = knowledge_at(now)
    states = [state_of(component, blind=known.blind).value for component in shown_components()]
    return bodies.Now(
        at=now,
        known_until=known.until,
        blind=known.blind,
        open_incidents=list(open_incidents().values_list("public_id", flat=True)),
        states={state: states.count(state) for state in sorted(set(states))},
    )


def component_bodies(rows: list[Component], now: datetime) -> list[bodies.ComponentBody]:
    """Components with their state at ``now`` and their uptime over ninety days."""
    blind = knowledge_at(now).blind
    first = now.astimezone(ZoneInfo(settings.TIME_ZONE)).date() - timedelta(days=DAYS_SHOWN - 1)
    sums = ComponentDay.objects.filter(day__gte=first, component__in=rows).order_by().values("component")
    totals = {
        row["component"]: uptime_ratio(outage_seconds=row["outage"], observed_seconds=row["observed"])
        for row in sums.annotate(outage=Sum("outage_seconds"), observed=Sum("observed_seconds"))
    }
    return [_component(row, blind=blind, uptime=totals.get(row.pk)) for row in rows]


def _component(row: Component, *, blind: bool, uptime: float | None) -> bodies.ComponentBody:
    status = status_of(row)
    return bodies.ComponentBody(
        id=opaque_id("component", row.slug),
        slug=row.slug,
        name=bodies.both(row.name),
        description=bodies.both(row.description),
        group=row.group.slug if row.group else None,
        group_name=bodies.both(row.group.name) if row.group else None,
        state=status.shown(blind=blind),
        since=status.since,
        created_at=row.created_at,
        updated_at=status.updated_at,
        uptime_90d=uptime,
    )


def incident_rows() -> QuerySet[Incident]:
    """Incidents that the public is told of, with all that their bodies need."""
    return told_incidents().defer("machine_view").prefetch_related("components", "updates")


def merged_into(public_id: str) -> str | None:
    """The id of what this one was merged into; None where it was not, or nobody was ever told of it."""
    gone = moved_incidents().filter(public_id=public_id)
    into: str | None = gone.values_list("merged_into__public_id", flat=True).first()
    return into


def planned_rows() -> QuerySet[Maintenance]:
    """Planned work with all that its bodies need."""
    return Maintenance.objects.prefetch_related("components", "updates")


def series_rows() -> QuerySet[MaintenanceSeries]:
    """Planned work that comes again now, with all that its bodies need; a hundred at most."""
    return MaintenanceSeries.objects.filter(active=True).prefetch_related("components")[:100]


def announcement_rows(now: datetime, *, to_come: bool) -> QuerySet[Announcement]:
    """What is told at ``now``; with ``to_come`` also what will be, and what is not published."""
    rows = Announcement.objects.order_by("-pinned", "-starts_at", "-pk") if to_come else announced_at(now)
    return rows.prefetch_related("components")

"""Reads what was concluded and announced into the API's bodies."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet, Sum

from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.states import IncidentStatus, MaintenanceStatus
from statuspage.analysis.values import Certainty, Evidence
from statuspage.api import bodies
from statuspage.incidents.evidence import causes_from_json, evidence_from_json
from statuspage.incidents.models import Announcement, ComponentDay, Incident, IncidentUpdate, Maintenance
from statuspage.incidents.reading import announced_at, open_incidents, shown_components, state_of, status_of
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
    """Incidents with all that their bodies need."""
    return Incident.objects.prefetch_related("components", "updates")


def incident_body(row: Incident) -> bodies.IncidentBody:
    """One incident with its timeline and evidence."""
    updates = sorted(row.updates.all(), key=lambda update: -update.sequence)
    evidence = evidence_from_json(row.evidence)
    return bodies.IncidentBody(
        id=row.public_id,
        url=f"{settings.SITE_URL}/incidents/{row.public_id}/",
        title=bodies.both(row.title),
        cause=Cause(row.cause),
        impact=Impact(row.impact),
        status=IncidentStatus(row.status),
        certainty=Certainty(row.certainty),
        confidence=row.confidence,
        alternatives=[
            bodies.Alternative(explanation=str(name), probability=float(probability))
            for name, probability in row.alternatives
        ],
        causes_held=[
            bodies.HeldCause(at=held.at, cause=held.cause, confidence=held.confidence)
            for held in causes_from_json(row.causes)
        ],
        components=sorted(component.slug for component in row.components.all()),
        affected=list(row.affected),
        started_at=row.started_at,
        detected_at=row.detected_at,
        confirmed_at=row.confirmed_at,
        monitoring_at=row.monitoring_at,
        resolved_at=row.resolved_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
        led_by="person" if row.led_by_person else "machine",
        updates=[update_body(update) for update in updates],
        evidence=_evidence(evidence) if evidence else None,
        postmortem=bodies.both(row.postmortem),
    )


def update_body(row: IncidentUpdate) -> bodies.UpdateBody:
    """One entry of a timeline."""
    return bodies.UpdateBody(
        id=row.public_id,
        status=IncidentStatus(row.status),
        body=bodies.both(row.body),
        at=row.created_at,
        by_machine=row.by_machine,
    )


def _evidence(evidence: Evidence) -> bodies.EvidenceBody:
    return bodies.EvidenceBody(
        window_seconds=evidence.window_seconds,
        probes=[
            bodies.ProbeLine(
                component=line.component,
                persona=line.persona,
                tier=line.tier,
                vantage=line.vantage,
                checks=line.checks,
                accepted=line.accepted,
                outcomes=list(line.outcomes),
                sample=line.sample,
                usual_failure_ratio=line.usual_failure_ratio,
                weight=line.weight,
            )
            for line in evidence.probes
        ],
        reports=[
            bodies.ReportLine(
                symptom=line.symptom,
                count=line.count,
                usual=line.usual,
                authors=line.authors,
                quotes=list(line.quotes),
                weight=line.weight,
            )
            for line in evidence.reports
        ],
        maintenance=evidence.maintenance,
    )


def maintenance_body(row: Maintenance) -> bodies.MaintenanceBody:
    """One piece of planned work."""
    return bodies.MaintenanceBody(
        id=row.public_id,
        slug=row.slug,
        title=bodies.both(row.title),
        body=bodies.both(row.body),
        status=MaintenanceStatus(row.status),
        components=sorted(component.slug for component in row.components.all()),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        announced_at=row.announced_at,
        updated_at=row.updated_at,
        revision=row.revision,
    )


def announcement_rows(now: datetime, *, to_come: bool) -> QuerySet[Announcement]:
    """What is told at ``now``; with ``to_come`` also what will be, and what is not published."""
    rows = Announcement.objects.order_by("-pinned", "-starts_at", "-pk") if to_come else announced_at(now)
    return rows.prefetch_related("components")


def announcement_body(row: Announcement) -> bodies.AnnouncementBody:
    """One announcement."""
    return bodies.AnnouncementBody(
        id=str(row.pk),
        title=bodies.both(row.title),
        body=bodies.both(row.body),
        components=sorted(component.slug for component in row.components.all()),
        pinned=row.pinned,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        updated_at=row.updated_at,
    )

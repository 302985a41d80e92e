"""Carries out what programs write, in the name of who made their token."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.states import IncidentStatus, MaintenanceStatus
from statuspage.analysis.values import Certainty
from statuspage.api import orders
from statuspage.api.answers import ConflictError
from statuspage.incidents import handling
from statuspage.incidents.maintenance import leave_notice, status_at
from statuspage.incidents.models import Announcement, Incident, IncidentUpdate, Maintenance
from statuspage.incidents.timeline import new_public_id
from statuspage.monitoring.changes import hold_pipeline
from statuspage.monitoring.lateness import open_moment
from statuspage.monitoring.models import Component

FAR = timedelta(days=3660)
BY_TIME = (MaintenanceStatus.SCHEDULED, MaintenanceStatus.IN_PROGRESS)


def components_of(slugs: Sequence[str]) -> list[Component]:
    """The components with these slugs; ConflictError names one that is not there."""
    wanted = list(dict.fromkeys(slugs))
    rows = Component.objects.filter(retired=False, slug__in=[slug for slug in wanted if slug.isprintable()])
    found = {row.slug: row for row in rows}
    for slug in wanted:
        if slug not in found:
            raise ConflictError(f"components: there is no component {slug!r}")
    return list(found.values())


@transaction.atomic
def open_incident(order: orders.NewIncident, *, author: User, now: datetime) -> Incident:
    """A person's incident, with its first update."""
    hold_pipeline()
    components = components_of(order.components)
    started = order.started_at or now
    if started > now:
        raise ConflictError("started_at: it cannot begin in the future; plan a maintenance instead")
    _check_near(started, now, "started_at")
    incident = Incident.objects.create(
        public_id=new_public_id(),
        title_zh=order.title.zh,
        title_en=order.title.en,
        cause=order.cause.value,
        impact=order.impact.value,
        status=IncidentStatus.INVESTIGATING,
        certainty=Certainty.CONFIRMED.value,
        affected=[component.slug for component in components],
        started_at=started,
        detected_at=now,
        confirmed_at=now,
        created_at=now,
        updated_at=now,
    )
    incident.components.set(components)
    say = orders.NewUpdate(status=order.status, body=order.body)
    add_update(incident, say, author=author, now=now)
    return incident


@transaction.atomic
def add_update(incident: Incident, order: orders.NewUpdate, *, author: User, now: datetime) -> IncidentUpdate:
    """One entry of the timeline."""
    hold_pipeline()
    return handling.write_update(
        incident,
        status=order.status,
        body=Bilingual(zh=order.body.zh, en=order.body.en),
        author=author,
        now=now,
    )


@transaction.atomic
def change_incident(incident: Incident, order: orders.IncidentChange, *, now: datetime) -> None:
    """Change what is told; a person leads the incident from then on, except for a post-mortem alone."""
    hold_pipeline()
    fields = {"updated_at"}
    if order.title is not None:
        incident.title_zh, incident.title_en = order.title.zh, order.title.en
        fields |= {"title_zh", "title_en"}
    if order.cause is not None:
        incident.cause = order.cause.value
        fields.add("cause")
    if order.impact is not None:
        incident.impact = order.impact.value
        fields.add("impact")
    if order.components is not None:
        components = components_of(order.components)
        incident.components.set(components)
        incident.affected = (
            [component.slug for component in components] if incident.resolved_at is None else []
        )
        fields.add("affected")
    if len(fields) > 1 and incident.key is not None:
        incident.taken_over = True
        fields.add("taken_over")
    if order.postmortem is not None:
        incident.postmortem_zh, incident.postmortem_en = order.postmortem.zh, order.postmortem.en
        fields |= {"postmortem_zh", "postmortem_en"}
    incident.updated_at = now
    incident.save(update_fields=sorted(fields))
    handling.make_public(now=now, since=incident.started_at)


@transaction.atomic
def plan_maintenance(order: orders.NewMaintenance, *, now: datetime) -> Maintenance:
    """Announce planned work."""
    hold_pipeline()
    public_id = new_public_id()
    row = Maintenance(slug=f"api-{public_id}", public_id=public_id, announced_at=now)
    row.title_zh, row.title_en = order.title.zh, order.title.en
    row.body_zh, row.body_en = order.body.zh, order.body.en
    row.starts_at, row.ends_at = order.starts_at, order.ends_at
    row.status = status_at(row, now=now)
    _store_maintenance(row, components_of(order.components), now=now)
    return row


@transaction.atomic
def change_maintenance(row: Maintenance, order: orders.MaintenanceChange, *, now: datetime) -> None:
    """Change, hold open or withdraw planned work."""
    hold_pipeline()
    if order.title is not None:
        row.title_zh, row.title_en = order.title.zh, order.title.en
    if order.body is not None:
        row.body_zh, row.body_en = order.body.zh, order.body.en
    row.starts_at = order.starts_at or row.starts_at
    row.ends_at = order.ends_at or row.ends_at
    status = order.status or MaintenanceStatus(row.status)
    row.status = status_at(row, now=now) if status in BY_TIME else status
    components = list(row.components.all()) if order.components is None else components_of(order.components)
    _store_maintenance(row, components, now=now)


def _store_maintenance(row: Maintenance, components: list[Component], *, now: datetime) -> None:
    _check_span(row.starts_at, row.ends_at, now)
    row.updated_at = now
    row.save()
    row.components.set(components)
    leave_notice(row, at=open_moment(now))
    row.refresh_from_db(fields=["revision"])
    handling.make_public(now=now)


@transaction.atomic
def announce(order: orders.NewAnnouncement, *, now: datetime) -> Announcement:
    """Tell the public."""
    row = Announcement(pinned=order.pinned, starts_at=order.starts_at or now, ends_at=order.ends_at)
    row.title_zh, row.title_en = order.title.zh, order.title.en
    row.body_zh, row.body_en = order.body.zh, order.body.en
    _store_announcement(row, components_of(order.components), now=now)
    return row


@transaction.atomic
def change_announcement(row: Announcement, order: orders.AnnouncementChange, *, now: datetime) -> None:
    """Change what is told; ``ends_at`` may be given as null to let it stand."""
    if order.title is not None:
        row.title_zh, row.title_en = order.title.zh, order.title.en
    if order.body is not None:
        row.body_zh, row.body_en = order.body.zh, order.body.en
    row.pinned = row.pinned if order.pinned is None else order.pinned
    row.starts_at = order.starts_at or row.starts_at
    if "ends_at" in order.model_fields_set:
        row.ends_at = order.ends_at
    components = list(row.components.all()) if order.components is None else components_of(order.components)
    _store_announcement(row, components, now=now)


def _store_announcement(row: Announcement, components: list[Component], *, now: datetime) -> None:
    hold_pipeline()
    _check_span(row.starts_at, row.ends_at, now)
    row.save()
    row.components.set(components)
    handling.make_public(now=now)


@transaction.atomic
def withdraw_announcement(row: Announcement, *, now: datetime) -> None:
    """Tell it no longer."""
    hold_pipeline()
    row.delete()
    handling.make_public(now=now)


def _check_near(at: datetime, now: datetime, where: str) -> None:
    if abs(at - now) > FAR:
        raise ConflictError(f"{where}: more than ten years from now")


def _check_span(starts_at: datetime, ends_at: datetime | None, now: datetime) -> None:
    _check_near(starts_at, now, "starts_at")
    if ends_at is None:
        return
    _check_near(ends_at, now, "ends_at")
    if ends_at <= starts_at:
        raise ConflictError("ends_at: it must end after it starts")

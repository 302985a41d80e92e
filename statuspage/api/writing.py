"""Carries out what programs write, in the name of who made their token."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from ninja import Schema

from statuspage.api import orders
from statuspage.api.answers import ConflictError
from statuspage.incidents import handling, opening
from statuspage.incidents.correcting import Amendment, correct
from statuspage.incidents.maintenance import follow_its_times, leave_notice
from statuspage.incidents.models import Announcement, Incident, Maintenance
from statuspage.incidents.opening import SeenByPerson
from statuspage.incidents.postmortems import write_postmortem
from statuspage.incidents.timeline import new_public_id
from statuspage.monitoring.changes import hold_pipeline
from statuspage.monitoring.lateness import open_moment
from statuspage.monitoring.models import Component

FAR = timedelta(days=3660)


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
    given = SeenByPerson(
        title=order.title.text,
        cause=order.cause,
        impact=order.impact,
        components=components,
        started_at=started,
    )
    incident = opening.open_incident(given, author=author, now=now)
    handling.say(incident, status=order.status, body=order.body.text, author=author, now=now)
    return incident


@transaction.atomic
def change_incident(incident: Incident, order: orders.IncidentChange, *, author: User, now: datetime) -> None:
    """Correct what is told; a person leads it from then on, unless it is its title or post-mortem."""
    components = None if order.components is None else components_of(order.components)
    given = Amendment(
        cause=order.cause,
        impact=order.impact,
        components=components,
        title=None if order.title is None else order.title.text,
    )
    correct(incident, given, author=author, now=now)
    if order.postmortem is not None:
        write_postmortem(incident, order.postmortem.text, author=author, now=now)


def _fill(row: Maintenance | Announcement, order: Schema) -> set[str]:
    """Give ``row`` all that ``order`` gives but components; the columns that this concerns."""
    columns = set()
    for name, given in order:
        if given is None or name == "components":
            continue
        setattr(row, name, given.text if isinstance(given, orders.GivenText) else given)
        columns |= {f"{name}_zh", f"{name}_en"} if isinstance(given, orders.GivenText) else {name}
    return columns


@transaction.atomic
def plan_maintenance(order: orders.NewMaintenance, *, now: datetime) -> Maintenance:
    """Announce planned work."""
    hold_pipeline()
    public_id = new_public_id()
    row = Maintenance(slug=f"api-{public_id}", public_id=public_id, announced_at=now)
    _store_maintenance(row, order, now=now)
    return row


@transaction.atomic
def change_maintenance(row: Maintenance, order: orders.MaintenanceChange, *, now: datetime) -> None:
    """Change, hold open or withdraw planned work."""
    hold_pipeline()
    _store_maintenance(row, order, now=now)


def _store_maintenance(
    row: Maintenance, order: orders.NewMaintenance | orders.MaintenanceChange, *, now: datetime
) -> None:
    _fill(row, order)
    follow_its_times(row, now=now)
    row.updated_at, row.apart = now, row.series_id is not None
    _store_window(row, order.components, now=now)
    leave_notice(row, at=open_moment(now))
    row.refresh_from_db(fields=["revision"])
    handling.make_public(now=now)


@transaction.atomic
def announce(order: orders.NewAnnouncement, *, now: datetime) -> Announcement:
    """Tell the public."""
    row = Announcement(starts_at=now)
    change_announcement(row, order, now=now)
    return row


@transaction.atomic
def change_announcement(
    row: Announcement, order: orders.NewAnnouncement | orders.AnnouncementChange, *, now: datetime
) -> None:
    """Change what is told; ``ends_at`` may be given as null to let it stand."""
    hold_pipeline()
    _fill(row, order)
    if "ends_at" in order.model_fields_set:
        row.ends_at = order.ends_at
    _store_window(row, order.components, now=now)
    handling.make_public(now=now)


def _store_window(row: Maintenance | Announcement, slugs: Sequence[str] | None, *, now: datetime) -> None:
    components = None if slugs is None else components_of(slugs)
    _check_span(row.starts_at, row.ends_at, now)
    row.save()
    if components is not None:
        row.components.set(components)


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

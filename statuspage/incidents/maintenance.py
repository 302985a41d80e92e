"""Planned work: announces, changes and ends windows, and tells the detector and the public of each change."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

import msgspec
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.observations import MaintenanceWindow
from probes.vocabulary.states import MaintenanceStatus
from statuspage.incidents.models import Maintenance, MaintenanceNotice
from statuspage.incidents.naming import spoken_names
from statuspage.incidents.planned_steps import reminder_moment
from statuspage.incidents.planned_updates import remind, tell
from statuspage.incidents.timeline import public_id
from statuspage.monitoring.lateness import open_moment
from statuspage.monitoring.models import Component
from statuspage.wording.titles import planned_title


class AnnouncedWindow(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of an operator's feed, with titles where it has any."""

    window: MaintenanceWindow
    title: Bilingual | None = None


def store_window(announced: AnnouncedWindow, *, now: datetime, notice_at: datetime | None = None) -> bool:
    """Store a window as its operator tells it; True if that was news.

    What the feed repeats is no news, so that what an admin changed afterwards stays until the operator
    changes the window too. Components that are not watched are left out; a window without any is not stored.
    """
    window = announced.window
    components = list(Component.objects.filter(slug__in=window.components).select_related("group"))
    if not components:
        return False
    told = _hash(announced)
    with transaction.atomic():
        # First, because the pipeline locks in this order too.
        at = notice_at or open_moment(now)
        row = Maintenance.objects.select_for_update().filter(slug=window.slug).first()
        if row is not None and row.feed_hash == told:
            return False
        if row is None:
            row = Maintenance(
                slug=window.slug, public_id=public_id("maintenance", window.slug), announced_at=window.at
            )
        title = announced.title or _title(components)
        row.title_zh, row.title_en = title.zh[:200], title.en[:200]
        row.starts_at, row.ends_at, row.feed_hash = window.starts_at, window.ends_at, told
        row.status = status_at(row, now=now, cancelled=window.cancelled)
        row.updated_at = now
        row.save()
        row.components.set(components)
        leave_notice(row, at=at)
    return True


def leave_notice(row: Maintenance, *, at: datetime, author: User | None = None) -> None:
    """Tell detector and public how ``row`` stands now and grow its revision, once all of it is saved."""
    tell(row, author=author)
    Maintenance.objects.filter(pk=row.pk).update(revision=row.revision + 1)
    MaintenanceNotice.objects.create(
        maintenance=row,
        at=at,
        components=sorted(row.components.values_list("slug", flat=True)),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        cancelled=row.status == MaintenanceStatus.CANCELLED,
    )


def status_at(row: Maintenance, *, now: datetime, cancelled: bool = False) -> MaintenanceStatus:
    """Where a window stands at ``now`` by its times alone."""
    if cancelled:
        return MaintenanceStatus.CANCELLED
    if now >= row.ends_at:
        return MaintenanceStatus.COMPLETED
    return MaintenanceStatus.IN_PROGRESS if now >= row.starts_at else MaintenanceStatus.SCHEDULED


def follow_its_times(row: Maintenance, *, now: datetime) -> None:
    """Begin or end a window whose times a person changed; one that a person holds or withdrew stays."""
    if MaintenanceStatus(row.status).moves_by_time:
        row.status = status_at(row, now=now)
    row.remind_at = reminder_moment(starts_at=row.starts_at, hours=row.remind_hours, now=now)


def move_by_time(now: datetime) -> bool:
    """Begin and end windows whose time has come, and remind of others; True if anything was told.

    One that a person verifies stays.
    """
    reminded = _remind_of_due(now)
    return _begin_and_end(now) or reminded


def _remind_of_due(now: datetime) -> bool:
    due = Maintenance.objects.filter(
        status=MaintenanceStatus.SCHEDULED, remind_at__lte=now, starts_at__gt=now
    )
    reminded = False
    for row in due:
        row.remind_at, row.updated_at = None, now
        row.save(update_fields=["remind_at", "updated_at"])
        remind(row)
        reminded = True
    return reminded


def _begin_and_end(now: datetime) -> bool:
    open_ones = Q(status=MaintenanceStatus.SCHEDULED, starts_at__lte=now) | Q(
        status=MaintenanceStatus.IN_PROGRESS, ends_at__lte=now
    )
    moved = False
    for row in Maintenance.objects.filter(open_ones):
        row.status = status_at(row, now=now)
        row.updated_at = now
        row.save(update_fields=["status", "updated_at"])
        tell(row)
        moved = True
    return moved


def _title(components: Iterable[Component]) -> Bilingual:
    return planned_title(spoken_names(list(components), Component.objects.select_related("group")))


def _hash(announced: AnnouncedWindow) -> str:
    window = announced.window
    title = announced.title
    told = (
        window.components,
        window.starts_at,
        window.ends_at,
        window.cancelled,
        title and (title.zh, title.en),
    )
    return hashlib.sha256(repr(told).encode()).hexdigest()

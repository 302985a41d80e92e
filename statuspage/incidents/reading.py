"""What is open, how components stand and what is announced: what page, API and metrics all ask."""

from datetime import datetime

from django.db.models import Q, QuerySet

from probes.vocabulary.publishing import Publication
from probes.vocabulary.states import ComponentState
from statuspage.incidents.models import Announcement, ComponentStatus, Incident
from statuspage.monitoring.models import Component


def told_incidents() -> QuerySet[Incident]:
    """All that the public is told of, newest first: none that is held back or was merged into another.

    Whatever is public reads incidents by this.
    """
    return Incident.objects.filter(publication=Publication.PUBLISHED, merged_into__isnull=True)


def moved_incidents() -> QuerySet[Incident]:
    """What the public was told of and was then merged into another: its address leads there."""
    return Incident.objects.filter(publication=Publication.PUBLISHED, merged_into__isnull=False)


def open_incidents() -> QuerySet[Incident]:
    """Incidents that go on and that the public is told of, suspected ones among them; newest first."""
    return told_incidents().filter(resolved_at__isnull=True)


def undecided() -> QuerySet[Incident]:
    """Open incidents, told or not, of which something falls due by itself or waits for a person."""
    return (
        Incident.objects.filter(resolved_at__isnull=True, merged_into__isnull=True)
        .exclude(publication=Publication.DROPPED)
        .prefetch_related("components", "merged")
    )


def held_incidents() -> QuerySet[Incident]:
    """Open incidents that the public is not told of: they wait, are held back or were dropped."""
    return Incident.objects.filter(resolved_at__isnull=True, merged_into__isnull=True).exclude(
        publication=Publication.PUBLISHED
    )


def known_components() -> QuerySet[Component]:
    """All components with group and status, retired ones among them."""
    return Component.objects.select_related("group", "status")


def shown_components() -> QuerySet[Component]:
    """Components that the public sees, with group and status."""
    return known_components().filter(retired=False)


def status_of(component: Component) -> ComponentStatus:
    """Its status; where nothing was ever concluded of it, one that has been unknown since it is there."""
    known: ComponentStatus | None = getattr(component, "status", None)
    made = component.created_at
    return known or ComponentStatus(component=component, since=made, updated_at=made)


def state_of(component: Component, *, blind: bool) -> ComponentState:
    """How the public is told that it stands."""
    return status_of(component).shown(blind=blind)


def announced_at(now: datetime) -> QuerySet[Announcement]:
    """Announcements that the public sees at ``now``, pinned ones first, then newest first."""
    return Announcement.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now), published=True, starts_at__lte=now
    ).order_by("-pinned", "-starts_at", "-pk")


def announcement_turned(since: datetime, until: datetime) -> bool:
    """Whether an announcement begins or ends to be seen after ``since``, by ``until``."""
    begins = Q(starts_at__gt=since, starts_at__lte=until)
    ends = Q(ends_at__gt=since, ends_at__lte=until)
    return Announcement.objects.filter(begins | ends, published=True).exists()

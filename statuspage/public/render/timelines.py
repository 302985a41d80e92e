"""Incidents arranged by the day on which they began."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils.timezone import localtime

from statuspage.public.read.values import IncidentView


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfIncidents:
    """Incidents that began on one day of the site's zone."""

    day: date
    incidents: tuple[IncidentView, ...]


def by_day(incidents: Iterable[IncidentView]) -> list[DayOfIncidents]:
    """In the order in which they come."""
    return [
        DayOfIncidents(day=day, incidents=tuple(members))
        for day, members in groupby(incidents, key=lambda incident: localtime(incident.started_at).date())
    ]


def by_component(incidents: Sequence[IncidentView]) -> dict[str, list[IncidentView]]:
    """Incidents of each component, by its slug."""
    found: dict[str, list[IncidentView]] = {}
    for incident in incidents:
        for slug in incident.components:
            found.setdefault(slug, []).append(incident)
    return found

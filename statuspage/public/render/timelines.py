"""Incidents arranged by the day on which they began, and by component."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Protocol, TypeVar

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


class NamesComponents(Protocol):
    """What concerns components."""

    @property
    def components(self) -> Sequence[str]: ...


T = TypeVar("T", bound=NamesComponents)


def by_component(told: Iterable[T]) -> dict[str, list[T]]:
    """What concerns each component, by its slug."""
    found: dict[str, list[T]] = {}
    for one in told:
        for slug in one.components:
            found.setdefault(slug, []).append(one)
    return found

"""Reads the whole control room, as far as somebody may see it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from probes.vocabulary.states import MaintenanceStatus
from statuspage.control.concerns import concerns_at
from statuspage.control.stages import stages_at
from statuspage.control.stories import read_stories
from statuspage.control.values import Room, Work
from statuspage.incidents.decisions import IncidentDecision
from statuspage.incidents.models import Maintenance
from statuspage.monitoring.conditions import knowledge_at

# Planned work that is told of ahead, and how much of it.
AHEAD = timedelta(days=7)
WORKS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What somebody may see, and what he may do to incidents."""

    incidents: bool = True
    acts: frozenset[IncidentDecision] = frozenset(IncidentDecision)
    instrument: bool = True
    planned: bool = True


def read_room(now: datetime, sight: Sight) -> Room:
    """How things stand at ``now``; the number of queries depends on nothing but the number of vantages."""
    stories, more = read_stories(now, acts=sight.acts) if sight.incidents else (None, 0)
    concerns = stages = None
    if sight.instrument:
        knowledge = knowledge_at(now)
        concerns, stages = concerns_at(now, knowledge), stages_at(now, knowledge)
    works = _works(now) if sight.planned else None
    return Room(stories=stories, more=more, concerns=concerns, stages=stages, works=works)


def _works(now: datetime) -> tuple[Work, ...]:
    """What is under way, and what comes within a week."""
    under_way = (MaintenanceStatus.IN_PROGRESS, MaintenanceStatus.VERIFYING)
    soon = Q(status=MaintenanceStatus.SCHEDULED, starts_at__lte=now + AHEAD)
    rows = Maintenance.objects.filter(Q(status__in=under_way) | soon).order_by("starts_at")
    return tuple(_work(row, now) for row in rows[:WORKS])


def _work(row: Maintenance, now: datetime) -> Work:
    under_way = MaintenanceStatus(row.status).is_under_way
    return Work(
        pk=row.pk,
        title=row.title,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        under_way=under_way,
        overdue=under_way and row.ends_at < now,
    )

"""Writes the timeline of planned work: what its times and status say, and what a person adds."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import User

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.occasions import occasion_of
from probes.vocabulary.states import MaintenanceStatus, PlannedStep
from statuspage.drafting.stored import words_for
from statuspage.incidents.filling import of_planned
from statuspage.incidents.models import Maintenance, MaintenanceUpdate
from statuspage.incidents.naming import spoken_names
from statuspage.incidents.planned_steps import PlannedStanding, next_step
from statuspage.incidents.timeline import public_id
from statuspage.monitoring.models import Component
from statuspage.wording.planned import update


def tell(row: Maintenance, *, author: User | None = None) -> None:
    """Add what the public has not been told of ``row`` yet, once it and its components are saved.

    What a person wrote of it since it stands so is enough. ``author`` is who moved it on by hand.
    """
    last = _last(row)
    step = next_step(_standing(last) if last else None, _standing(row))
    if step is not None:
        _add(row, _told(row, step), last, at=row.updated_at, author=author, step=step)


def remind(row: Maintenance) -> None:
    """Remind the public of ``row``, whatever else was told of it."""
    _add(row, _told(row, PlannedStep.REMINDED), _last(row), at=row.updated_at, step=PlannedStep.REMINDED)


def write(row: Maintenance, body: Bilingual, *, author: User | None, now: datetime) -> MaintenanceUpdate:
    """Add what a person says of ``row`` as it stands now."""
    return _add(row, body, _last(row), at=now, author=author)


def _last(row: Maintenance) -> MaintenanceUpdate | None:
    return row.updates.order_by("-sequence").first()


def _add(
    row: Maintenance,
    body: Bilingual,
    last: MaintenanceUpdate | None,
    *,
    at: datetime,
    author: User | None = None,
    step: PlannedStep | None = None,
) -> MaintenanceUpdate:
    sequence = last.sequence + 1 if last else 1
    return MaintenanceUpdate.objects.create(
        maintenance=row,
        sequence=sequence,
        public_id=public_id("maintenance-update", row.public_id, sequence),
        status=row.status,
        step=step.value if step else "",
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        body_zh=body.zh,
        body_en=body.en,
        author=author,
        by_machine=step is not None and author is None,
        created_at=at,
    )


def _told(row: Maintenance, step: PlannedStep) -> Bilingual:
    components = list(row.components.select_related("group"))
    built_in = update(
        step,
        spoken_names(components, Component.objects.select_related("group")),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        at=row.updated_at,
        zone=ZoneInfo(settings.TIME_ZONE),
    )
    filling = of_planned(row, at=row.updated_at, usual_words=built_in)
    return words_for(occasion_of(step), built_in, filling, now=row.updated_at)


def _standing(row: Maintenance | MaintenanceUpdate) -> PlannedStanding:
    return PlannedStanding(status=MaintenanceStatus(row.status), starts_at=row.starts_at, ends_at=row.ends_at)

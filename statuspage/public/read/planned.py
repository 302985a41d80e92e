"""Reads planned work: the newest and what is not over whole, of the rest what tells whether it changed."""

from collections.abc import Collection, Iterable

from django.db.models import Max

from probes.vocabulary.states import MaintenanceStatus
from statuspage.incidents.models import Maintenance, MaintenanceUpdate
from statuspage.public.read.markup import html_of
from statuspage.public.read.values import MaintenanceView, PastWork, UpdateView

MAINTENANCES_SHOWN = 200


def read_planned_history() -> tuple[tuple[MaintenanceView, ...], tuple[PastWork, ...]]:
    """The newest planned work with all that is not over, and the stamps of the rest; both latest first."""
    heads = (
        Maintenance.objects.order_by("-starts_at", "-pk")
        .annotate(told=Max("updates__sequence"))
        .values_list("pk", "public_id", "status", "updated_at", "told")
    )
    shown: list[int] = []
    past: list[PastWork] = []
    for pk, public_id, status, updated_at, told in heads.iterator(chunk_size=2000):
        if len(shown) < MAINTENANCES_SHOWN or not MaintenanceStatus(status).is_over:
            shown.append(pk)
        else:
            past.append(PastWork(pk=pk, id=public_id, stamp=f"{updated_at.isoformat()} {told}"))
    return read_planned(shown), tuple(past)


def read_planned(pks: Collection[int]) -> tuple[MaintenanceView, ...]:
    """Those of the planned work that are still there, latest first; three queries."""
    rows: Iterable[Maintenance] = (
        Maintenance.objects.filter(pk__in=pks)
        .order_by("-starts_at", "-pk")
        .prefetch_related("components", "updates")
    )
    return tuple(map(_view, rows))


def _view(row: Maintenance) -> MaintenanceView:
    return MaintenanceView(
        id=row.public_id,
        title=row.title,
        body=html_of(row.body),
        text=row.body,
        status=MaintenanceStatus(row.status),
        components=tuple(component.slug for component in row.components.all()),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        announced_at=row.announced_at,
        updated_at=row.updated_at,
        revision=row.revision,
        series=row.series_id,
        updates=tuple(map(_update, row.updates.all())),
    )


def _update(row: MaintenanceUpdate) -> UpdateView:
    return UpdateView(
        id=row.public_id,
        status=MaintenanceStatus(row.status),
        body=row.body,
        at=row.created_at,
        by_machine=row.by_machine,
    )

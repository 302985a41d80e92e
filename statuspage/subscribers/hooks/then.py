"""The page as it stood when a piece of news was told, as far as that is stored: for programs told late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.states import ComponentState, IncidentStatus, MaintenanceStatus
from probes.vocabulary.telling import NewsKind
from statuspage.analysis.values import Certainty
from statuspage.delivery import noting
from statuspage.delivery.models import News
from statuspage.incidents.models import IncidentUpdate, MaintenanceUpdate
from statuspage.public.read.values import GroupView, IncidentView, MaintenanceView, Snapshot, UpdateView
from statuspage.subscribers.letters import Item

# What moves components is written beside the update that tells of it, not always in the same moment.
TOGETHER = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChange:
    """That a component (a slug) was in the state ``before`` until ``at``."""

    at: datetime
    slug: str
    before: ComponentState


@dataclass(frozen=True, slots=True, kw_only=True)
class PastStandings:
    """What is stored of how things stood: entries of timelines by public id, and changes, oldest first."""

    updates: Mapping[str, IncidentUpdate]
    planned: Mapping[str, MaintenanceUpdate]
    changes: Sequence[StateChange]


def read_past(items: Sequence[Item]) -> PastStandings:
    """All that :func:`snapshot_then` wants for ``items``, by as many queries for one as for many."""
    names = {kind: [_name(item) for item in items if item.key.startswith(f"{kind}/")] for kind in _TIMELINES}
    since = min(item.at for item in items)
    changed = News.objects.filter(key__startswith=f"{noting.STATE}/", created_at__gt=since)
    told = changed.order_by("created_at", "pk").values_list("key", "created_at")
    updates = IncidentUpdate.objects.filter(public_id__in=names[noting.UPDATE])
    planned = MaintenanceUpdate.objects.filter(public_id__in=names[noting.PLANNED])
    return PastStandings(
        updates={row.public_id: row for row in updates},
        planned={row.public_id: row for row in planned},
        changes=[_change(key, at) for key, at in told],
    )


def snapshot_then(now: Snapshot, item: Item, past: PastStandings) -> Snapshot:
    """``now`` with its components, and the story that ``item`` is of, as they stood at ``item``."""
    story, name = item.subject.partition("/")[2], _name(item)
    before = {change.slug: change.before for change in reversed(past.changes) if _is_later(change, item)}
    told, work = past.updates.get(name), past.planned.get(name)
    return replace(
        now,
        groups=tuple(_group(group, before) for group in now.groups),
        incidents=tuple(
            _incident(row, told, item) if told and row.id == story else row for row in now.incidents
        ),
        planned=tuple(_planned(row, work) if work and row.id == story else row for row in now.planned),
    )


_TIMELINES = (noting.UPDATE, noting.PLANNED)


def _name(item: Item) -> str:
    return item.key.partition("/")[2]


def _change(key: str, at: datetime) -> StateChange:
    _, slug, before, *_ = key.split("/")
    return StateChange(at=at, slug=slug, before=ComponentState(before))


def _is_later(change: StateChange, item: Item) -> bool:
    # News of a change is in the moment of the change itself.
    together = timedelta() if item.kind is NewsKind.STATE else TOGETHER
    return change.at > item.at + together


def _group(group: GroupView, before: Mapping[str, ComponentState]) -> GroupView:
    components = (replace(row, state=before.get(row.slug, row.state)) for row in group.components)
    return replace(group, components=tuple(components))


def _incident(now: IncidentView, told: IncidentUpdate, item: Item) -> IncidentView:
    """What is not stored with each entry, such as its evidence, stays as it is now."""
    if now.updates and now.updates[0].id == told.public_id:
        return now
    at, status = told.created_at, IncidentStatus(told.status)
    return replace(
        now,
        # What ends or returns has its own title in news.
        title=item.title if item.kind in {NewsKind.BEGAN, NewsKind.UPDATE} else now.title,
        status=status,
        cause=Cause(told.cause or now.cause),
        impact=Impact(told.impact or now.impact),
        certainty=Certainty(told.certainty or now.certainty),
        affected=tuple(told.affected),
        confirmed_at=_until(at, now.confirmed_at),
        monitoring_at=_until(at, now.monitoring_at),
        resolved_at=min(at, now.resolved_at or at) if status.is_over else None,
        end_unseen=now.end_unseen and status.is_over,
        withdrawn_at=_until(at, now.withdrawn_at),
        updated_at=at,
        updates=_up_to(now.updates, told.public_id),
        corrections=tuple(one for one in now.corrections if one.at <= at),
    )


def _planned(now: MaintenanceView, told: MaintenanceUpdate) -> MaintenanceView:
    if now.updates and now.updates[0].id == told.public_id:
        return now
    return replace(
        now,
        status=MaintenanceStatus(told.status),
        starts_at=told.starts_at,
        ends_at=told.ends_at,
        updated_at=told.created_at,
        updates=_up_to(now.updates, told.public_id),
    )


def _up_to(updates: Sequence[UpdateView], name: str) -> tuple[UpdateView, ...]:
    """Newest first, from the one of this name on; all of them where it is not among them."""
    names = [update.id for update in updates]
    return tuple(updates[names.index(name) if name in names else 0 :])


def _until(at: datetime, moment: datetime | None) -> datetime | None:
    return moment if moment is not None and moment <= at else None

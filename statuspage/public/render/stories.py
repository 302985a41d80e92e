"""What feeds tell: incidents and planned work in one form, each with what was told of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause
from statuspage.public.read.values import IncidentView, MaintenanceView, Snapshot, UpdateView


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldStory:
    """``name`` is its name in ids, ``path`` where its page lies; ``updates`` newest first."""

    name: str
    path: str
    title: Bilingual
    cause: Cause
    tags: tuple[str, ...]
    components: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    updates: tuple[UpdateView, ...]


def stories_of(snapshot: Snapshot) -> tuple[ToldStory, ...]:
    """All that can be told, the newest first; of planned work only what was told of it."""
    told = [
        *map(_of_incident, snapshot.incidents),
        *(_of_work(row) for row in snapshot.planned if row.updates),
    ]
    return tuple(sorted(told, key=lambda story: story.created_at, reverse=True))


def newest_updates(stories: Iterable[ToldStory], most: int) -> tuple[tuple[ToldStory, UpdateView], ...]:
    """The newest single updates, each with its story."""
    pairs = [(story, update) for story in stories for update in story.updates]
    pairs.sort(key=lambda pair: pair[1].at, reverse=True)
    return tuple(pairs[:most])


def _of_incident(incident: IncidentView) -> ToldStory:
    return ToldStory(
        name=f"Incident/{incident.id}",
        path=f"incidents/{incident.id}/",
        title=incident.title,
        cause=incident.cause,
        tags=(incident.cause.value, incident.certainty.value),
        components=incident.components,
        created_at=incident.created_at,
        updated_at=incident.updated_at,
        updates=incident.updates,
    )


def _of_work(row: MaintenanceView) -> ToldStory:
    return ToldStory(
        name=f"Maintenance/{row.id}",
        path=f"maintenance/{row.id}/",
        title=row.title,
        cause=Cause.MAINTENANCE,
        tags=(Cause.MAINTENANCE.value, row.status.value),
        components=row.components,
        created_at=row.announced_at,
        updated_at=row.updated_at,
        updates=row.updates,
    )

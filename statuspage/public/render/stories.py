"""What feeds tell: incidents and planned work in one form, each with what was told of it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause
from statuspage.public.read.values import IncidentView, MaintenanceView, Snapshot, UpdateView
from statuspage.public.render.instead import current_advice


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldStory:
    """``name`` is its name in ids, ``path`` where its page lies; ``updates`` newest first.

    ``advice`` is what to do now, which holds for as long as nothing else was published.
    """

    name: str
    path: str
    title: Bilingual
    cause: Cause
    tags: tuple[str, ...]
    components: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    updates: tuple[UpdateView, ...]
    advice: tuple[Bilingual, ...] = ()


def stories_of(snapshot: Snapshot) -> tuple[ToldStory, ...]:
    """All that can be told, the newest first; of planned work only what was told of it."""
    told = [
        *(_of_incident(snapshot, incident) for incident in snapshot.incidents),
        *(_of_work(row) for row in snapshot.planned if row.updates),
    ]
    return tuple(sorted(told, key=lambda story: story.created_at, reverse=True))


def newest_updates(stories: Iterable[ToldStory], most: int) -> tuple[tuple[ToldStory, UpdateView], ...]:
    """The newest single updates, each with its story."""
    pairs = [(story, update) for story in stories for update in story.updates]
    pairs.sort(key=lambda pair: pair[1].at, reverse=True)
    return tuple(pairs[:most])


def _of_incident(snapshot: Snapshot, incident: IncidentView) -> ToldStory:
    story = _story(
        incident, "Incident", "incidents", incident.cause, incident.certainty.value, incident.created_at
    )
    advice = current_advice(snapshot, incident)
    return replace(story, advice=advice) if advice else story


def _of_work(row: MaintenanceView) -> ToldStory:
    return _story(row, "Maintenance", "maintenance", Cause.MAINTENANCE, row.status.value, row.announced_at)


def _story(
    told: IncidentView | MaintenanceView, kind: str, folder: str, cause: Cause, tag: str, since: datetime
) -> ToldStory:
    return ToldStory(
        name=f"{kind}/{told.id}",
        path=f"{folder}/{told.id}/",
        title=told.title,
        cause=cause,
        tags=(cause.value, tag),
        components=told.components,
        created_at=since,
        updated_at=told.updated_at,
        updates=told.updates,
    )

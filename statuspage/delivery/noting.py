"""Notes that there is something to tell, in the transaction that makes it so."""

from datetime import datetime
from typing import Any

from probes.vocabulary.publishing import Publication
from statuspage.delivery.models import News
from statuspage.incidents.models import Announcement, IncidentUpdate, MaintenanceUpdate

UPDATE, PLANNED, ANNOUNCEMENT, STATE = "update", "planned", "announcement", "state"


def note_update(sender: object, instance: IncidentUpdate, created: bool, **_: Any) -> None:
    """An entry of an incident's timeline was written; of one that is held back nobody is told."""
    if created and instance.incident.publication == Publication.PUBLISHED:
        _note(f"{UPDATE}/{instance.public_id}", at=instance.created_at)


def note_planned(sender: object, instance: MaintenanceUpdate, created: bool, **_: Any) -> None:
    """An entry of the timeline of planned work was written."""
    if created:
        _note(f"{PLANNED}/{instance.public_id}", at=instance.created_at)


def note_announcement(sender: object, instance: Announcement, created: bool, **_: Any) -> None:
    """An announcement was written; it is news from when it is shown, also where that was changed since."""
    key = f"{ANNOUNCEMENT}/{instance.pk}"
    if created:
        _note(key, at=instance.starts_at)
    else:
        # What was worded is told already.
        News.objects.filter(key=key, kind="").update(created_at=instance.starts_at, spread=False)


def note_state(sender: object, slug: str, before: str, after: str, at: datetime, **_: Any) -> None:
    """A component's state changed."""
    _note(f"{STATE}/{slug}/{before}/{after}/{at:%Y%m%dT%H%M%S}", at=at)


def _note(key: str, *, at: datetime) -> None:
    News.objects.bulk_create([News(key=key, created_at=at)], ignore_conflicts=True)

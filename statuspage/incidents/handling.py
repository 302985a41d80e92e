"""What a person does to an incident: takes it over, writes updates, ends it. What a person decided wins."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.states import IncidentStatus
from statuspage.incidents.days import recompute_days
from statuspage.incidents.evidence import without_extents
from statuspage.incidents.models import Incident, IncidentUpdate
from statuspage.incidents.statuses import refresh_statuses
from statuspage.incidents.timeline import add_entry
from statuspage.monitoring.changes import hold_pipeline, mark_changed
from statuspage.monitoring.conditions import knowledge_at
from statuspage.monitoring.models import Component
from statuspage.wording.updates import RESOLVED_BY_HAND

# Who gives one of these says that something fails.
JUDGEMENTS = frozenset({"status", "cause", "impact", "certainty"})


@transaction.atomic
def take_over(incidents: Sequence[Incident], *, now: datetime) -> int:
    """From now on a person leads these incidents; gives how many the machine led until now."""
    return _hand_over(incidents, to_person=True, now=now)


@transaction.atomic
def give_back(incidents: Sequence[Incident], *, now: datetime) -> int:
    """Let the machine lead these again, from its next verdict on; a person's own stay a person's."""
    return _hand_over(incidents, to_person=False, now=now)


def _hand_over(incidents: Sequence[Incident], *, to_person: bool, now: datetime) -> int:
    hold_pipeline()
    the_machines = Incident.objects.filter(pk__in=[incident.pk for incident in incidents], key__isnull=False)
    changed = the_machines.filter(taken_over=not to_person).update(taken_over=to_person, updated_at=now)
    make_public(now=now)
    return changed


@transaction.atomic
def write_update(
    incident: Incident,
    *,
    status: IncidentStatus,
    body: Bilingual,
    author: User | None,
    now: datetime,
) -> IncidentUpdate:
    """Add a person's entry to the timeline; with another status the person takes the lead too."""
    hold_pipeline()
    if status == incident.status:
        Incident.objects.filter(pk=incident.pk).update(updated_at=now)
    else:
        move_by_hand(incident, status=status, now=now)
    row = add_entry(incident, body, at=now, author=author)
    make_public(now=now, since=incident.started_at)
    return row


def heed_person(
    incident: Incident, given: Collection[str], *, components: Iterable[Component] | None = None
) -> set[str]:
    """Let a person's word stand in place of what was measured; gives the columns that this changed.

    ``given`` are the fields that the person gave, ``components`` those that the person named: while it is
    open, they fail. An impact holds for all that fails. What is left alone stays as the machine left it.
    """
    columns = set()
    if "impact" in given:
        incident.evidence = without_extents(incident.evidence)
        columns.add("evidence")
    if components is None and JUDGEMENTS & set(given) and not incident.affected:
        components = incident.components.all()
    if components is not None:
        incident.affected = [] if incident.resolved_at else [component.slug for component in components]
        columns.add("affected")
    return columns


def move_by_hand(incident: Incident, *, status: IncidentStatus, now: datetime) -> None:
    """Give an incident the status that a person chose, and the person its lead."""
    incident.status, incident.updated_at = status, now
    incident.taken_over = incident.key is not None
    incident.monitoring_at = now if status is IncidentStatus.MONITORING else incident.monitoring_at
    incident.resolved_at = (incident.resolved_at or now) if status.is_over else None
    incident.end_unseen = incident.end_unseen and status.is_over
    goes_on = not status.is_over and status is not IncidentStatus.MONITORING
    heeded = heed_person(incident, {"status"} if goes_on else ())
    moved = {"status", "updated_at", "taken_over", "monitoring_at", "resolved_at", "end_unseen"}
    incident.save(update_fields=moved | heeded)


@transaction.atomic
def resolve(incidents: Sequence[Incident], *, author: User | None, now: datetime) -> int:
    """End these incidents with a plain word; gives how many were open."""
    hold_pipeline()
    still_open = [incident for incident in incidents if incident.resolved_at is None]
    body = RESOLVED_BY_HAND.say()
    for incident in still_open:
        write_update(incident, status=IncidentStatus.RESOLVED, body=body, author=author, now=now)
    return len(still_open)


def make_public(*, now: datetime, since: datetime | None = None) -> None:
    """Let states and days follow what a person changed from ``since`` on, and the page follow them."""
    knowledge = knowledge_at(now)
    known_until = knowledge.until or now
    refresh_statuses(since=known_until, at=now, blind=knowledge.conditions.blind_components)
    if since is not None and since < known_until:
        recompute_days(since=since, until=known_until, zone=ZoneInfo(settings.TIME_ZONE))
    mark_changed(now=now)

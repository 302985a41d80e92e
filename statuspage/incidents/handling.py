"""What a person does to an incident: says something, takes the lead, gives it back, ends it. It wins."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.states import IncidentStatus
from statuspage.incidents.days import recompute_days
from statuspage.incidents.evidence import without_extents
from statuspage.incidents.models import Incident, IncidentUpdate
from statuspage.incidents.other_language import complete_entry
from statuspage.incidents.recording import hand_to_machine
from statuspage.incidents.statuses import refresh_statuses
from statuspage.incidents.telling import Teller
from statuspage.incidents.timeline import add_entry
from statuspage.monitoring.changes import hold_pipeline, mark_changed
from statuspage.monitoring.conditions import knowledge_at
from statuspage.monitoring.models import Component
from statuspage.wording.updates import RESOLVED_BY_HAND

# Who gives one of these says that something fails.
JUDGEMENTS = frozenset({"status", "cause", "impact", "certainty"})
MERGED = _("It was merged into another incident: open that one.")


class UndoableError(Exception):
    """What was asked for cannot be done to this incident as it stands; the text says why, to an admin."""

    def __init__(self, reason: Promise) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return str(self.reason)


def hold(incident: Incident) -> Incident:
    """Let nobody else move an incident until the transaction ends, and read it as it stands."""
    hold_pipeline()
    incident.refresh_from_db()
    return incident


def hold_own(incident: Incident) -> Incident:
    """:func:`hold` one that is told by itself; UndoableError where it was merged into another."""
    if hold(incident).merged_into_id is not None:
        raise UndoableError(MERGED)
    return incident


@transaction.atomic
def take_over(
    incident: Incident, *, author: User | None, now: datetime, until: datetime | None = None
) -> bool:
    """From now on a person leads; at ``until``, if given, the machine gets it back. True if that is new.

    What the machine sees goes on being kept beside, and nothing falls due by itself but the giving back.
    """
    hold(incident)
    if until is not None and until <= now:
        raise UndoableError(_("It must be given back in the future."))
    if incident.key is None or incident.merged_into_id is not None:
        return False
    news = not incident.taken_over
    incident.lead = author if news or author is not None else incident.lead
    incident.taken_over, incident.due_at, incident.updated_at = True, until, now
    incident.save(update_fields=["lead", "taken_over", "due_at", "updated_at"])
    make_public(now=now)
    return news


@transaction.atomic
def give_back(incident: Incident, *, author: User | None, now: datetime) -> bool:
    """Let the machine lead again, and say at once what it sees; True if a person led until now.

    A person's own stay a person's, and so do what was withdrawn, until it is reopened, and what was merged.
    """
    hold(incident)
    if incident.key is None or not incident.taken_over:
        return False
    if incident.withdrawn_at is not None or incident.merged_into_id is not None:
        return False
    teller = Teller()
    hand_to_machine(teller, incident, at=now)
    teller.save()
    make_public(now=now, since=incident.started_at)
    return True


@transaction.atomic
def say(
    incident: Incident,
    body: Bilingual,
    *,
    author: User | None,
    now: datetime,
    status: IncidentStatus | None = None,
) -> IncidentUpdate:
    """Add a person's entry to the timeline; with another status than the present the person takes the lead.

    Without a status it is said under the present one, whatever the machine made of that meanwhile. A language
    that the person left out is filled in by the template that fits.
    UndoableError where it was merged: nobody would read it there.
    """
    hold_own(incident)
    if status is None or status == incident.status:
        incident.updated_at = now
        incident.save(update_fields=["updated_at"])
    else:
        move_by_hand(incident, status=status, author=author, now=now)
    both, drafted = complete_entry(incident, body, now=now)
    row = add_entry(incident, both, at=now, author=author, drafted=drafted)
    make_public(now=now, since=incident.started_at)
    return row


@transaction.atomic
def resolve(incident: Incident, *, author: User | None, now: datetime, body: Bilingual | None = None) -> bool:
    """End an incident, with a plain word unless ``body`` says more; True if it was open."""
    if hold(incident).resolved_at is not None:
        return False
    words = body or RESOLVED_BY_HAND.say()
    say(incident, words, status=IncidentStatus.RESOLVED, author=author, now=now)
    return True


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


def lead_by_hand(incident: Incident, *, author: User | None, now: datetime) -> set[str]:
    """Give a person the lead of an incident that is about to be stored; gives the columns of that.

    Who led already goes on, until the time that was set.
    """
    incident.updated_at = now
    if incident.key is None or incident.taken_over:
        return {"updated_at"}
    incident.taken_over, incident.lead, incident.due_at = True, author, None
    return {"updated_at", "taken_over", "lead", "due_at"}


def move_by_hand(incident: Incident, *, status: IncidentStatus, author: User | None, now: datetime) -> None:
    """Give an incident the status that a person chose, and the person its lead."""
    incident.status = status
    incident.monitoring_at = now if status is IncidentStatus.MONITORING else incident.monitoring_at
    incident.resolved_at = (incident.resolved_at or now) if status.is_over else None
    incident.end_unseen = incident.end_unseen and status.is_over
    incident.withdrawn_at = incident.withdrawn_at if status.is_over else None
    goes_on = not status.is_over and status is not IncidentStatus.MONITORING
    heeded = heed_person(incident, {"status"} if goes_on else ())
    led = lead_by_hand(incident, author=author, now=now)
    moved = {"status", "monitoring_at", "resolved_at", "end_unseen", "withdrawn_at"}
    incident.save(update_fields=moved | heeded | led)


def make_public(*, now: datetime, since: datetime | None = None) -> None:
    """Let states and days follow what a person changed from ``since`` on, and the page follow them."""
    knowledge = knowledge_at(now)
    known_until = knowledge.until or now
    refresh_statuses(since=known_until, at=now, blind=knowledge.conditions.blind_components)
    if since is not None and since < known_until:
        recompute_days(since=since, until=known_until, zone=ZoneInfo(settings.TIME_ZONE))
    mark_changed(now=now)


def each(incidents: Sequence[Incident], done: Callable[[Incident], bool]) -> int:
    """Do something to several incidents, all or none of them; gives to how many it did anything."""
    with transaction.atomic():
        return sum(done(incident) for incident in incidents)

"""Makes one incident of two, and two of one, where a person sees what belongs together."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from probes.vocabulary.causes import Impact
from probes.vocabulary.publishing import Publication
from probes.vocabulary.states import IncidentStatus
from statuspage.incidents.handling import UndoableError, hold, make_public
from statuspage.incidents.models import Incident, IncidentUpdate
from statuspage.incidents.telling import Teller
from statuspage.incidents.timeline import add_entry, new_public_id
from statuspage.incidents.totals import note_opened
from statuspage.monitoring.models import Component
from statuspage.wording import decisions, names

# No timeline is as long: entries wait above it while they are numbered anew.
ABOVE_ALL = 1_000_000


@transaction.atomic
def merge(incident: Incident, *, into: Incident, author: User | None, now: datetime) -> None:
    """Tell ``incident`` as a part of ``into``: its components and entries go there, its address points there.

    Who leads ``into`` goes on. Where that is the machine, it goes by what it sees of both: what goes on opens
    it again. UndoableError where what goes on would be lost in what is over.
    """
    hold(incident)
    into.refresh_from_db()
    if into.pk == incident.pk:
        raise UndoableError(_("An incident cannot be merged into itself."))
    if incident.merged_into_id is not None or into.merged_into_id is not None:
        raise UndoableError(_("One of them was merged into another incident already."))
    if into.publication != Publication.PUBLISHED or into.withdrawn_at is not None:
        raise UndoableError(_("The other one is not told to the public."))
    goes_on = incident.resolved_at is None
    _take_in(into, incident, now=now)
    _take_entries(into, incident)
    _close_into(incident, into, now=now)
    if incident.publication == Publication.PUBLISHED:
        body = decisions.MERGED.say(title=incident.title)
        add_entry(into, body, at=now, author=author)
    if goes_on and into.resolved_at is not None:
        _open_again(into, now=now)
    make_public(now=now, since=into.started_at)


def _open_again(into: Incident, *, now: datetime) -> None:
    if not into.led_by_person:
        teller = Teller()
        teller.tell(into, at=now)
        teller.save()
    if into.resolved_at is not None:
        raise UndoableError(_("The other one is over, and this one goes on: reopen the other one first."))


def _take_in(into: Incident, incident: Incident, *, now: datetime) -> None:
    into.components.add(*incident.components.all())
    if incident.resolved_at is None and into.resolved_at is None:
        # Where none was named, all of its components fail.
        failing = incident.affected or [row.slug for row in incident.components.all()]
        into.affected = list(dict.fromkeys([*into.affected, *failing]))
    into.started_at = min(into.started_at, incident.started_at)
    into.detected_at = min(into.detected_at, incident.detected_at)
    into.impact = max(Impact(into.impact), Impact(incident.impact), key=lambda impact: impact.rank).value
    into.updated_at = now
    if into.key is not None and not into.own_title:
        into.title = Teller().title_of(into)
    into.save()


def _take_entries(into: Incident, incident: Incident) -> None:
    """Put the entries of one among those of the other, in the order of time; each knows whose it was."""
    if incident.publication == Publication.PUBLISHED:
        incident.updates.filter(origin__isnull=True).update(origin=incident)
        incident.updates.update(incident=into, sequence=F("sequence") + 2 * ABOVE_ALL)
    rows = list(IncidentUpdate.objects.filter(incident=into).order_by("created_at", "sequence"))
    into.updates.filter(sequence__lt=ABOVE_ALL).update(sequence=F("sequence") + ABOVE_ALL)
    for number, row in enumerate(rows, start=1):
        IncidentUpdate.objects.filter(pk=row.pk).update(sequence=number)


def _close_into(incident: Incident, into: Incident, *, now: datetime) -> None:
    incident.merged_into, incident.due_at, incident.updated_at = into, None, now
    if incident.resolved_at is None:
        incident.status, incident.resolved_at = IncidentStatus.RESOLVED.value, now
    incident.save(update_fields=["merged_into", "due_at", "updated_at", "status", "resolved_at"])
    incident.merged.update(merged_into=into)


@transaction.atomic
def split(
    incident: Incident, *, components: Sequence[Component], author: User | None, now: datetime
) -> Incident:
    """Tell of some components in an incident of their own, which a person leads; gives that incident.

    Who leads the old one goes on, without them.
    """
    hold(incident)
    own = {row.pk for row in incident.components.all()}
    chosen = [row for row in components if row.pk in own]
    if not chosen or len(chosen) == len(own):
        raise UndoableError(_("Choose some of its components, not all."))
    made = _made_of(incident, chosen, author=author, now=now)
    slugs = [row.slug for row in chosen]
    incident.components.remove(*chosen)
    incident.affected = [slug for slug in incident.affected if slug not in slugs]
    incident.split_off = [*incident.split_off, *slugs] if incident.key is not None else []
    incident.updated_at = now
    teller = Teller()
    if incident.key is not None and not incident.own_title:
        incident.title = teller.title_of(incident)
    incident.save()
    if incident.publication == Publication.PUBLISHED:
        told = decisions.SPLIT.say(names=names.spoken(teller.names(slugs)).capitalised())
        add_entry(incident, told, at=now, author=author)
        add_entry(made, teller.opening(made, at=now), at=now, author=author)
    make_public(now=now, since=incident.started_at)
    return made


def _made_of(
    incident: Incident, chosen: Sequence[Component], *, author: User | None, now: datetime
) -> Incident:
    """The new one: all that is told of the old, of these components."""
    failing = set(incident.affected)
    made = Incident(
        public_id=new_public_id(),
        lead=author,
        publication=incident.publication,
        cause=incident.cause,
        impact=incident.impact,
        status=incident.status,
        certainty=incident.certainty,
        confidence=incident.confidence,
        affected=[row.slug for row in chosen if row.slug in failing],
        started_at=incident.started_at,
        detected_at=incident.detected_at,
        confirmed_at=incident.confirmed_at,
        monitoring_at=incident.monitoring_at,
        resolved_at=incident.resolved_at,
        created_at=now,
        updated_at=now,
    )
    if made.publication == Publication.WAITING:
        made.publication = Publication.HELD.value
    made.title = incident.title
    made.save()
    made.components.set(chosen)
    made.title = Teller().title_of(made)
    made.save(update_fields=["title_zh", "title_en"])
    note_opened(made.cause)
    return made

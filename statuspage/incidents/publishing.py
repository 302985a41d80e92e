"""What a person decides of what is told: tell it as confirmed, hold it back, publish or drop it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from probes.vocabulary.causes import Cause
from probes.vocabulary.publishing import Confirmation, NextStep, Publication
from statuspage.analysis.values import Certainty
from statuspage.incidents.correcting import Amendment, correct
from statuspage.incidents.handling import UndoableError, hold, make_public
from statuspage.incidents.models import Incident, IncidentUpdate
from statuspage.incidents.policies import Policy, PolicyRule, policy_for
from statuspage.incidents.reading import undecided
from statuspage.incidents.telling import Teller, seen, stored_rules
from statuspage.incidents.timeline import add_entry

UNTOLD = (Publication.WAITING, Publication.HELD, Publication.DROPPED)


@transaction.atomic
def confirm(incident: Incident, *, author: User | None, now: datetime) -> bool:
    """Tell the public that an incident is sure, and publish it if it is not; True if that was news.

    The machine goes on leading what it leads.
    """
    hold(incident)
    if incident.certainty == Certainty.CONFIRMED and incident.publication == Publication.PUBLISHED:
        return False
    if incident.led_by_person:
        correct(incident, Amendment(certainty=Certainty.CONFIRMED), author=author, now=now)
        return publish_now(incident, author=author, now=now) or True
    incident.confirmation = Confirmation.GIVEN.value
    return _tell(incident, author=author, now=now)


@transaction.atomic
def publish_now(incident: Incident, *, author: User | None, now: datetime) -> bool:
    """Tell the public of an incident that was held back, waits or was dropped; False if it was told."""
    hold(incident)
    if incident.publication == Publication.PUBLISHED:
        return False
    return _tell(incident, author=author, now=now)


def _tell(incident: Incident, *, author: User | None, now: datetime) -> bool:
    was_untold = incident.publication != Publication.PUBLISHED
    incident.publication, incident.due_at = Publication.PUBLISHED.value, incident.taken_until
    incident.updated_at = now
    incident.save(update_fields=["publication", "confirmation", "due_at", "updated_at"])
    teller, said_before = Teller(), list(incident.updates.order_by("sequence"))
    if not incident.led_by_person:
        teller.tell(incident, at=now, author=author)
        teller.save()
    elif not said_before:
        add_entry(incident, teller.opening(incident, at=now), at=now, author=author)
    if was_untold:
        _say_again(said_before, now=now)
    make_public(now=now, since=incident.started_at)
    return True


def _say_again(entries: Sequence[IncidentUpdate], *, now: datetime) -> None:
    """What was written while nobody was told is said now: the public and who asked to be told hear it now."""
    for entry in entries:
        incident, author = entry.incident, entry.author
        body, corrects = entry.body, entry.corrects
        entry.delete()
        add_entry(incident, body, at=now, author=author, corrects=corrects)


@transaction.atomic
def hold_back(incident: Incident, *, author: User | None, now: datetime) -> None:
    """Stop what would be told of an incident by itself: that there is one, or that it is sure.

    UndoableError where all of it is told: what is told is corrected or withdrawn.
    """
    hold(incident)
    if incident.publication in (Publication.WAITING, Publication.HELD):
        incident.publication = Publication.HELD.value
    elif incident.publication == Publication.PUBLISHED and incident.certainty == Certainty.SUSPECTED:
        incident.confirmation = Confirmation.HELD.value
    else:
        raise UndoableError(_("It is told already: correct it or withdraw it."))
    incident.due_at, incident.updated_at = incident.taken_until, now
    incident.save(update_fields=["publication", "confirmation", "due_at", "updated_at"])


@transaction.atomic
def drop(incident: Incident, *, author: User | None, now: datetime) -> None:
    """Never tell the public of an incident that is not published; the machine goes on looking."""
    hold(incident)
    if incident.publication == Publication.PUBLISHED:
        raise UndoableError(_("It is told already: correct it or withdraw it."))
    incident.publication, incident.updated_at = Publication.DROPPED.value, now
    incident.due_at = incident.taken_until
    incident.save(update_fields=["publication", "due_at", "updated_at"])


@dataclass(frozen=True, slots=True, kw_only=True)
class ComesNext:
    """What the site does next with an incident by itself, at ``at``, or when a person says so (None).

    ``cause`` and ``policy`` are by which rule, for what is told.
    """

    incident: Incident
    step: NextStep
    at: datetime | None
    cause: Cause
    policy: Policy | None


def what_comes_next(now: datetime) -> list[ComesNext]:
    """What would be published, confirmed or given back next, soonest first, then what waits for a person.

    A constant number of queries.
    """
    rules = stored_rules()
    found = [next_of(incident, rules) for incident in undecided()]
    known = [step for step in found if step is not None]
    return sorted(known, key=lambda step: (step.at is None, step.at or step.incident.started_at))


def next_of(incident: Incident, rules: tuple[PolicyRule, ...]) -> ComesNext | None:
    """What becomes of an incident next; None where nothing does without a person's wish."""
    if incident.resolved_at is not None or incident.publication == Publication.DROPPED:
        return None
    if incident.taken_over and incident.due_at is None:
        return None
    slugs = [component.slug for component in incident.components.all()]
    if incident.taken_over:
        step = NextStep.GIVE_BACK
    elif incident.publication in UNTOLD:
        step = NextStep.PUBLISH
    elif _waits_to_be_sure(incident):
        step = NextStep.CONFIRM
    else:
        return None
    cause = Cause(incident.cause)
    policy = None if incident.taken_over else policy_for(cause, slugs, rules)
    return ComesNext(incident=incident, step=step, at=incident.due_at, cause=cause, policy=policy)


def _waits_to_be_sure(incident: Incident) -> bool:
    """Whether the machine is sure of what is told as suspected."""
    verdict = seen(incident)
    return (
        incident.certainty == Certainty.SUSPECTED and verdict is not None and verdict.confirmed_at is not None
    )

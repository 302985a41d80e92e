"""Corrects what is told of an incident, withdraws it and opens it again; the public is told of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.publishing import Confirmation, Publication
from probes.vocabulary.states import IncidentStatus
from statuspage.analysis.values import Certainty
from statuspage.incidents.handling import (
    UndoableError,
    heed_person,
    hold_own,
    lead_by_hand,
    make_public,
    say,
)
from statuspage.incidents.models import Incident, IncidentUpdate
from statuspage.incidents.telling import Teller
from statuspage.incidents.timeline import add_entry
from statuspage.incidents.totals import note_corrected
from statuspage.monitoring.models import Component
from statuspage.wording import decisions


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """What a person gives of an incident; None leaves a field as it is, and so does what it already was."""

    cause: Cause | None = None
    impact: Impact | None = None
    certainty: Certainty | None = None
    components: Sequence[Component] | None = None
    started_at: datetime | None = None
    resolved_at: datetime | None = None  # of one that is over
    title: Bilingual | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongTime:
    """A time that cannot be: of which field, and why."""

    field: str
    text: Promise


@transaction.atomic
def correct(
    incident: Incident, given: Amendment, *, author: User | None, now: datetime
) -> IncidentUpdate | None:
    """Tell an incident otherwise: the person leads it from then on, its title follows, and an entry says so.

    A title alone leaves the machine its lead, and no entry is made; nor of what is not published. What is
    already so changes nothing. UndoableError where it was merged into another.
    """
    hold_own(incident)
    changed = _changes(incident, given)
    if not changed:
        return None
    _check_times(incident, given, now)
    began, before = incident.started_at, Cause(incident.cause)
    _apply(incident, given, changed, author=author, now=now)
    note_corrected(before, incident.cause)
    entry = _tell(incident, changed, before, author=author, now=now)
    make_public(now=now, since=min(began, incident.started_at))
    return entry


def _changes(incident: Incident, given: Amendment) -> set[str]:
    plain = ("cause", "impact", "certainty", "started_at", "resolved_at", "title")
    found = {
        name
        for name in plain
        if getattr(given, name) is not None and getattr(given, name) != getattr(incident, name)
    }
    named = None if given.components is None else {row.pk for row in given.components}
    if named is not None and named != set(incident.components.values_list("pk", flat=True)):
        found.add("components")
    return found


def times_problem(starts: datetime, ends: datetime | None, *, now: datetime) -> WrongTime | None:
    """What is wrong with when an incident began and ended, and of which of both; None where it is right."""
    if starts > now:
        return WrongTime(
            field="started_at", text=_("It cannot begin in the future: plan a maintenance instead.")
        )
    if ends is not None and not starts <= ends <= now:
        return WrongTime(field="resolved_at", text=_("It must end after it began, and not in the future."))
    return None


def _check_times(incident: Incident, given: Amendment, now: datetime) -> None:
    if given.resolved_at is not None and incident.resolved_at is None:
        raise UndoableError(_("It is not over: resolve it first."))
    if given.started_at is None and given.resolved_at is None:
        return
    starts, ends = given.started_at or incident.started_at, given.resolved_at or incident.resolved_at
    problem = times_problem(starts, ends, now=now)
    if problem is not None:
        raise UndoableError(problem.text)


def _apply(
    incident: Incident, given: Amendment, changed: set[str], *, author: User | None, now: datetime
) -> None:
    for name in changed - {"components"}:
        setattr(incident, name, getattr(given, name))
    if "components" in changed and given.components is not None:
        incident.components.set(given.components)
    heed_person(incident, changed, components=given.components if "components" in changed else None)
    if "certainty" in changed:
        sure = incident.certainty == Certainty.CONFIRMED
        incident.confirmation = (Confirmation.GIVEN if sure else Confirmation.HELD).value
        incident.confirmed_at = now if sure else None
    incident.own_title = incident.own_title or "title" in changed
    incident.updated_at = now
    if changed != {"title"}:
        lead_by_hand(incident, author=author, now=now)
        if incident.key is not None and not incident.own_title:
            incident.title = Teller().title_of(incident)
    incident.save()


def _tell(
    incident: Incident, changed: set[str], before: Cause, *, author: User | None, now: datetime
) -> IncidentUpdate | None:
    if incident.publication != Publication.PUBLISHED:
        return None
    teller, cause = Teller(), Cause(incident.cause)
    slugs = [row.slug for row in incident.components.all()]
    words = decisions.correction(
        decisions.Corrected(
            cause=(before, cause) if "cause" in changed else None,
            certainty=Certainty(incident.certainty) if "certainty" in changed else None,
            impact=Impact(incident.impact) if "impact" in changed else None,
            components=teller.names(slugs) if "components" in changed else None,
            times=bool(changed & {"started_at", "resolved_at"}),
        ),
        teller.kinds(incident.affected or slugs),
    )
    if not words:
        return None
    return add_entry(incident, words, at=now, author=author, corrects=True)


@transaction.atomic
def withdraw(
    incident: Incident, *, author: User | None, now: datetime, body: Bilingual | None = None
) -> IncidentUpdate | None:
    """Take back an incident that was none: it stays in the history as withdrawn and counts for nothing.

    What was not published is dropped, and nothing is said. None where nothing was told.
    """
    hold_own(incident)
    if incident.withdrawn_at is not None:
        return None
    if incident.publication != Publication.PUBLISHED:
        incident.publication, incident.due_at, incident.updated_at = Publication.DROPPED.value, None, now
        incident.save(update_fields=["publication", "due_at", "updated_at"])
        return None
    # Nothing gives it back to the machine, which may see on what was none.
    incident.withdrawn_at, incident.due_at = now, None
    incident.save(update_fields=["withdrawn_at", "due_at"])
    return _end_or_say(incident, body or decisions.WITHDRAWN.say(), author=author, now=now)


def _end_or_say(incident: Incident, body: Bilingual, *, author: User | None, now: datetime) -> IncidentUpdate:
    over = IncidentStatus(incident.status).is_over
    if over and incident.key is not None and not incident.taken_over:
        columns = lead_by_hand(incident, author=author, now=now)
        incident.save(update_fields=columns)
    return say(incident, body, status=None if over else IncidentStatus.RESOLVED, author=author, now=now)


@transaction.atomic
def reopen(
    incident: Incident, *, author: User | None, now: datetime, body: Bilingual | None = None
) -> IncidentUpdate | None:
    """Open again what was over, withdrawn or not; the person leads it. None where it is open."""
    hold_own(incident)
    if incident.resolved_at is None:
        return None
    incident.withdrawn_at = None
    incident.save(update_fields=["withdrawn_at"])
    words = body or decisions.REOPENED.say()
    return say(incident, words, status=IncidentStatus.IDENTIFIED, author=author, now=now)

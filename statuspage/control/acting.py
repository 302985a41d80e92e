"""Carries out what was decided in the control room, if the incident still is what the decision was about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause
from probes.vocabulary.states import IncidentStatus
from statuspage.control.deciding import PERMISSIONS, acts_on
from statuspage.control.stories import position_of
from statuspage.incidents import correcting, handling, publishing
from statuspage.incidents.decisions import IncidentDecision
from statuspage.incidents.handling import UndoableError
from statuspage.incidents.models import Incident
from statuspage.logbook.deeds import noted_action
from statuspage.monitoring.changes import hold_pipeline

LONGEST = 5000  # characters, as the column has it
LONGEST_LEAD = 24 * 60  # minutes


class ActRefusedError(Exception):
    """Nothing was done; the text says why, in the active language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided of the incident ``pk``, which stood as ``mark`` says.

    ``body`` and ``status`` are what is said of it, ``cause`` what it is corrected to, and ``minutes`` for how
    long it is taken over.
    """

    act: IncidentDecision
    pk: int
    mark: str
    body: Bilingual
    status: IncidentStatus | None = None
    cause: Cause | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Doing:
    """How the log of who did what names an act, how it is done, and what is told when it was."""

    deed: Promise
    do: Callable[[Decision, Incident, User, datetime], object]
    done: Promise


def permissions_for(decision: Decision) -> tuple[str, ...]:
    """What somebody must be allowed for it: who says that it goes another way takes the lead."""
    if decision.act is IncidentDecision.SAY and decision.status is not None:
        return PERMISSIONS[IncidentDecision.SAY], PERMISSIONS[IncidentDecision.TAKE_OVER]
    return (PERMISSIONS[decision.act],)


@transaction.atomic
def carry_out(decision: Decision, *, author: User, now: datetime) -> str:
    """Do it, and say what was done; raises :class:`ActRefusedError` where nothing was."""
    hold_pipeline()
    incident = Incident.objects.filter(pk=decision.pk).first()
    if incident is None:
        raise ActRefusedError(_("This incident is not there any more."))
    position = position_of(incident)
    if incident.resolved_at is not None or decision.act not in acts_on(position):
        raise ActRefusedError(_("Nothing was done: it is over, or this cannot be done to it any more."))
    # What somebody says is his own; everything else rests on what he saw.
    if decision.act is not IncidentDecision.SAY and decision.mark != position.mark:
        raise ActRefusedError(_("Nothing was done: the incident changed meanwhile. Look again, then decide."))
    way = _WAYS[decision.act]
    try:
        with noted_action(way.deed, incident, now=now):
            way.do(decision, incident, author, now)
    except UndoableError as error:
        raise ActRefusedError(str(error)) from error
    return str(way.done)


def _confirm(decision: Decision, incident: Incident, author: User, now: datetime) -> None:
    publishing.confirm(incident, author=author, now=now)


def _publish(decision: Decision, incident: Incident, author: User, now: datetime) -> None:
    publishing.publish_now(incident, author=author, now=now)


def _hold_back(decision: Decision, incident: Incident, author: User, now: datetime) -> None:
    publishing.hold_back(incident, author=author, now=now)


def _drop(decision: Decision, incident: Incident, author: User, now: datetime) -> None:
    publishing.drop(incident, author=author, now=now)


def _say(decision: Decision, incident: Incident, author: User, now: datetime) -> None:
    _check_text(decision.body)
    if not decision.body:
        raise ActRefusedError(_("Nothing was said: write it in one language at least."))
    handling.say(incident, decision.body, status=decision.status, author=author, now=now)


def _correct(decision: Decision, incident: Incident, author: User, now: datetime) -> None:
    given = correcting.Amendment(cause=decision.cause)
    if correcting.correct(incident, given, author=author, now=now) is None:
        raise ActRefusedError(_("Nothing was done: that is its cause already."))


def _withdraw(decision: Decision, incident: Incident, author: User, now: datetime) -> None:
    _check_text(decision.body)
    correcting.withdraw(incident, author=author, now=now, body=decision.body or None)


def _resolve(decision: Decision, incident: Incident, author: User, now: datetime) -> None:
    _check_text(decision.body)
    handling.resolve(incident, author=author, now=now, body=decision.body or None)


def _take_over(decision: Decision, incident: Incident, author: User, now: datetime) -> None:
    minutes = decision.minutes
    if minutes is not None and not 0 < minutes <= LONGEST_LEAD:
        raise ActRefusedError(_("Nothing was done: it can be taken over for a day at most."))
    until = None if minutes is None else now + timedelta(minutes=minutes)
    handling.take_over(incident, author=author, now=now, until=until)


def _give_back(decision: Decision, incident: Incident, author: User, now: datetime) -> None:
    handling.give_back(incident, author=author, now=now)


def _check_text(text: Bilingual) -> None:
    if max(len(text.zh), len(text.en)) > LONGEST:
        raise ActRefusedError(_("Nothing was said: a text has at most %(n)d characters.") % {"n": LONGEST})


_WAYS: Mapping[IncidentDecision, _Doing] = {
    IncidentDecision.CONFIRM: _Doing(
        deed=gettext_lazy("Confirm"),
        do=_confirm,
        done=gettext_lazy("Confirmed. The public is told that it is certain."),
    ),
    IncidentDecision.PUBLISH: _Doing(
        deed=gettext_lazy("Publish"), do=_publish, done=gettext_lazy("Published. The public is told of it.")
    ),
    IncidentDecision.HOLD_BACK: _Doing(
        deed=gettext_lazy("Hold back"),
        do=_hold_back,
        done=gettext_lazy("Held back. Nothing more is told by itself until you say so."),
    ),
    IncidentDecision.DROP: _Doing(
        deed=gettext_lazy("Do not publish"), do=_drop, done=gettext_lazy("The public is not told of it.")
    ),
    IncidentDecision.SAY: _Doing(
        deed=gettext_lazy("Say something"),
        do=_say,
        done=gettext_lazy("Said. It is on the page in a few seconds."),
    ),
    IncidentDecision.CORRECT: _Doing(
        deed=gettext_lazy("Correct the cause"),
        do=_correct,
        done=gettext_lazy("Corrected. The public is told so, and you lead it now."),
    ),
    IncidentDecision.WITHDRAW: _Doing(
        deed=gettext_lazy("False alarm"),
        do=_withdraw,
        done=gettext_lazy("Withdrawn as a false alarm. The public is told so."),
    ),
    IncidentDecision.RESOLVE: _Doing(
        deed=gettext_lazy("Resolve"), do=_resolve, done=gettext_lazy("Resolved. The public is told so.")
    ),
    IncidentDecision.TAKE_OVER: _Doing(
        deed=gettext_lazy("Take over"),
        do=_take_over,
        done=gettext_lazy("You lead it now. The machine no longer moves it."),
    ),
    IncidentDecision.GIVE_BACK: _Doing(
        deed=gettext_lazy("Give back"), do=_give_back, done=gettext_lazy("The machine leads it again.")
    ),
}

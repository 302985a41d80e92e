"""Carries out what was decided in the control room, if the incident still is what the decision was about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.states import IncidentStatus
from statuspage.analysis.values import Certainty
from statuspage.control.deciding import Act, acts_on, leader_of, standing_of
from statuspage.control.stories import mark_of_row
from statuspage.incidents import handling
from statuspage.incidents.models import Incident
from statuspage.logbook.deeds import noted_action
from statuspage.monitoring.changes import hold_pipeline

# As the log of who did what has them.
DEEDS: Mapping[Act, Promise] = {
    Act.SAY: gettext_lazy("Say something"),
    Act.RESOLVE: gettext_lazy("Resolve"),
    Act.TAKE_OVER: gettext_lazy("Take over"),
    Act.GIVE_BACK: gettext_lazy("Give back"),
}
LONGEST = 5000  # characters, as the column has it


class ActRefusedError(Exception):
    """Nothing was done; the text says why, in the active language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided of the incident ``pk``, which stood as ``mark`` says; what is said of it."""

    act: Act
    pk: int
    mark: str
    body: Bilingual
    status: IncidentStatus | None = None


@transaction.atomic
def carry_out(decision: Decision, *, author: User, now: datetime) -> str:
    """Do it, and say what was done; raises :class:`ActRefusedError` where nothing was."""
    hold_pipeline()
    incident = Incident.objects.filter(pk=decision.pk).first()
    if incident is None:
        raise ActRefusedError(_("This incident is not there any more."))
    if decision.act not in _possible(incident):
        raise ActRefusedError(_("Nothing was done: it is over, or this cannot be done to it any more."))
    # What somebody says is his own; everything else rests on what he saw.
    if decision.act is not Act.SAY and decision.mark != mark_of_row(incident):
        raise ActRefusedError(_("Nothing was done: the incident changed meanwhile. Look again, then decide."))
    with noted_action(DEEDS[decision.act], incident, now=now):
        return _do(decision, incident, author=author, now=now)


def _possible(incident: Incident) -> tuple[Act, ...]:
    if incident.resolved_at is not None:
        return ()
    standing = standing_of(status=IncidentStatus(incident.status), certainty=Certainty(incident.certainty))
    return acts_on(standing, leader_of(key=incident.key, taken_over=incident.taken_over))


def _do(decision: Decision, incident: Incident, *, author: User, now: datetime) -> str:
    match decision.act:
        case Act.SAY:
            return _say(decision, incident, author=author, now=now)
        case Act.RESOLVE:
            handling.resolve(incident, author=author, now=now)
            return _("Resolved. The public is told so.")
        case Act.TAKE_OVER:
            handling.take_over(incident, author=author, now=now)
            return _("You lead it now. The machine no longer moves it.")
        case Act.GIVE_BACK:
            handling.give_back(incident, author=author, now=now)
            return _("The machine leads it again.")


def _say(decision: Decision, incident: Incident, *, author: User, now: datetime) -> str:
    if not decision.body:
        raise ActRefusedError(_("Nothing was said: write it in one language at least."))
    if max(len(decision.body.zh), len(decision.body.en)) > LONGEST:
        raise ActRefusedError(_("Nothing was said: a text has at most %(n)d characters.") % {"n": LONGEST})
    handling.say(incident, decision.body, status=decision.status, author=author, now=now)
    return _("Said. It is on the page in a few seconds.")

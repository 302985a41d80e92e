"""What is told of an incident to whoever is on duty: who leads it, what comes next, what the machine sees."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from probes.vocabulary.publishing import NextStep
from statuspage.incidents.machine_view import Disagreement
from statuspage.incidents.models import Incident
from statuspage.logbook.showing import moment
from statuspage.wording.active import said
from statuspage.wording.labels import CAUSES, IMPACTS


def leading(incident: Incident) -> str:
    """Who moves it, and until when."""
    if not incident.led_by_person:
        return _("The machine leads it.")
    who = str(incident.lead or _("a person"))
    if incident.taken_until is None:
        return _("%(who)s leads it.") % {"who": who}
    until = moment(incident.taken_until)
    return _("%(who)s leads it; the machine gets it back at %(until)s.") % {"who": who, "until": until}


def coming(step: NextStep, at: datetime | None) -> str:
    """What becomes of it next, and when, unless somebody stops it."""
    if step is NextStep.PUBLISH:
        when = _("It is published at %(at)s unless you hold it back.")
        by_hand = _("It is published when a person says so.")
    else:
        when = _("The machine is sure. It is told as confirmed at %(at)s unless you hold it back.")
        by_hand = _("The machine is sure. It is told as confirmed when a person says so.")
    return when % {"at": moment(at)} if at else by_hand


def machine_lines(says: Disagreement) -> Iterator[str]:
    """What the machine sees otherwise, a sentence each; that it agrees, where it does."""
    if not says.matters:
        yield _("The machine agrees, as of %(at)s.") % {"at": moment(says.at)}
    if says.over_since:
        yield _("The machine says: over since %(at)s.") % {"at": moment(says.over_since)}
    if says.goes_on:
        yield _("The machine says: it goes on, as of %(at)s.") % {"at": moment(says.at)}
    if says.lost_at:
        yield _("The machine follows it no longer, since %(at)s.") % {"at": moment(says.lost_at)}
    if says.cause:
        yield _("The machine says: the cause is %(cause)s.") % {"cause": said(CAUSES[says.cause].say())}
    if says.impact:
        yield _("The machine says: the impact is %(impact)s.") % {"impact": said(IMPACTS[says.impact].say())}
    if says.components:
        yield _("The machine says that these fail, too: %(slugs)s.") % {"slugs": ", ".join(says.components)}

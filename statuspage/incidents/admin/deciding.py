"""The buttons over an incident: what can be decided of it now, each a form that needs no script."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django import forms
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from probes.vocabulary.publishing import Confirmation, Publication
from statuspage.analysis.values import Certainty
from statuspage.incidents import correcting, handling, joining, publishing
from statuspage.incidents.decisions import IncidentDecision, IncidentStanding, decisions_for
from statuspage.incidents.handling import UndoableError
from statuspage.incidents.models import Incident
from statuspage.incidents.reading import told_incidents
from statuspage.wording.active import said

# What is said and corrected has the form itself.
LABELS: Mapping[IncidentDecision, Promise] = {
    IncidentDecision.CONFIRM: _("Tell as confirmed"),
    IncidentDecision.HOLD_BACK: _("Hold back"),
    IncidentDecision.PUBLISH: _("Publish now"),
    IncidentDecision.DROP: _("Drop: never publish"),
    IncidentDecision.RESOLVE: _("Resolve"),
    IncidentDecision.REOPEN: _("Reopen"),
    IncidentDecision.TAKE_OVER: _("Take over from the machine"),
    IncidentDecision.GIVE_BACK: _("Give back to the machine"),
    IncidentDecision.WITHDRAW: _("False alarm: withdraw"),
    IncidentDecision.MERGE: _("Merge into another"),
    IncidentDecision.SPLIT: _("Split off components"),
}
# In minutes; none: until a person gives it back.
SPANS: tuple[tuple[str, Promise], ...] = (
    ("", _("until it is given back")),
    ("30", _("for 30 minutes")),
    ("120", _("for 2 hours")),
    ("480", _("for 8 hours")),
)
MERGE_WITHIN = timedelta(days=7)
NOT_NOW = _("Nothing was done: it is over, or this cannot be done to it any more.")
NOT_THERE = _("Choose one of those that are offered.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One decision as it is offered, with the field that it needs, if any; rare ones are folded away."""

    decision: IncidentDecision
    label: Promise
    field_html: str = ""
    rare: bool = False


RARE = frozenset(
    {IncidentDecision.WITHDRAW, IncidentDecision.MERGE, IncidentDecision.SPLIT, IncidentDecision.DROP}
)


def standing_of(incident: Incident) -> IncidentStanding:
    """What decides which decisions there are."""
    return IncidentStanding(
        publication=Publication(incident.publication),
        certainty=Certainty(incident.certainty),
        confirmation=Confirmation(incident.confirmation),
        by_machine=incident.key is not None,
        taken_over=incident.taken_over,
        over=incident.resolved_at is not None,
        withdrawn=incident.withdrawn_at is not None,
        merged=incident.merged_into_id is not None,
        components=incident.components.count(),
    )


def buttons_for(incident: Incident, *, now: datetime) -> list[Button]:
    """The buttons that its page shows at ``now``."""
    offered = decisions_for(standing_of(incident))
    return [_button(decision, incident, now) for decision in offered if decision in LABELS]


def _button(decision: IncidentDecision, incident: Incident, now: datetime) -> Button:
    html = ""
    if decision is IncidentDecision.TAKE_OVER:
        html = _select("span", [*SPANS], label=_("how long"))
    elif decision is IncidentDecision.MERGE:
        others = [(row.public_id, said(row.title)) for row in others_for(incident, now=now)]
        html = _select("into", others, label=LABELS[decision])
    elif decision is IncidentDecision.SPLIT:
        own = [(str(row.pk), said(row.name)) for row in incident.components.all()]
        html = _select("components", own, label=LABELS[decision], many=True)
    return Button(decision=decision, label=LABELS[decision], field_html=html, rare=decision in RARE)


def _select(name: str, choices: Sequence[tuple[str, object]], *, label: object, many: bool = False) -> str:
    widget = (forms.SelectMultiple if many else forms.Select)(choices=choices)
    return str(widget.render(name, None, attrs={"aria-label": str(label)}))


def others_for(incident: Incident, *, now: datetime) -> QuerySet[Incident]:
    """What it may be merged into: what is told and open, or began within a week."""
    near = Q(resolved_at__isnull=True) | Q(started_at__gte=now - MERGE_WITHIN)
    return told_incidents().filter(near, withdrawn_at__isnull=True).exclude(pk=incident.pk)[:50]


@transaction.atomic
def decide(
    incident: Incident, decision: IncidentDecision, given: QueryDict, *, author: User | None, now: datetime
) -> None:
    """Do what was asked for; UndoableError says why it cannot be done."""
    if decision not in decisions_for(standing_of(handling.hold(incident))):
        raise UndoableError(NOT_NOW)
    done = _DONE.get(decision)
    if decision is IncidentDecision.TAKE_OVER:
        handling.take_over(incident, author=author, now=now, until=_until(given, now))
    elif decision is IncidentDecision.MERGE:
        into = told_incidents().filter(public_id=given.get("into", "")).first()
        if into is None:
            raise UndoableError(NOT_THERE)
        joining.merge(incident, into=into, author=author, now=now)
    elif decision is IncidentDecision.SPLIT:
        chosen = [pk for pk in given.getlist("components") if pk.isdecimal()]
        rows = list(incident.components.filter(pk__in=chosen))
        joining.split(incident, components=rows, author=author, now=now)
    elif done is not None:
        done(incident, author=author, now=now)


def _until(given: QueryDict, now: datetime) -> datetime | None:
    span = given.get("span", "")
    if span not in dict(SPANS):
        raise UndoableError(NOT_THERE)
    return now + timedelta(minutes=int(span)) if span else None


_DONE: Mapping[IncidentDecision, Callable[..., object]] = {
    IncidentDecision.CONFIRM: publishing.confirm,
    IncidentDecision.HOLD_BACK: publishing.hold_back,
    IncidentDecision.PUBLISH: publishing.publish_now,
    IncidentDecision.DROP: publishing.drop,
    IncidentDecision.RESOLVE: handling.resolve,
    IncidentDecision.REOPEN: correcting.reopen,
    IncidentDecision.GIVE_BACK: handling.give_back,
    IncidentDecision.WITHDRAW: correcting.withdraw,
}

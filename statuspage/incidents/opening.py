"""Opens an incident that a person saw and the machine did not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.publishing import Publication
from probes.vocabulary.states import IncidentStatus
from statuspage.analysis.values import Certainty
from statuspage.incidents.handling import make_public
from statuspage.incidents.models import Incident
from statuspage.incidents.timeline import new_public_id
from statuspage.incidents.totals import note_opened
from statuspage.monitoring.changes import hold_pipeline
from statuspage.monitoring.models import Component


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenByPerson:
    """What a person says that goes on; all of ``components`` fail. ``held``: not told for now."""

    title: Bilingual
    cause: Cause
    impact: Impact
    components: Sequence[Component]
    started_at: datetime
    certainty: Certainty = Certainty.CONFIRMED
    held: bool = False


@transaction.atomic
def open_incident(given: SeenByPerson, *, author: User | None, now: datetime) -> Incident:
    """A person's incident; nothing is said of it yet but its title."""
    hold_pipeline()
    sure = given.certainty is Certainty.CONFIRMED
    incident = Incident(
        public_id=new_public_id(),
        lead=author,
        publication=(Publication.HELD if given.held else Publication.PUBLISHED).value,
        cause=given.cause.value,
        impact=given.impact.value,
        status=IncidentStatus.INVESTIGATING.value,
        certainty=given.certainty.value,
        affected=[component.slug for component in given.components],
        started_at=given.started_at,
        detected_at=now,
        confirmed_at=now if sure else None,
        created_at=now,
        updated_at=now,
    )
    incident.title = given.title
    incident.save()
    incident.components.set(given.components)
    note_opened(incident.cause)
    make_public(now=now, since=incident.started_at)
    return incident

"""What was learnt from an incident: a draft made of the facts, and the text that is told."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.timezone import get_default_timezone

from probes.vocabulary.bilingual import NOTHING, Bilingual
from probes.vocabulary.causes import Cause, Impact
from statuspage.incidents.evidence import evidence_from_json
from statuspage.incidents.handling import hold_own, make_public
from statuspage.incidents.models import Incident
from statuspage.incidents.naming import name_of
from statuspage.monitoring.models import Component
from statuspage.wording.evidence import facts
from statuspage.wording.postmortem import Facts, draft


@transaction.atomic
def write_postmortem(
    incident: Incident, text: Bilingual, *, author: User | None, now: datetime, is_draft: bool = False
) -> None:
    """Keep a post-mortem; the public reads it unless it is a draft. It leaves who leads as it is."""
    hold_own(incident)
    incident.postmortem, incident.postmortem_is_draft, incident.updated_at = text, is_draft, now
    incident.save(update_fields=["postmortem_zh", "postmortem_en", "postmortem_is_draft", "updated_at"])
    make_public(now=now)


def draft_of(incident: Incident) -> Bilingual:
    """A post-mortem with all that is known filled in; nothing is stored."""
    components = list(incident.components.select_related("group"))
    entries = list(incident.updates.order_by("sequence"))
    return draft(
        Facts(
            title=incident.title,
            cause=Cause(incident.cause),
            impact=Impact(incident.impact),
            components=[name_of(component) for component in components],
            started_at=incident.started_at,
            detected_at=incident.detected_at,
            told_at=entries[0].created_at if entries else None,
            ended_at=None if incident.end_unseen else incident.resolved_at,
            extent=_extent(incident, components),
            entries=[(entry.created_at, entry.body) for entry in entries],
        ),
        zone=get_default_timezone(),
    )


def _extent(incident: Incident, components: list[Component]) -> Bilingual:
    evidence = evidence_from_json(incident.evidence)
    if evidence is None:
        return NOTHING
    kinds = {component.told_kind for component in components}
    return facts(evidence, Cause(incident.cause), kinds, over=incident.resolved_at is not None)

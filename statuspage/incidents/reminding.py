"""How the machine sees otherwise what a person tells: for whoever leads, beside what is told."""

from datetime import datetime

from probes.vocabulary.causes import Cause, Impact
from statuspage.incidents.machine_view import Disagreement, ToldNow, disagreement, view_from_json
from statuspage.incidents.models import Incident
from statuspage.incidents.telling import seen


def what_machine_says(incident: Incident) -> Disagreement | None:
    """How the machine sees an incident otherwise that a person leads; None where it leads or has no view."""
    if incident.key is None or not incident.led_by_person:
        return None
    own = view_from_json(incident.machine_view)
    told = ToldNow(
        cause=Cause(incident.cause),
        impact=Impact(incident.impact),
        components=frozenset(row.slug for row in incident.components.all()),
        over=incident.resolved_at is not None,
    )
    return disagreement(told, verdict=seen(incident), lost_at=own.lost_at)


def reminders(now: datetime) -> list[tuple[Incident, Disagreement]]:
    """Open incidents that a person leads and the machine sees otherwise, longest led first.

    A constant number of queries.
    """
    led = Incident.objects.filter(taken_over=True, resolved_at__isnull=True, merged_into__isnull=True)
    rows = led.prefetch_related("components", "merged").order_by("updated_at")
    found = [(row, what_machine_says(row)) for row in rows]
    return [(row, says) for row, says in found if says is not None and says.matters]

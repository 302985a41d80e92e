"""Brings the status of each component up to what is open, under maintenance or unseen now."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from probes.vocabulary.causes import Cause, Impact
from statuspage.analysis.values import Certainty
from statuspage.incidents.models import ComponentStatus, Incident, Maintenance
from statuspage.incidents.standing import Trouble, state_of
from statuspage.incidents.states import MaintenanceStatus
from statuspage.monitoring.models import Component

WORKING_ON_IT = (MaintenanceStatus.IN_PROGRESS, MaintenanceStatus.VERIFYING)


def refresh_statuses(*, since: datetime, at: datetime, blind: Collection[str]) -> bool:
    """Write the state of every component at ``at``; True if any changed.

    ``blind`` are the slugs of those that cannot be seen; a new component is watched from ``since`` on.
    """
    troubles = _troubles()
    worked_on = set(
        Maintenance.objects.filter(status__in=WORKING_ON_IT).values_list("components__slug", flat=True)
    )
    stored = {row.component_id: row for row in ComponentStatus.objects.all()}
    changed = False
    for pk, slug in Component.objects.filter(retired=False).order_by().values_list("pk", "slug"):
        state = state_of(troubles=troubles[slug], under_maintenance=slug in worked_on, blind=slug in blind)
        row = stored.get(pk)
        if row is None:
            ComponentStatus.objects.create(
                component_id=pk, state=state, since=at, updated_at=at, watched_since=since
            )
        elif row.state != state:
            ComponentStatus.objects.filter(pk=pk).update(state=state, since=at, updated_at=at)
        else:
            continue
        changed = True
    return changed


def blind_now(conditions: object) -> frozenset[str]:
    """The slugs of the components that cannot be seen, from the stored conditions of the instrument."""
    listed = conditions.get("blind_components", ()) if isinstance(conditions, dict) else ()
    return frozenset(str(slug) for slug in listed)


def _troubles() -> defaultdict[str, list[Trouble]]:
    """Open incidents by the slug of each component that they affect; a person's affects all that it names."""
    found: defaultdict[str, list[Trouble]] = defaultdict(list)
    for incident in Incident.objects.filter(resolved_at__isnull=True).prefetch_related("components"):
        trouble = Trouble(
            cause=Cause(incident.cause),
            impact=Impact(incident.impact),
            certainty=Certainty(incident.certainty),
        )
        by_person = incident.key is None or incident.taken_over
        named = (
            [component.slug for component in incident.components.all()] if by_person else incident.affected
        )
        for slug in named:
            found[slug].append(trouble)
    return found

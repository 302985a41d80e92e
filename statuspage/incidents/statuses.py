"""Brings the status of each component up to what is open, under maintenance or unseen now."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.states import MaintenanceStatus
from statuspage.analysis.values import Certainty
from statuspage.incidents.evidence import extents_from_json, told_only_from_json
from statuspage.incidents.models import ComponentStatus, Incident, Maintenance
from statuspage.incidents.reading import open_incidents
from statuspage.incidents.signals import STATE_CHANGED
from statuspage.incidents.standing import Trouble, worst_state
from statuspage.incidents.ways import concerned_by
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
    stored = dict(ComponentStatus.objects.order_by().values_list("component_id", "state"))
    changed = False
    for pk, slug in Component.objects.filter(retired=False).order_by().values_list("pk", "slug"):
        state = worst_state(troubles=troubles[slug], under_maintenance=slug in worked_on, blind=slug in blind)
        before = stored.get(pk)
        if before is None:
            ComponentStatus.objects.create(
                component_id=pk, state=state, since=at, updated_at=at, watched_since=since
            )
        elif before != state:
            ComponentStatus.objects.filter(pk=pk).update(state=state, since=at, updated_at=at)
            STATE_CHANGED.send(ComponentStatus, slug=slug, before=before, after=state.value, at=at)
        else:
            continue
        changed = True
    return changed


def _troubles() -> defaultdict[str, list[Trouble]]:
    """Open incidents by the slug of each component that they speak of now."""
    found: defaultdict[str, list[Trouble]] = defaultdict(list)
    for incident in open_incidents().prefetch_related("components"):
        trouble = Trouble(
            cause=Cause(incident.cause),
            impact=Impact(incident.impact),
            certainty=Certainty(incident.certainty),
            told_only=told_only_from_json(incident.evidence) and not incident.led_by_person,
        )
        extents = extents_from_json(incident.evidence)
        for slug in _failing(incident):
            found[slug].append(replace(trouble, extent=extents.get(slug)))
    return found


class _Concern(NamedTuple):
    components: list[str]
    affected: list[str]


def _failing(incident: Incident) -> Collection[str]:
    """The slugs of the components that an open incident says to fail now, whoever leads it.

    Where none is left of what the machine confirmed, all of them work again. Of a suspicion that rests on
    posts no check fails; what people say of a component is told beside it.
    """
    if incident.key is not None and incident.certainty == Certainty.CONFIRMED and not incident.affected:
        return ()
    slugs = [component.slug for component in incident.components.all()]
    return concerned_by(_Concern(components=slugs, affected=incident.affected))

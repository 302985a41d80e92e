"""Renders the snapshot as bodies of the Statuspage API v2; what is ours goes into fields named x_…"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import msgspec

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause
from probes.vocabulary.states import ComponentState, MaintenanceStatus
from statuspage.incidents.standing import by_rank
from statuspage.incidents.ways import concerned_by
from statuspage.public.headers import Kind
from statuspage.public.languages import CHINESE, ENGLISH
from statuspage.public.read.ids import opaque_id
from statuspage.public.read.values import (
    ComponentView,
    GroupView,
    IncidentView,
    MaintenanceView,
    Snapshot,
    UpdateView,
)
from statuspage.public.render.drafts import JSON, Draft, Edition, Form
from statuspage.public.render.instead import current_advice
from statuspage.public.render.standing import standing_of
from statuspage.wording.one_language import noted

Body = dict[str, object]
INCIDENTS_LISTED = MAINTENANCES_LISTED = 50
ACTIVE = (MaintenanceStatus.IN_PROGRESS, MaintenanceStatus.VERIFYING)
AHEAD = (MaintenanceStatus.SCHEDULED, *ACTIVE)


def api_drafts(snapshot: Snapshot) -> Iterator[Draft]:
    """Every body of ``/api/v2/``."""
    past = _Once(_of_the_past, snapshot)
    for name in BODIES:
        yield Draft(
            path=f"api/v2/{name}",
            form=Form(name=name, content_type=JSON, kind=Kind.API, render=partial(_encoded, name, past)),
            page=snapshot,
            languages=(CHINESE,),
            lasts=False,
            ages=True,
        )


class _Once:
    """What is made of a snapshot, when it is first asked for."""

    def __init__(self, make: Callable[[Snapshot], Snapshot], snapshot: Snapshot) -> None:
        self._make, self._snapshot = make, snapshot
        self._made: Snapshot | None = None

    def __call__(self) -> Snapshot:
        if self._made is None:
            self._made = self._make(self._snapshot)
        return self._made


def _encoded(name: str, past: _Once, snapshot: Snapshot, edition: Edition) -> bytes:
    return msgspec.json.encode(body(name, past() if edition.aged else snapshot))


def _of_the_past(snapshot: Snapshot) -> Snapshot:
    """When nothing newer came for too long, nobody knows how things stand; what happened remains so."""
    groups = (
        replace(
            group,
            components=tuple(replace(row, state=ComponentState.UNKNOWN) for row in group.components),
        )
        for group in snapshot.groups
    )
    return replace(snapshot, blind=True, groups=tuple(groups))


def body(name: str, snapshot: Snapshot) -> Body:
    """The body of ``name``, such as ``summary.json``: which page it is of, and what it tells."""
    return {"page": _page(snapshot), **BODIES[name](snapshot)}


def _page(snapshot: Snapshot) -> Body:
    """Which page this is, and when it was made."""
    return {
        "id": page_id(snapshot),
        "name": snapshot.site.name.in_("en"),
        "url": snapshot.site.url,
        "time_zone": snapshot.site.zone,
        "updated_at": stamp(snapshot.at),
        "x_known_until": stamp(snapshot.known_until),
    }


def page_id(snapshot: Snapshot) -> str:
    """The page's opaque id, which follows from its address."""
    return opaque_id("page", snapshot.site.url)


def _status(snapshot: Snapshot) -> Body:
    """The page's indicator, which follows the components; maintenance never masks an outage.

    Where nothing worse than not knowing is the matter, the description says that, for it is read by people.
    """
    known = [component.state for component in snapshot.components]
    indicator, description = _indicator(known)
    unknown = snapshot.blind or not known or ComponentState.UNKNOWN in known
    return {"status": {"indicator": indicator, "description": description, "x_unknown": unknown}}


def _indicator(states: list[ComponentState]) -> tuple[str, str]:
    if states and all(state is ComponentState.MAJOR for state in states):
        return "critical", "Major Service Outage"
    if ComponentState.MAJOR in states:
        return "major", "Partial System Outage"
    if ComponentState.PARTIAL in states:
        return "minor", "Minor Service Outage"
    if ComponentState.DEGRADED in states:
        return "minor", "Partially Degraded Service"
    if not states or ComponentState.UNKNOWN in states:
        return "minor", "Status Unknown"
    if ComponentState.MAINTENANCE in states:
        return "maintenance", "Service Under Maintenance"
    return "none", "All Systems Operational"


def api_state(state: ComponentState) -> ComponentState:
    """The state in the API's words, which have none for unknown: it must not read as operational."""
    return ComponentState.DEGRADED if state is ComponentState.UNKNOWN else state


def stamp(at: datetime | None) -> str | None:
    """ISO 8601 with milliseconds, in UTC."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None


def _names(text: Bilingual) -> Body:
    return {"zh-Hans": text.zh, "en": text.en}


def _components(snapshot: Snapshot) -> Body:
    rows: list[Body] = []
    for group in snapshot.groups:
        if group.slug:
            rows.append(_group(snapshot, group))
        rows += [_component(snapshot, group, component) for component in group.components]
    return {"components": [row | {"position": position} for position, row in enumerate(rows, start=1)]}


def _component(snapshot: Snapshot, group: GroupView, component: ComponentView) -> Body:
    return {
        "id": component.id,
        "name": component.name.in_("en"),
        "status": api_state(component.state).value,
        "created_at": stamp(component.created_at),
        "updated_at": stamp(component.updated_at),
        "position": component.position,
        "description": component.description.in_("en") or None,
        "showcase": True,
        "start_date": component.created_at.date().isoformat(),
        "group_id": group.id if group.slug else None,
        "page_id": page_id(snapshot),
        "group": False,
        "only_show_if_degraded": False,
        "x_slug": component.slug,
        "x_state": component.state.value,
        "x_kind": component.kind.value,
        "x_suspected": standing_of(snapshot, component).suspected,
        "x_name": _names(component.name),
        "x_uptime_90d": component.uptime,
    }


def _group(snapshot: Snapshot, group: GroupView) -> Body:
    worst = max((api_state(component.state) for component in group.components), key=by_rank)
    return {
        "id": group.id,
        "name": group.name.in_("en"),
        "status": worst.value,
        "created_at": stamp(min(component.created_at for component in group.components)),
        "updated_at": stamp(max(component.updated_at for component in group.components)),
        "position": group.position,
        "description": None,
        "showcase": False,
        "start_date": None,
        "group_id": None,
        "page_id": page_id(snapshot),
        "group": True,
        "only_show_if_degraded": False,
        "components": [component.id for component in group.components],
        "x_slug": group.slug,
        "x_name": _names(group.name),
    }


def _of(snapshot: Snapshot, slugs: Iterable[str]) -> list[Body]:
    wanted = set(slugs)
    return [
        _component(snapshot, group, component)
        for group in snapshot.groups
        for component in group.components
        if component.slug in wanted
    ]


def _incidents(snapshot: Snapshot, chosen: Iterable[IncidentView]) -> Body:
    return {"incidents": [_incident(snapshot, incident) for incident in chosen]}


def _incident(snapshot: Snapshot, incident: IncidentView) -> Body:
    return {
        "id": incident.id,
        "name": noted(incident.title, "en"),
        "status": incident.status.value,
        "created_at": stamp(incident.created_at),
        "updated_at": stamp(incident.updated_at),
        "monitoring_at": stamp(incident.monitoring_at),
        "resolved_at": stamp(incident.resolved_at),
        "impact": incident.impact.value,
        "shortlink": snapshot.site.address(ENGLISH, f"incidents/{incident.id}/"),
        "started_at": stamp(incident.started_at),
        "page_id": page_id(snapshot),
        "incident_updates": [_update(snapshot, incident, update) for update in incident.updates],
        "components": _of(snapshot, incident.components),
        "x_cause": incident.cause.value,
        "x_confidence": round(incident.confidence, 4),
        "x_certainty": incident.certainty.value,
        "x_alternatives": [
            {"explanation": name, "probability": round(probability, 4)}
            for name, probability in incident.alternatives
        ],
        "x_detected_at": stamp(incident.detected_at),
        "x_confirmed_at": stamp(incident.confirmed_at),
        "x_by_person": incident.by_person,
        "x_imported_from": incident.imported_from,
        "x_end_unseen": incident.end_unseen,
        "x_withdrawn_at": stamp(incident.withdrawn_at),
        "x_told_only": incident.told_only,
        "x_advice": [_names(line) for line in current_advice(snapshot, incident)],
        "x_name": _names(incident.title),
    }


def _update(snapshot: Snapshot, incident: IncidentView, update: UpdateView) -> Body:
    is_told = update is incident.updates[0] and incident.is_open
    affected = _affected(snapshot, concerned_by(incident)) if is_told else None
    return _entry(incident.id, update, affected)


def _entry(of: str, update: UpdateView, affected: list[Body] | None) -> Body:
    return {
        "id": update.id,
        "status": update.status.value,
        "body": noted(update.body, "en"),
        "incident_id": of,
        "created_at": stamp(update.at),
        "updated_at": stamp(update.at),
        "display_at": stamp(update.at),
        "affected_components": affected,
        "deliver_notifications": True,
        "custom_tweet": None,
        "tweet_id": None,
        "x_body": _names(update.body),
        "x_by_machine": update.by_machine,
    }


def _affected(snapshot: Snapshot, slugs: Iterable[str]) -> list[Body]:
    wanted = set(slugs)
    return [
        {
            "code": component.id,
            "name": component.name.in_("en"),
            "old_status": ComponentState.OPERATIONAL.value,
            "new_status": api_state(component.state).value,
        }
        for component in snapshot.components
        if component.slug in wanted
    ]


def _planned(snapshot: Snapshot, *statuses: MaintenanceStatus) -> Body:
    rows = [row for row in snapshot.maintenances[:MAINTENANCES_LISTED] if row.status in statuses]
    return {"scheduled_maintenances": [_maintenance(snapshot, row) for row in rows]}


def _maintenance(snapshot: Snapshot, row: MaintenanceView) -> Body:
    verified = [update.at for update in row.updates if update.status is MaintenanceStatus.VERIFYING]
    return {
        "id": row.id,
        "name": noted(row.title, "en"),
        "status": row.status.value,
        "created_at": stamp(row.announced_at),
        "updated_at": stamp(row.updated_at),
        "monitoring_at": stamp(min(verified, default=None)),
        "resolved_at": stamp(row.ends_at) if row.status is MaintenanceStatus.COMPLETED else None,
        "impact": "maintenance",
        "shortlink": snapshot.site.address(ENGLISH, f"maintenance/{row.id}/"),
        "started_at": stamp(row.starts_at),
        "page_id": page_id(snapshot),
        "incident_updates": [_planned_update(snapshot, row, update) for update in row.updates],
        "components": _of(snapshot, row.components),
        "scheduled_for": stamp(row.starts_at),
        "scheduled_until": stamp(row.ends_at),
        "x_cause": Cause.MAINTENANCE.value,
        "x_name": _names(row.title),
    }


def _planned_update(snapshot: Snapshot, row: MaintenanceView, update: UpdateView) -> Body:
    is_told = update is row.updates[0] and row.status.is_under_way
    return _entry(row.id, update, _affected(snapshot, row.components) if is_told else None)


BODIES: dict[str, Callable[[Snapshot], Body]] = {
    "summary.json": lambda s: (
        _components(s) | _incidents(s, s.open_incidents) | _planned(s, *AHEAD) | _status(s)
    ),
    "status.json": _status,
    "components.json": _components,
    "incidents.json": lambda s: _incidents(s, s.incidents[:INCIDENTS_LISTED]),
    "incidents/unresolved.json": lambda s: _incidents(s, s.open_incidents),
    "scheduled-maintenances.json": lambda s: _planned(s, *MaintenanceStatus),
    "scheduled-maintenances/upcoming.json": lambda s: _planned(s, MaintenanceStatus.SCHEDULED),
    "scheduled-maintenances/active.json": lambda s: _planned(s, *ACTIVE),
}

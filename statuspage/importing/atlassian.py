"""Reads Statuspage: bodies of its API, version 2, as files, and its export of subscribers (CSV)."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.origins import Origin
from probes.vocabulary.states import IncidentStatus, MaintenanceStatus
from statuspage.importing import files
from statuspage.importing.given import MOST_ROWS, Given, ImportFileError
from statuspage.importing.values import (
    CarriedComponent,
    CarriedIncident,
    CarriedSite,
    CarriedSubscriber,
    CarriedUpdate,
    CarriedWork,
    CarriedWorkUpdate,
    LeftOut,
)

# Each body has what it is named after; the summary has some of all.
BODIES = ("components.json", "incidents.json", "scheduled-maintenances.json", "summary.json")
SUBSCRIBERS = "subscribers.csv"


def read_statuspage(path: Path) -> CarriedSite:
    """A folder with ``components.json``, ``incidents.json`` and so on, as far as they are there."""
    files.needed_in(path, BODIES)
    found = [file for name in BODIES for file in files.files_in(path, name)]
    bodies = [files.json_of(files.text_of(file), file.name) for file in found]
    rows = {row.required("id"): row for body in bodies for row in body.each("components")}
    groups = {key: row.required("name") for key, row in rows.items() if row.flag("group", default=False)}
    left_out: list[LeftOut] = []
    components = tuple(_component(row, groups) for key, row in rows.items() if key not in groups)
    known = {row.key for row in components}
    incidents = {row.required("id"): row for body in bodies for row in body.each("incidents")}
    works = {row.required("id"): row for body in bodies for row in body.each("scheduled_maintenances")}
    return CarriedSite(
        origin=Origin.STATUSPAGE,
        components=components,
        incidents=tuple(_incidents(incidents.values(), known, left_out)),
        works=tuple(_works(works.values(), known, left_out)),
        subscribers=tuple(_subscribers(files.first_in(path, (SUBSCRIBERS,)), components, left_out)),
        left_out=tuple(left_out),
    )


def _component(row: Given, groups: dict[str, str]) -> CarriedComponent:
    return CarriedComponent(
        key=row.required("id"),
        name=row.required("name"),
        description=row.text("description"),
        group=groups.get(row.text("group_id"), ""),
    )


def _concerned(row: Given, known: set[str], left_out: list[LeftOut], what: str) -> tuple[str, ...]:
    """The components that a story concerns, also where only its updates name them; none is told."""
    named = [component.text("id") for component in row.each("components")]
    for update in row.each("incident_updates"):
        named += [component.text("code") for component in update.each("affected_components")]
    keys = tuple(dict.fromkeys(key for key in named if key in known))
    if not keys:
        why = "it names no component that is there"
        left_out.append(LeftOut(where=row.where, what=f"{what} {row.text('name')!r}", why=why))
    return keys


def _incidents(rows: Iterable[Given], known: set[str], left_out: list[LeftOut]) -> Iterator[CarriedIncident]:
    for row in rows:
        components = _concerned(row, known, left_out, "incident")
        if not components:
            continue
        status, resolved_at = _status(row), row.moment("resolved_at")
        started_at = row.moment("started_at") or row.required_moment("created_at")
        if status.is_over and resolved_at is None:
            resolved_at = row.moment("updated_at") or started_at
        yield CarriedIncident(
            key=row.required("id"),
            title=row.required("name"),
            cause=Cause.MAINTENANCE if row.text("impact") == "maintenance" else Cause.OUTAGE,
            impact=_impact(row),
            components=components,
            started_at=started_at,
            resolved_at=max(resolved_at, started_at) if resolved_at and status.is_over else None,
            updates=tuple(_updates(row)),
            postmortem=row.text("postmortem_body"),
        )


def _status(row: Given) -> IncidentStatus:
    told = row.required("status")
    try:
        return IncidentStatus(told)
    except ValueError:
        raise row.wrong("status", f"is none of an incident: {told[:50]!r}") from None


def _impact(row: Given) -> Impact:
    told = row.text("impact", "none")
    if told == "maintenance":
        return Impact.MINOR
    try:
        return Impact(told)
    except ValueError:
        raise row.wrong("impact", f"is unknown: {told[:50]!r}") from None


def _moment(row: Given) -> datetime:
    return row.moment("display_at") or row.required_moment("created_at")


def _updates(row: Given) -> Iterator[CarriedUpdate]:
    """The entries, the oldest first; the body has the newest first."""
    for update in reversed(list(row.each("incident_updates"))):
        yield CarriedUpdate(at=_moment(update), status=_status(update), body=update.text("body") or "–")


def _works(rows: Iterable[Given], known: set[str], left_out: list[LeftOut]) -> Iterator[CarriedWork]:
    for row in rows:
        components = _concerned(row, known, left_out, "maintenance")
        if not components:
            continue
        starts_at, ends_at = row.required_moment("scheduled_for"), row.required_moment("scheduled_until")
        if ends_at <= starts_at:
            why = "it does not end after it starts"
            left_out.append(LeftOut(where=row.where, what=f"maintenance {row.text('name')!r}", why=why))
            continue
        yield CarriedWork(
            key=row.required("id"),
            title=row.required("name"),
            components=components,
            starts_at=starts_at,
            ends_at=ends_at,
            announced_at=row.required_moment("created_at"),
            status=_work_status(row),
            updates=tuple(_work_updates(row)),
        )


def _work_status(row: Given) -> MaintenanceStatus:
    told = row.required("status")
    try:
        return MaintenanceStatus(told)
    except ValueError:
        raise row.wrong("status", f"is none of planned work: {told[:50]!r}") from None


def _work_updates(row: Given) -> Iterator[CarriedWorkUpdate]:
    for update in reversed(list(row.each("incident_updates"))):
        yield CarriedWorkUpdate(
            at=_moment(update), status=_work_status(update), body=update.text("body") or "–"
        )


def _subscribers(
    path: Path | None, components: tuple[CarriedComponent, ...], left_out: list[LeftOut]
) -> Iterator[CarriedSubscriber]:
    """Who gets mail, by the columns of the export that say where to and of what."""
    if path is None:
        return
    keys = {row.name: row.key for row in components}
    reader = csv.DictReader(io.StringIO(files.text_of(path)))
    try:
        for number, row in enumerate(reader, start=2):
            if number > MOST_ROWS:
                raise ImportFileError(path.name, f"it has more than {MOST_ROWS} rows")
            told = {str(name).strip().lower(): str(value or "").strip() for name, value in row.items()}
            address = told.get("email") or told.get("email address", "")
            where = f"{path.name}:{number}"
            if "@" not in address:
                left_out.append(LeftOut(where=where, what="subscriber", why="only mail is brought over"))
                continue
            named = [part.strip() for part in told.get("components", "").split(",") if part.strip()]
            wanted = tuple(keys[name] for name in named if name in keys)
            if named and not wanted:
                why = "of its components none is there"
                left_out.append(LeftOut(where=where, what="subscriber", why=why))
                continue
            yield CarriedSubscriber(where=where, address=address, components=wanted)
    except csv.Error as error:
        raise ImportFileError(f"{path.name}:{reader.line_num}", f"it is no CSV: {error}") from error

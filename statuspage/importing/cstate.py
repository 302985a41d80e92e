"""Reads cstate: Hugo's ``config.yml`` and ``content/issues/*.md``."""

import re
from collections.abc import Iterator
from datetime import datetime, tzinfo
from pathlib import Path

from probes.vocabulary.causes import Impact
from probes.vocabulary.origins import Origin
from probes.vocabulary.states import IncidentStatus
from statuspage.importing import files
from statuspage.importing.given import Given, moment_of
from statuspage.importing.values import (
    CarriedComponent,
    CarriedIncident,
    CarriedSite,
    CarriedUpdate,
    LeftOut,
)

CONFIGS = ("config.yml", "config.yaml", "hugo.yml", "hugo.yaml")
_IMPACTS = {"notice": Impact.MINOR, "disrupted": Impact.MINOR, "down": Impact.MAJOR}
_TRACK = re.compile(r"\{\{<\s*track\s+\"([^\"]+)\"\s*>\}\}")
_SHORTCODE = re.compile(r"\{\{[<%].*?[>%]\}\}")
_COMMENTED_OUT = re.compile(r"<!--.*?-->", re.DOTALL)
# *Resolved* - , _Resolved_, **Resolved**: or Resolved: at the head of an entry.
_LED = re.compile(r"(?:[*_]+([A-Za-z]+)[*_]+\s*[-–—:]*|([A-Za-z]+)\s*[-–—:])\s*")
_STATUSES = {
    "investigating": IncidentStatus.INVESTIGATING,
    "identified": IncidentStatus.IDENTIFIED,
    "monitoring": IncidentStatus.MONITORING,
    "resolved": IncidentStatus.RESOLVED,
    "completed": IncidentStatus.RESOLVED,
}


def read_cstate(path: Path, zone: tzinfo) -> CarriedSite:
    """The folder of a cstate site; its times are of ``zone`` where they name none."""
    file = files.needed_in(path, CONFIGS)
    config = files.yaml_of(files.text_of(file, most=files.MOST_YAML_BYTES), file.name, zone=zone)
    params, left_out = config.inner("params"), list[LeftOut]()
    groups = {row.required("name") for row in params.each("categories")}
    components = tuple(_component(row, groups) for row in params.each("systems"))
    for row in params.each("systems"):
        if row.has("link"):
            left_out.append(
                LeftOut(where=row.where, what=f"link of {row.text('name')!r}", why="components have none")
            )
    known = {component.key for component in components}
    incidents: list[CarriedIncident] = []
    for file in files.files_in(path / "content" / "issues", "**/*.md"):
        if file.name != "_index.md":
            incidents += _incidents(file, known, zone, left_out)
    return CarriedSite(
        origin=Origin.CSTATE,
        components=components,
        incidents=tuple(incidents),
        left_out=tuple(left_out),
    )


def _component(row: Given, groups: set[str]) -> CarriedComponent:
    name, group = row.required("name"), row.text("category")
    if group not in groups:
        group = ""
    return CarriedComponent(key=name, name=name, description=row.text("description"), group=group)


def _incidents(
    file: Path, known: set[str], zone: tzinfo, left_out: list[LeftOut]
) -> Iterator[CarriedIncident]:
    head, body = files.front_matter_of(files.text_of(file), f"content/issues/{file.name}", zone=zone)
    title, started_at = head.required("title"), head.required_moment("date")
    components = tuple(name for name in head.texts("affected") if name in known)
    if head.flag("informational", default=False) or not components:
        why = "it is informational: write it as an announcement"
        if not head.flag("informational", default=False):
            why = "it affects no system that the configuration has"
        left_out.append(LeftOut(where=head.where, what=f"issue {title!r}", why=why))
        return
    resolved_at = None
    if head.flag("resolved", default=False):
        resolved_at = head.moment("resolvedWhen") or started_at
    left_out += [
        LeftOut(where=head.where, what=f"system {name!r}", why="it is not in the configuration")
        for name in head.texts("affected")
        if name not in known
    ]
    yield CarriedIncident(
        key=file.stem,
        title=title,
        impact=_IMPACTS.get(head.text("severity"), Impact.MINOR),
        components=components,
        started_at=started_at,
        resolved_at=None if resolved_at is None else max(resolved_at, started_at),
        updates=tuple(_updates(head, body, started_at, resolved_at)),
    )


def _updates(
    head: Given, body: str, started_at: datetime, resolved_at: datetime | None
) -> Iterator[CarriedUpdate]:
    """Each part of the text that ends with its moment, the oldest first; the whole text where none does."""
    parts = _TRACK.split(_COMMENTED_OUT.sub("", body))
    told = []
    for said, at in zip(parts[::2], parts[1::2], strict=False):
        moment = moment_of(at, head.zone)
        if moment is None:
            raise head.wrong("track", f"is no moment: {at[:50]!r}")
        told.append((moment, said))
    if not told:
        told = [(started_at, parts[0])]
    elif parts[-1].strip():
        told.append((started_at, parts[-1]))
    told.sort(key=lambda pair: pair[0])
    for number, (at, said) in enumerate(told, start=1):
        is_last = number == len(told)
        yield _update(at, said, resolved_at if is_last else None, is_open=resolved_at is None)


def _update(at: datetime, said: str, resolved_at: datetime | None, *, is_open: bool) -> CarriedUpdate:
    text = _SHORTCODE.sub("", said).strip().removeprefix("***").removeprefix("---").strip()
    led = _LED.match(text)
    word = (led[1] or led[2]) if led else ""
    status = _STATUSES.get(word.lower(), IncidentStatus.INVESTIGATING)
    if led and word.lower() in _STATUSES:
        text = text[led.end() :] or word
    if resolved_at is not None:
        status = IncidentStatus.RESOLVED
    elif is_open and status.is_over:
        status = IncidentStatus.MONITORING
    return CarriedUpdate(at=at, status=status, body=text or "–")

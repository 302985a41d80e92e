"""Reads Gatus: its configuration (YAML), and its SQLite storage where that lies beside it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from probes.vocabulary.causes import Impact
from probes.vocabulary.origins import Origin
from probes.vocabulary.states import IncidentStatus
from statuspage.importing import files
from statuspage.importing.given import Given, moment_of
from statuspage.importing.pages import asked_page
from statuspage.importing.values import (
    CarriedComponent,
    CarriedIncident,
    CarriedProbe,
    CarriedSite,
    CarriedUpdate,
    LeftOut,
)

CONFIGS = ("config.yaml", "config.yml")
STORED = ("data.db", "gatus.db")
_CONDITION = re.compile(r"\[(\w+)\]\s*(==|<=|<)\s*(.+)")
_PART = re.compile(r"pat\(\*([^*]+)\*\)")
_JUDGED_BY = "a page is judged by status, a text and how long it took"
_SPAN = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


def read_gatus(path: Path) -> CarriedSite:
    """A configuration file, or a folder with one, perhaps with ``data.db`` beside it."""
    folder = path if path.is_dir() else path.parent
    config = files.needed_in(folder, CONFIGS) if path.is_dir() else path
    given = files.yaml_of(files.text_of(config, most=files.MOST_YAML_BYTES), config.name)
    left_out: list[LeftOut] = []
    components = tuple(
        _component(row, left_out) for name in ("endpoints", "services") for row in given.each(name)
    )
    left_out += _not_asked(given)
    stored = files.first_in(folder, STORED)
    incidents = tuple(_history(stored, {row.key for row in components})) if stored else ()
    return CarriedSite(
        origin=Origin.GATUS, components=components, incidents=incidents, left_out=tuple(left_out)
    )


def _not_asked(given: Given) -> Iterator[LeftOut]:
    """What of the configuration is no endpoint."""
    for name, why in (
        ("external-endpoints", "we ask for pages ourselves"),
        ("suites", "we ask for single pages"),
        ("announcements", "write it as an announcement here"),
    ):
        for row in given.each(name):
            yield LeftOut(where=row.where, what=name, why=why)
    for name, why in (("maintenance", "it recurs: plan it here"), ("alerting", "channels are set up anew")):
        if given.has(name):
            yield LeftOut(where=given.where, what=name, why=why)


def key_of(group: str, name: str) -> str:
    """The key by which Gatus itself stores an endpoint: ``group_name``, with hyphens for what is special."""
    return "_".join(re.sub(r"[/_,. #+&]", "-", part.strip().lower()) for part in (group, name))


def _component(row: Given, left_out: list[LeftOut]) -> CarriedComponent:
    name, group = row.required("name"), row.text("group")
    return CarriedComponent(
        key=key_of(group, name), name=name, group=group, probe=_probe(row, name, left_out)
    )


@dataclass(slots=True)
class _AskedOfPage:
    """What the conditions of an endpoint ask of a page, as far as ours can."""

    status: tuple[int, ...] = ()
    text: str = ""
    slow_after_ms: float | None = None

    def take(self, condition: str) -> bool:
        """False where it asks for what ours cannot."""
        met = _CONDITION.fullmatch(condition.strip())
        subject, operator, value = met.groups() if met else ("", "", "")
        part = _PART.fullmatch(value.strip())
        if subject == "STATUS" and operator == "==" and value.isdecimal():
            self.status = (int(value),)
        elif subject == "STATUS" and operator == "<" and value == "300":
            self.status = ()
        elif subject == "RESPONSE_TIME" and value.isdecimal() and int(value):
            self.slow_after_ms = float(value)
        elif subject == "BODY" and operator == "==" and part:
            self.text = part[1].strip()
        else:
            return False
        return True


def _probe(row: Given, name: str, left_out: list[LeftOut]) -> CarriedProbe | None:
    probe = asked_page(row, name, beside=("headers", "body", "client", "alerts"), left_out=left_out)
    if probe is None:
        return None
    wanted = _AskedOfPage()
    left_out += [
        LeftOut(where=row.where, what=f"condition {condition!r} of {name!r}", why=_JUDGED_BY)
        for condition in row.texts("conditions")
        if not wanted.take(condition)
    ]
    return replace(
        probe,
        interval_s=max(1.0, _seconds(row)),
        expect_status=wanted.status,
        expect_text=wanted.text,
        slow_after_ms=wanted.slow_after_ms,
        enabled=row.flag("enabled", default=True),
    )


def _seconds(row: Given) -> float:
    """A duration as Go writes it: 30s, 1m30s."""
    told = row.text("interval", "60s")
    parts = _SPAN.findall(told)
    if not parts or "".join(number + unit for number, unit in parts) != told:
        raise row.wrong("interval", f"is no duration: {told[:50]!r}")
    return min(86400.0, sum(float(number) * _SECONDS[unit] for number, unit in parts))


def _history(path: Path, known: set[str]) -> Iterator[CarriedIncident]:
    """From each UNHEALTHY of an endpoint until its next HEALTHY."""
    with files.database_at(path, needed="endpoints") as tables:
        keys = {
            row.text("endpoint_id"): row.text("endpoint_key")
            for row in tables.each("endpoints", order="endpoint_id")
        }
        began: dict[str, datetime] = {}
        for event in tables.each("endpoint_events", order="event_timestamp, endpoint_event_id"):
            key = keys.get(event.text("endpoint_id"), "")
            at = moment_of(_go_time(event.text("event_timestamp")), event.zone)
            if key not in known or at is None:
                continue
            kind = event.text("event_type")
            if kind == "UNHEALTHY":
                began.setdefault(key, at)
            elif kind == "HEALTHY" and key in began:
                yield _outage(key, began.pop(key), at)
        for key, at in began.items():
            yield _outage(key, at, None)


def _go_time(told: str) -> str:
    """A moment as Go's SQLite drivers store it: perhaps with its zone apart, and with the zone's name."""
    day, clock, zone, *_ = [*told.split(), "", "", ""]
    return f"{day} {clock}{zone if zone[:1] in ('+', '-') else ''}" if clock else told


def _outage(key: str, at: datetime, ended_at: datetime | None) -> CarriedIncident:
    updates = [CarriedUpdate(at=at, status=IncidentStatus.INVESTIGATING, body="Unhealthy")]
    if ended_at is not None:
        updates.append(CarriedUpdate(at=ended_at, status=IncidentStatus.RESOLVED, body="Healthy"))
    return CarriedIncident(
        key=f"{key}/{at.isoformat()}",
        impact=Impact.MAJOR,
        components=(key,),
        started_at=at,
        resolved_at=ended_at,
        updates=tuple(updates),
    )

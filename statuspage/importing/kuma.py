"""Reads Uptime Kuma: its database ``kuma.db``, or its backup as JSON (Settings, Backup), of version 1."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from probes.vocabulary.causes import Impact
from probes.vocabulary.origins import Origin
from probes.vocabulary.states import IncidentStatus
from statuspage.importing import files
from statuspage.importing.given import Given, ImportFileError, moment_of
from statuspage.importing.pages import asked_page
from statuspage.importing.values import (
    CarriedComponent,
    CarriedIncident,
    CarriedProbe,
    CarriedSite,
    CarriedUpdate,
    CarriedWork,
    LeftOut,
)

DATABASE = "kuma.db"
# What asks for a page; of the others we have no kind.
_PAGES = {"http", "keyword"}
_DOWN, _UP = 0, 1


def read_kuma(path: Path) -> CarriedSite:
    """All of ``kuma.db`` (or of the folder that it lies in), or what a JSON backup has: monitors alone."""
    if path.is_dir():
        path = files.needed_in(path, (DATABASE,))
    if path.suffix == ".json":
        return _of_backup(files.json_of(files.text_of(path), path.name))
    with files.database_at(path, needed="monitor") as tables:
        return _of_tables(tables)


def _of_backup(backup: Given) -> CarriedSite:
    if not backup.has("monitorList"):
        raise ImportFileError(backup.where, "it has no monitorList")
    reading = _KumaReading()
    reading.take_monitors(backup.each("monitorList"), groups={})
    for name, what in (("notificationList", "notification"), ("proxyList", "proxy")):
        for row in backup.each(name):
            reading.leave(row, what, "channels and proxies are set up anew here")
    return reading.site()


def _of_tables(tables: files.Tables) -> CarriedSite:
    reading = _KumaReading()
    reading.take_monitors(tables.each("monitor"), groups=_page_groups(tables))
    reading.incidents = tuple(_outages(tables, reading.names))
    concerned: dict[str, list[str]] = {}
    for row in tables.each("monitor_maintenance"):
        concerned.setdefault(row.text("maintenance_id"), []).append(row.text("monitor_id"))
    for row in tables.each("maintenance"):
        reading.take_work(row, concerned.get(row.text("id"), []))
    for row in tables.each("incident"):
        reading.leave(row, f"notice {row.text('title')!r}", "write it as an announcement")
    for row in tables.each("notification"):
        reading.leave(row, f"notification {row.text('name')!r}", "channels are set up anew here")
    return reading.site()


def _page_groups(tables: files.Tables) -> dict[str, str]:
    """By monitor, the name of its group on a status page."""
    names = {row.text("id"): row.text("name") for row in tables.each("group")}
    return {
        row.text("monitor_id"): names.get(row.text("group_id"), "") for row in tables.each("monitor_group")
    }


@dataclass(slots=True)
class _KumaReading:
    """What was read so far; ``names`` are those of the monitors that are carried, by id."""

    components: list[CarriedComponent] = field(default_factory=list)
    incidents: tuple[CarriedIncident, ...] = ()
    works: list[CarriedWork] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def site(self) -> CarriedSite:
        return CarriedSite(
            origin=Origin.KUMA,
            components=tuple(self.components),
            incidents=self.incidents,
            works=tuple(self.works),
            left_out=tuple(self.left_out),
        )

    def leave(self, row: Given, what: str, why: str) -> None:
        self.left_out.append(LeftOut(where=row.where, what=what, why=why))

    def take_monitors(self, monitors: Iterable[Given], *, groups: dict[str, str]) -> None:
        """Each that is not a group as a component; of what is no page only the component."""
        rows = list(monitors)
        parents = {row.text("id"): row.text("name") for row in rows if row.text("type") == "group"}
        for row in rows:
            key, name = row.required("id"), row.required("name")
            if row.text("type") == "group":
                continue
            self.names[key] = name
            group = parents.get(row.text("parent")) or groups.get(key, "")
            self.components.append(
                CarriedComponent(
                    key=key,
                    name=name,
                    description=row.text("description"),
                    group=group,
                    probe=self._probe(row),
                )
            )

    def _probe(self, row: Given) -> CarriedProbe | None:
        kind, name = row.text("type"), row.text("name")
        if kind not in _PAGES:
            self.leave(row, f"check of {name!r}", f"we have no checks of the kind {kind!r}")
            return None
        if row.flag("invert_keyword", default=False):
            self.leave(row, f"check of {name!r}", "we look for what should be there")
            return None
        beside = ("headers", "body", "basic_auth_user", "proxy_id")
        probe = asked_page(row, name, beside=beside, left_out=self.left_out)
        if probe is None:
            return None
        return replace(
            probe,
            interval_s=max(1.0, row.number("interval", 60)),
            timeout_s=min(60.0, max(1.0, row.number("timeout", 0) or 10)),
            expect_status=_statuses(row),
            expect_text=row.text("keyword") if kind == "keyword" else "",
            enabled=row.flag("active", default=True),
        )

    def take_work(self, row: Given, monitors: list[str]) -> None:
        """Planned work that happens once; of what recurs only its name is told."""
        title = row.required("title")
        if row.text("strategy") != "single":
            self.leave(
                row,
                f"maintenance {title!r}",
                f"it has no single window ({row.text('strategy')}): plan it here",
            )
            return
        components = tuple(key for key in monitors if key in self.names)
        if not components:
            self.leave(row, f"maintenance {title!r}", "it concerns no monitor that is carried")
            return
        zone = _zone(row)
        starts_at, ends_at = (moment_of(row.text(name), zone) for name in ("start_date", "end_date"))
        if starts_at is None or ends_at is None or ends_at <= starts_at:
            self.leave(row, f"maintenance {title!r}", "it has no start, or does not end after it")
            return
        self.works.append(
            CarriedWork(
                key=row.required("id"),
                title=title,
                body=row.text("description"),
                components=components,
                starts_at=starts_at,
                ends_at=ends_at,
                announced_at=starts_at,
            )
        )


def _statuses(row: Given) -> tuple[int, ...]:
    """Single statuses that are accepted; none where 2xx is, as ours are without."""
    given = row.texts("accepted_statuscodes")
    if not given and row.has("accepted_statuscodes_json"):
        named = f'{{"codes": {row.text("accepted_statuscodes_json")}}}'
        given = files.json_of(named, row.where).texts("codes")
    found: set[int] = set()
    for told in given:
        first, _, last = told.partition("-")
        if not (first.isascii() and first.isdigit() and (last or "0").isdigit() and last.isascii()):
            continue
        found |= set(range(max(100, int(first)), min(599, int(last or first)) + 1))
    return () if not found or found == set(range(200, 300)) else tuple(sorted(found))


def _zone(row: Given) -> ZoneInfo:
    name = row.text("timezone") or "UTC"
    try:
        return ZoneInfo("UTC" if name == "SAME_AS_SERVER" else name)
    except (ZoneInfoNotFoundError, ValueError):
        raise row.wrong("timezone", f"is unknown: {name[:50]!r}") from None


def _outages(tables: files.Tables, names: dict[str, str]) -> Iterator[CarriedIncident]:
    """From each turn to "down" until the next to "up", which Kuma marks as important."""
    began: dict[str, CarriedUpdate] = {}
    beats = tables.each(
        "heartbeat", order='"time", id', where=f"important = 1 AND status IN ({_DOWN}, {_UP})"
    )
    for beat in beats:
        key, at = beat.text("monitor_id"), moment_of(beat.text("time"), UTC)
        if key not in names or at is None:
            continue
        message = beat.text("msg")
        if beat.text("status") == str(_DOWN):
            began.setdefault(
                key, CarriedUpdate(at=at, status=IncidentStatus.INVESTIGATING, body=message or "Down")
            )
        elif key in began:
            yield _outage(key, began.pop(key), at, message)
    for key, first in began.items():
        yield _outage(key, first, None, "")


def _outage(key: str, first: CarriedUpdate, ended_at: datetime | None, message: str) -> CarriedIncident:
    over = () if ended_at is None else (_over(ended_at, message),)
    return CarriedIncident(
        key=f"{key}/{first.at.isoformat()}",
        impact=Impact.MAJOR,
        components=(key,),
        started_at=first.at,
        resolved_at=ended_at,
        updates=(first, *over),
    )


def _over(at: datetime, message: str) -> CarriedUpdate:
    return CarriedUpdate(at=at, status=IncidentStatus.RESOLVED, body=message or "Up")

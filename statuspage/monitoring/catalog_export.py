"""Writes what is watched as a catalog file: brought in again, it changes nothing."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import tomli_w
from django.conf import settings

from probes.listening.sources import PageKind
from probes.tables import SLUG, variables_in
from statuspage.monitoring.catalog_plan import GONE, held_by
from statuspage.monitoring.models import Component, ComponentGroup, Endpoint, Persona, Probe, Source, Vantage

HEAD = """\
# What this site watches, as its admin has it. Bring it in by the admin or `manage.py sync_catalog FILE`.
# What is retired, paused or switched off here stays so; a new site would watch it: it is named at the end.
"""
USUAL_PATTERN = "{component}.{persona}.{vantage}"
_PROBE_SLUG = re.compile(r"[a-z0-9._-]{1,150}")
_ORDER = ("endpoint", "operation", "options", "interval_seconds", "timeout_seconds", "slow_after_ms")
# In these a ``${NAME}`` stays as it is written; anywhere else it would be replaced when the file is read.
_RAW = ("credentials", "payer", "headers")

Entry = dict[str, Any]
Named = Component | ComponentGroup | Endpoint | Persona | Source | Vantage


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedCatalog:
    """The file, and the rows that no file can tell, as ``kind slug``."""

    text: str
    left_out: tuple[str, ...]


def export_catalog() -> ExportedCatalog:
    """All that is watched, in eight queries."""
    return _Exporter().export()


class _Exporter:
    """``known`` are the slugs of what is in the file, by kind, which others may refer to.

    ``stopped`` names what of it is not watched now.
    """

    def __init__(self) -> None:
        self.left_out: list[str] = []
        self.stopped: list[str] = []
        self.known: dict[str, set[str | None]] = {}

    def export(self) -> ExportedCatalog:
        tables: list[tuple[str, Entry]] = []
        groups = ComponentGroup.objects.order_by("position", "slug")
        components = Component.objects.exclude(catalog_hash=GONE).select_related("group")
        sources = Source.objects.exclude(catalog_hash=GONE).filter(kind__in=list(PageKind))
        tables += self._rows("groups", groups, _group)
        tables += self._rows("components", components.order_by("position", "slug"), _component)
        tables += self._rows("personas", Persona.objects.all(), _persona)
        tables += self._rows("vantages", Vantage.objects.all(), _vantage)
        tables += self._rows("endpoints", Endpoint.objects.all(), _endpoint)
        tables += self._probes()
        tables += self._rows("sources", sources, _source)
        parts = [HEAD, tomli_w.dumps({"timezone": settings.TIME_ZONE})]
        parts += [_table(kind, entry) for kind, entry in tables]
        stopped = [f"# Retired, paused or switched off here: {name}\n" for name in self.stopped]
        left = [f"# Not in this file, for no file can tell it: {name}\n" for name in self.left_out]
        return ExportedCatalog(text="\n".join([*parts, *stopped, *left]), left_out=tuple(self.left_out))

    def _rows(self, kind: str, rows: Iterable[Any], entry_of: Any) -> Iterator[tuple[str, Entry]]:
        known = self.known.setdefault(kind, {None})
        for place, row in enumerate(rows):
            entry: Entry = entry_of(row, place)
            group = entry.get("group")
            if SLUG.fullmatch(row.slug) and _can_be_told(entry) and group in self.known.get("groups", {None}):
                known.add(row.slug)
                self._note(row)
                yield kind, entry
            else:
                self._leave(row)

    def _leave(self, row: Named | Probe) -> None:
        self.left_out.append(_called(row))

    def _note(self, row: Named | Probe) -> None:
        if getattr(row, "retired", False) or not getattr(row, "enabled", True):
            self.stopped.append(_called(row))

    def _probes(self) -> Iterator[tuple[str, Entry]]:
        """One table for the probes that differ in payer and vantage alone, where each is with each."""
        related = Probe.objects.exclude(catalog_hash=GONE).select_related(
            "component", "persona", "vantage", "endpoint"
        )
        alike: dict[tuple[str, str, str], list[Probe]] = {}
        for row in related.order_by("component__position", "component__slug", "slug"):
            if self._can_be_told(row):
                self._note(row)
                alike.setdefault(_likeness(row), []).append(row)
            else:
                self._leave(row)
        for rows in alike.values():
            for together in _combined(rows):
                yield ("probes" if rows[0].component else "controls"), _standing(together)

    def _can_be_told(self, row: Probe) -> bool:
        refers = all(
            held_by(row, name) in self.known[f"{name}s"]
            for name in ("component", "persona", "vantage", "endpoint")
        )
        told = _name_of_control(row) if row.component is None else _PROBE_SLUG.fullmatch(row.slug)
        return bool(refers and told and (row.component or not row.persona) and _can_be_told(_order(row)))


def _called(row: Named | Probe) -> str:
    return f"{row._meta.verbose_name_raw} {row.slug}"


def _can_be_told(entry: Mapping[str, Any]) -> bool:
    """Whether nothing of an entry would be taken for a variable, or is what TOML has not: null."""
    return all(_is_plain(value, raw=name in _RAW) for name, value in entry.items())


def _is_plain(value: Any, *, raw: bool) -> bool:
    if isinstance(value, Mapping):
        return all(_is_plain(inner, raw=raw or name in _RAW) for name, inner in value.items())
    if isinstance(value, list):
        return all(_is_plain(inner, raw=raw) for inner in value)
    return value is not None and (raw or not (isinstance(value, str) and variables_in(value)))


def _table(kind: str, entry: Entry) -> str:
    """One ``[[kind]]`` with its tables below it: each on lines of its own, so that problems have a line."""
    flat = {name: value for name, value in entry.items() if not isinstance(value, Mapping)}
    below = {name: value for name, value in entry.items() if isinstance(value, Mapping) and value}
    inner = "".join("\n" + tomli_w.dumps({kind: {name: value}}) for name, value in below.items())
    return f"[[{kind}]]\n{tomli_w.dumps(flat)}{inner}"


def _name(row: Named) -> Entry:
    return {"slug": row.slug, "name_zh": row.name_zh, "name_en": row.name_en}


def _placed(row: Component | ComponentGroup, place: int) -> Entry:
    return {} if row.position == place else {"position": row.position}


def _group(row: ComponentGroup, place: int) -> Entry:
    return _name(row) | _placed(row, place)


def _component(row: Component, place: int) -> Entry:
    told: Entry = {
        "group": row.group.slug if row.group else "",
        "product": row.product,
        "kind": row.kind,
        # A file has both or none.
        "description_zh": row.description_zh or row.description_en,
        "description_en": row.description_en or row.description_zh,
    }
    entry = _name(row) | {name: value for name, value in told.items() if value}
    return entry | ({} if row.caution == 1.0 else {"caution": row.caution}) | _placed(row, place)


def _persona(row: Persona, place: int) -> Entry:
    return _name(row) | {"risk_tier": row.risk_tier, "payer": row.payer}


def _vantage(row: Vantage, place: int) -> Entry:
    return _name(row) | {"connect_to": row.connect_to}


def _endpoint(row: Endpoint, place: int) -> Entry:
    return _name(row) | {"gateway": row.gateway, "base_url": row.base_url, "credentials": row.credentials}


def _source(row: Source, place: int) -> Entry:
    told = {
        "kind": row.kind,
        "url": row.url,
        "interval_seconds": row.interval_seconds,
        "options": row.options,
    }
    return _name(row) | told


def _order(row: Probe) -> Entry:
    """What a probe asks and how; nothing is said of a limit that it has not."""
    order = {name: held_by(row, name) for name in _ORDER}
    return {name: value for name, value in order.items() if value is not None}


def _name_of_control(row: Probe) -> str:
    """The slug of the table that a control would come from; "" where none could bring it."""
    match = re.fullmatch(rf"control\.(.+)\.{re.escape(row.vantage.slug)}", row.slug)
    return match[1] if match and SLUG.fullmatch(match[1]) else ""


def _likeness(row: Probe) -> tuple[str, str, str]:
    """The same for probes that one table could bring."""
    if row.component is None:
        return "", _name_of_control(row), repr(_order(row))
    usual = USUAL_PATTERN.format(
        component=row.component.slug, persona=held_by(row, "persona"), vantage=row.vantage.slug
    )
    return row.component.slug, USUAL_PATTERN if row.slug == usual else row.slug, repr(_order(row))


def _combined(rows: Sequence[Probe]) -> Iterator[list[Probe]]:
    """The rows in parts each of which has every payer at every vantage of it."""
    vantages: dict[str | None, list[Probe]] = {}
    for row in rows:
        vantages.setdefault(held_by(row, "persona"), []).append(row)
    same: dict[tuple[str, ...], list[Probe]] = {}
    for own in vantages.values():
        same.setdefault(tuple(sorted(row.vantage.slug for row in own)), []).extend(own)
    yield from same.values()


def _standing(rows: Sequence[Probe]) -> Entry:
    first, places = rows[0], list(dict.fromkeys(row.vantage.slug for row in rows))
    if first.component is None:
        return {"slug": _name_of_control(first), "vantages": places, **_order(first)}
    _, pattern, _ = _likeness(first)
    return {
        **({} if pattern == USUAL_PATTERN else {"slug": pattern}),
        "components": [first.component.slug],
        "personas": list(dict.fromkeys(str(held_by(row, "persona")) for row in rows)),
        "vantages": places,
        **_order(first),
    }

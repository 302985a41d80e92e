"""Brings the catalog file into the database; doing it again changes nothing.

The rule between file and admin: each row remembers the entry that it was last written from. An entry that has
changed in the file since overwrites its row; one that has not leaves alone whatever an admin edited. An entry
that has gone retires its row, with all that was measured; it comes back with the entry. Rows that an admin
added are never touched, unless the file names them too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, TypeAlias, TypeVar

import msgspec
from django.db import transaction

from probes.instrument.specs import Catalog, PersonaSpec, ProbeSpec
from statuspage.monitoring.models import Component, ComponentGroup, Endpoint, Persona, Probe, Source, Vantage

GONE = "gone"  # a hash that no entry has: the row's entry has left the file

Row: TypeAlias = Component | ComponentGroup | Endpoint | Persona | Probe | Source | Vantage
R = TypeVar("R", Component, ComponentGroup, Endpoint, Persona, Probe, Source, Vantage)


class MeaningChangedError(ValueError):
    """A catalog in which known slugs mean something else; ``problems`` are all of them."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


@dataclass(slots=True, kw_only=True)
class SyncResult:
    """What a sync did, as ``kind slug``."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    unchanged: int = 0


def sync_catalog(catalog: Catalog) -> SyncResult:
    """Bring ``catalog`` into the database, whole or, with :class:`MeaningChangedError`, not at all."""
    result = SyncResult()
    with transaction.atomic():
        problems = _changed_meanings(catalog)
        if problems:
            raise MeaningChangedError(problems)
        groups = _bring(ComponentGroup, _positioned(catalog.groups), result)
        components = _bring(
            Component, [_component(entry, groups) for entry in _positioned(catalog.components)], result
        )
        personas = _bring(Persona, [_fields(spec) for spec in catalog.personas], result)
        vantages = _bring(Vantage, [_fields(spec) for spec in catalog.vantages], result)
        endpoints = _bring(Endpoint, [_fields(spec) for spec in catalog.endpoints], result)
        _bring(Source, [_fields(spec) for spec in catalog.sources], result)
        parts = _Parts(components=components, personas=personas, vantages=vantages, endpoints=endpoints)
        _bring(Probe, [parts.probe(spec) for spec in catalog.probes], result)
    return result


Entry: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """The rows that probes refer to, by slug."""

    components: Mapping[str, Component]
    personas: Mapping[str, Persona]
    vantages: Mapping[str, Vantage]
    endpoints: Mapping[str, Endpoint]

    def probe(self, spec: ProbeSpec) -> Entry:
        return _fields(spec) | {
            "component": self.components[spec.component] if spec.component else None,
            "persona": self.personas[spec.persona] if spec.persona else None,
            "vantage": self.vantages[spec.vantage],
            "endpoint": self.endpoints[spec.endpoint],
        }


def _fields(spec: Any) -> Entry:
    entry: Entry = msgspec.to_builtins(spec)
    return entry


def _positioned(specs: Sequence[Any]) -> list[Entry]:
    """Entries in the order of the file, which is the order on the page."""
    return [_fields(spec) | {"position": position} for position, spec in enumerate(specs)]


def _component(entry: Entry, groups: Mapping[str, ComponentGroup]) -> Entry:
    left = {"product", "kind"}  # to the admin
    named = {name: value for name, value in entry.items() if name not in left or value is not None}
    return named | {"group": groups[entry["group"]] if entry["group"] else None}


def _bring(model: type[R], entries: Sequence[Entry], result: SyncResult) -> dict[str, R]:
    """Create, update or retire the rows of one kind; all of them by slug."""
    kind = str(model._meta.verbose_name_raw)
    rows: dict[str, R] = {row.slug: row for row in model._default_manager.all()}
    for entry in entries:
        slug, digest = entry["slug"], _digest(entry)
        row = rows.get(slug)
        if row is None:
            rows[slug] = model._default_manager.create(**entry, catalog_hash=digest)
            result.created.append(f"{kind} {slug}")
        elif row.catalog_hash != digest:
            _overwrite(row, entry, digest)
            result.updated.append(f"{kind} {slug}")
        else:
            result.unchanged += 1
    listed = {entry["slug"] for entry in entries}
    for slug, row in rows.items():
        if slug not in listed and row.catalog_hash not in ("", GONE):
            _retire(row)
            result.retired.append(f"{kind} {slug}")
    return rows


def _overwrite(row: Row, entry: Entry, digest: str) -> None:
    for name, value in entry.items():
        setattr(row, name, value)
    if isinstance(row, Source):
        row.forget_validators()
    if row.catalog_hash == GONE:
        _set_in_use(row, True)
    row.catalog_hash = digest
    row.save()


def _retire(row: Row) -> None:
    _set_in_use(row, False)
    row.catalog_hash = GONE
    row.save()


def _set_in_use(row: Row, in_use: bool) -> None:
    if isinstance(row, Component):
        row.retired = not in_use
    elif isinstance(row, Probe | Source):
        row.enabled = in_use
    if isinstance(row, Probe):
        # What has left the file must not come back by itself.
        row.paused_at, row.paused_until, row.pause_reason = None, None, ""


def _digest(entry: Entry) -> str:
    plain = {name: value.slug if isinstance(value, Row) else value for name, value in entry.items()}
    return sha256(msgspec.json.encode(plain, order="sorted")).hexdigest()


def _changed_meanings(catalog: Catalog) -> list[str]:
    """What a known slug would mean anew: results of before and after would be mixed up under one name."""
    problems = _changed_tiers(catalog.personas)
    for spec, row in _with_rows(catalog.probes):
        was = {
            "component": row.component.slug if row.component else None,
            "persona": row.persona.slug if row.persona else None,
            "vantage": row.vantage.slug,
        }
        for name, before in was.items():
            now = getattr(spec, name)
            if now != before:
                problems.append(
                    f"probe {spec.slug}: its {name} is {before or 'none'} and cannot become {now or 'none'};"
                    " a new meaning needs a new slug"
                )
    return problems


def _with_rows(specs: Sequence[ProbeSpec]) -> list[tuple[ProbeSpec, Probe]]:
    related = Probe.objects.select_related("component", "persona", "vantage")
    rows = {row.slug: row for row in related}
    return [(spec, rows[spec.slug]) for spec in specs if spec.slug in rows]


def _changed_tiers(personas: Sequence[PersonaSpec]) -> list[str]:
    tiers = dict(Persona.objects.values_list("slug", "risk_tier"))
    return [
        f"persona {spec.slug}: its risk tier is {tiers[spec.slug]} and cannot become {spec.risk_tier};"
        " a new meaning needs a new slug"
        for spec in personas
        if tiers.get(spec.slug, spec.risk_tier) != spec.risk_tier
    ]

"""What bringing a catalog file into the database would do, row by row, without doing any of it.

The rule between file and admin: each row remembers the entry that it was last written from. An entry that has
changed in the file since overwrites its row; one that has not leaves alone whatever an admin edited. An entry
that has gone retires its row, with all that was measured; it comes back with the entry. Rows that an admin
added are never touched, unless the file names them too.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any, TypeAlias

import msgspec

from probes.instrument.specs import Catalog, ComponentSpec, PersonaSpec, ProbeSpec
from statuspage.monitoring.models import Component, ComponentGroup, Endpoint, Persona, Probe, Source, Vantage

GONE = "gone"  # a hash that no entry has: the row's entry has left the file
Row: TypeAlias = Component | ComponentGroup | Endpoint | Persona | Probe | Source | Vantage
Entry: TypeAlias = Mapping[str, Any]
# In an order in which what others refer to comes first.
KINDS: tuple[type[Row], ...] = (ComponentGroup, Component, Persona, Vantage, Endpoint, Source, Probe)
# What an entry refers to by a slug.
REFERENCES: Mapping[str, type[Row]] = {
    "group": ComponentGroup,
    "component": Component,
    "persona": Persona,
    "vantage": Vantage,
    "endpoint": Endpoint,
}


class Verb(StrEnum):
    """What is done to a row."""

    CREATED = "created"
    UPDATED = "updated"
    RETIRED = "retired"
    KEPT = "kept"  # it says this already; only that it comes from the file is new


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field; ``before`` is None of a row that is created."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChange:
    """One row: ``entry`` is what it is written from, None where it retires; of other rows it has slugs."""

    verb: Verb
    model: type[Row]
    slug: str
    entry: Entry | None
    digest: str
    fields: tuple[FieldChange, ...] = ()

    @property
    def name(self) -> str:
        """As the command line and its log call it, in English."""
        return f"{self.model._meta.verbose_name_raw} {self.slug}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncPlan:
    """All that would change, in an order in which it can be done; ``unchanged`` counts the entries left."""

    changes: tuple[RowChange, ...]
    unchanged: int

    def of(self, verb: Verb) -> list[RowChange]:
        return [change for change in self.changes if change.verb is verb]

    @property
    def told(self) -> list[RowChange]:
        """The changes that anybody would see."""
        return [change for change in self.changes if change.verb is not Verb.KEPT]

    @property
    def mark(self) -> str:
        """Another one for each plan that does something else."""
        plain = [(change.verb, change.name, change.digest, _plain(change.fields)) for change in self.changes]
        return sha256(msgspec.json.encode(plain, order="sorted")).hexdigest()


def _plain(fields: Iterable[FieldChange]) -> list[list[Any]]:
    return [[change.field, change.before, change.after] for change in fields]


def plan_sync(catalog: Catalog) -> SyncPlan:
    """What bringing ``catalog`` into the database as it is now would do."""
    changes: list[RowChange] = []
    unchanged = 0
    for model in KINDS:
        entries = entries_of(catalog, model)
        found = list(_changes(model, entries))
        changes += found
        named = sum(1 for change in found if change.verb not in (Verb.RETIRED, Verb.KEPT))
        unchanged += len(entries) - named
    return SyncPlan(changes=tuple(changes), unchanged=unchanged)


def entries_of(catalog: Catalog, model: type[Row]) -> list[Entry]:
    """The entries of one kind as the columns of their rows."""
    specs: Sequence[Any] = {
        ComponentGroup: catalog.groups,
        Component: catalog.components,
        Persona: catalog.personas,
        Vantage: catalog.vantages,
        Endpoint: catalog.endpoints,
        Source: catalog.sources,
        Probe: catalog.probes,
    }[model]
    return [_entry(spec, place) for place, spec in enumerate(specs)]


def _entry(spec: Any, place: int) -> Entry:
    entry: dict[str, Any] = msgspec.to_builtins(spec)
    if "position" in entry and entry["position"] is None:
        entry["position"] = place  # the order of the file is that of the page
    if isinstance(spec, ComponentSpec):
        # What the file does not say is left to the admin.
        entry = {
            name: told for name, told in entry.items() if told is not None or name not in ("product", "kind")
        }
    return entry


def _changes(model: type[Row], entries: Sequence[Entry]) -> Iterator[RowChange]:
    related = [name for name in REFERENCES if name in {field.name for field in model._meta.fields}]
    rows: dict[str, Row] = {row.slug: row for row in model._default_manager.select_related(*related)}
    for entry in entries:
        change = _change(model, rows.get(entry["slug"]), entry)
        if change is not None:
            yield change
    listed = {entry["slug"] for entry in entries}
    for slug, row in rows.items():
        if slug not in listed and row.catalog_hash not in ("", GONE):
            yield RowChange(verb=Verb.RETIRED, model=model, slug=slug, entry=None, digest=GONE)


def _change(model: type[Row], row: Row | None, entry: Entry) -> RowChange | None:
    digest = _digest(entry)
    if row is None:
        fields = tuple(FieldChange(field=name, before=None, after=told) for name, told in entry.items())
        return RowChange(
            verb=Verb.CREATED, model=model, slug=entry["slug"], entry=entry, digest=digest, fields=fields
        )
    if row.catalog_hash == digest:
        return None
    fields = tuple(
        FieldChange(field=name, before=held_by(row, name), after=told)
        for name, told in entry.items()
        if held_by(row, name) != told
    )
    returns = row.catalog_hash == GONE and isinstance(row, Component | Probe | Source)
    verb = Verb.UPDATED if fields or returns else Verb.KEPT
    return RowChange(verb=verb, model=model, slug=row.slug, entry=entry, digest=digest, fields=fields)


def held_by(row: Row, name: str) -> Any:
    """What a row holds of an entry: of another row its slug."""
    value = getattr(row, name)
    return value.slug if isinstance(value, Row) else value


def _digest(entry: Entry) -> str:
    return sha256(msgspec.json.encode(entry, order="sorted")).hexdigest()


def changed_meanings(catalog: Catalog) -> list[str]:
    """What a known slug would mean anew: results of before and after would be mixed up under one name."""
    problems = _changed_tiers(catalog.personas)
    for spec, row in _with_rows(catalog.probes):
        for name in ("component", "persona", "vantage"):
            before, now = held_by(row, name), getattr(spec, name)
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

"""Brings the catalog file into the database as ``catalog_plan`` says; doing it again changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from probes.instrument.gateways.vault import is_secret
from probes.instrument.specs import Catalog
from statuspage.logbook.deeds import note_deed
from statuspage.logbook.models import DeedKind
from statuspage.logbook.values import HIDDEN, MOST_MEMBERS, Change
from statuspage.monitoring.catalog_plan import (
    GONE,
    KINDS,
    REFERENCES,
    Entry,
    FieldChange,
    Row,
    RowChange,
    SyncPlan,
    Verb,
    changed_meanings,
    plan_sync,
)
from statuspage.monitoring.changes import mark_changed
from statuspage.monitoring.entries import EntryKind, as_text
from statuspage.monitoring.models import Component, Probe, Source

SYNCED = gettext_noop("brought in a catalog")
# Of more changes at once the log does not tell each.
MOST_NOTED = 500


class MeaningChangedError(ValueError):
    """A catalog in which known slugs mean something else; ``problems`` are all of them."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


class PlanChangedError(ValueError):
    """What would be done is not what was agreed to any more; ``plan`` is what would be."""

    def __init__(self, plan: SyncPlan) -> None:
        self.plan = plan
        super().__init__("something else would change now")


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncResult:
    """What a sync did, as ``kind slug``."""

    created: list[str]
    updated: list[str]
    retired: list[str]
    unchanged: int


def planned_sync(catalog: Catalog) -> SyncPlan:
    """What a sync would do; :class:`MeaningChangedError` where it would refuse."""
    if problems := changed_meanings(catalog):
        raise MeaningChangedError(problems)
    return plan_sync(catalog)


@transaction.atomic
def sync_catalog(catalog: Catalog, *, now: datetime | None = None, agreed: str | None = None) -> SyncResult:
    """Bring ``catalog`` into the database, whole or, with :class:`MeaningChangedError`, not at all.

    With ``now`` it is noted in the log. ``agreed`` is the mark of the plan that somebody saw:
    :class:`PlanChangedError` where another one would be done.
    """
    plan = planned_sync(catalog)
    if agreed is not None and plan.mark != agreed:
        raise PlanChangedError(plan)
    written = _written(plan)
    if now is not None and plan.told:
        mark_changed(now=now)
        _note(plan, written, now)
    verbs = (Verb.CREATED, Verb.UPDATED, Verb.RETIRED)
    created, updated, retired = ([change.name for change in plan.of(verb)] for verb in verbs)
    return SyncResult(created=created, updated=updated, retired=retired, unchanged=plan.unchanged)


Rows = dict[tuple[type[Row], str], Row]


def _written(plan: SyncPlan) -> Rows:
    """Do what is planned; gives the rows that were known or made on the way."""
    rows: Rows = {}
    touched = {change.model for change in plan.changes}
    for model in KINDS if touched else ():
        rows |= {(model, row.slug): row for row in model._default_manager.all()}
    for change in plan.changes:
        key = (change.model, change.slug)
        if change.entry is None:
            _retire(rows[key])
        elif key in rows:
            _overwrite(rows[key], _columns(change.entry, rows), change)
        else:
            columns = _columns(change.entry, rows)
            rows[key] = change.model._default_manager.create(**columns, catalog_hash=change.digest)
    return rows


def _columns(entry: Entry, rows: Rows) -> dict[str, Any]:
    """An entry with the rows that it refers to."""
    return {
        name: rows[REFERENCES[name], told] if name in REFERENCES and told else told
        for name, told in entry.items()
    }


def _overwrite(row: Row, columns: Entry, change: RowChange) -> None:
    for name, value in columns.items():
        setattr(row, name, value)
    if isinstance(row, Source) and change.fields:
        row.forget_validators()
    if row.catalog_hash == GONE:
        _set_in_use(row, True)
    row.catalog_hash = change.digest
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


def _note(plan: SyncPlan, rows: Rows, now: datetime) -> None:
    """One row for the file, and one for each row of the catalog that it changed, as far as these are few."""
    verbs = (Verb.CREATED, Verb.UPDATED, Verb.RETIRED)
    names = {verb: [change.name for change in plan.of(verb)] for verb in verbs}
    totals = [Change(field=verb, before=None, after=_first(told)) for verb, told in names.items() if told]
    note_deed(DeedKind.ACTION, now=now, what=SYNCED, changes=totals)
    changed = plan.of(Verb.UPDATED) + plan.of(Verb.RETIRED)
    for change in changed if len(changed) <= MOST_NOTED else ():
        told = tuple(
            Change(field=one.field, before=text_of(one, one.before), after=text_of(one, one.after))
            for one in change.fields
        )
        gone = (Change(field="catalog_hash", before=None, after=GONE),) if change.verb is Verb.RETIRED else ()
        row = rows[change.model, change.slug]
        note_deed(DeedKind.ACTION, row, now=now, what=SYNCED, changes=told + gone)


def _first(names: list[str]) -> list[str]:
    more = len(names) - MOST_MEMBERS
    return names[:MOST_MEMBERS] + ([f"+{more}"] if more > 0 else [])


def text_of(change: FieldChange, value: Any) -> str | None:
    """A value of a changed field for people to read; of secrets only references."""
    if value is None or value == "":
        return None
    if isinstance(value, Mapping):
        return ", ".join(f"{name} = {_shown(name, inner)}" for name, inner in value.items())
    return str(value)


def _shown(name: str, value: Any) -> str:
    if is_secret(name) and not (isinstance(value, str) and as_text(value, EntryKind.SECRET)):
        return HIDDEN
    return str(value)

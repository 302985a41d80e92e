"""Writes the log: a row for each thing that somebody does to an object, in the transaction that does it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet

from statuspage.logbook.doers import Doer, current_doer
from statuspage.logbook.models import Deed, DeedKind
from statuspage.logbook.values import Change, Values, changes_between, in_english, named, values_of

# More than these, done at once, are one row that tells their number.
ONE_BY_ONE = 500
_noted: ContextVar[set[tuple[str, str]] | None] = ContextVar("noted", default=None)


def note_deed(
    kind: DeedKind,
    of: Model | None = None,
    *,
    now: datetime,
    what: object = "",
    changes: Sequence[Change] = (),
    by: Doer | None = None,
) -> Deed:
    """One thing that was done: ``what`` says it in words (English, or a text that waits for its language).

    ``by`` is who is logged in, or the command line, unless given.
    """
    row = _row(kind, of, now=now, what=what, changes=changes, by=by or current_doer())
    row.save(force_insert=True)
    _mark(row)
    return row


@contextmanager
def noted_action(
    what: object, rows: Model | QuerySet[Any] | Sequence[Model], *, now: datetime, by: Doer | None = None
) -> Iterator[None]:
    """What is done within to these rows is logged under ``what``, each with what changed of it.

    All of it is one transaction. Where nothing of any row itself changes, each is logged without changes.
    A row of which something was noted within is left out.
    """
    with transaction.atomic():
        before, many = _before(rows), _number_of(rows)
        outer, inner = _noted.get(), set[tuple[str, str]]()
        token = _noted.set(inner)
        try:
            yield
        finally:
            _noted.reset(token)
        doer = by or current_doer()
        if before is None:
            deeds = [_of_many(what, many, now=now, by=doer)]
        else:
            rest = [(row, held) for row, held in before if _key(row) not in inner]
            deeds = list(_after(what, rest, now=now, by=doer))
        Deed.objects.bulk_create(deeds)
        if outer is not None:
            outer |= inner | {(deed.model, deed.object_id) for deed in deeds}


def _before(rows: Any) -> list[tuple[Model, Values]] | None:
    """The rows with what they hold; None where they are too many to be told one by one."""
    if isinstance(rows, Model):
        rows = [rows]
    elif isinstance(rows, QuerySet):
        rows = list(_plain(rows)[: ONE_BY_ONE + 1])
    else:
        rows = list(rows)
    if len(rows) > ONE_BY_ONE:
        return None
    return [(row, values_of(row)) for row in _stored(rows)]


def _plain(rows: QuerySet[Any]) -> QuerySet[Any]:
    plain: QuerySet[Any] = rows.model._base_manager.filter(pk__in=rows.order_by().values("pk"))
    return plain


def _stored(rows: Sequence[Model]) -> list[Model]:
    """The rows as the database holds them, in as many queries as there are kinds and relations."""
    found: list[Model] = []
    for model in dict.fromkeys(type(row) for row in rows):
        relations = [relation.name for relation in model._meta.many_to_many]
        keys = [row.pk for row in rows if type(row) is model]
        found += model._base_manager.filter(pk__in=keys).prefetch_related(*relations)
    return found


def _after(
    what: object, before: Sequence[tuple[Model, Values]], *, now: datetime, by: Doer
) -> Iterator[Deed]:
    held = {_key(row): values_of(row) for row in _stored([row for row, _ in before])}
    changes = [(row, changes_between(type(row), was, held.get(_key(row), {}))) for row, was in before]
    changed = [(row, change) for row, change in changes if change] or changes
    for row, change in changed:
        yield _row(DeedKind.ACTION, row, now=now, what=what, changes=change, by=by)


def _number_of(rows: Any) -> tuple[str, int]:
    """What kind of rows these are, and how many."""
    if isinstance(rows, QuerySet):
        return rows.model._meta.label_lower, rows.count()
    return ("", 1) if isinstance(rows, Model) else ("", len(rows))


def _of_many(what: object, many: tuple[str, int], *, now: datetime, by: Doer) -> Deed:
    deed = _row(DeedKind.ACTION, None, now=now, what=what, changes=(), by=by)
    deed.model, deed.object_name = many[0], f"({many[1]})"
    return deed


def _row(
    kind: DeedKind, of: Model | None, *, now: datetime, what: object, changes: Sequence[Change], by: Doer
) -> Deed:
    return Deed(
        at=now,
        by=by.kind,
        who=by.name,
        user_id=by.user_id,
        network=by.network,
        kind=kind,
        what=in_english(what),
        model="" if of is None else of._meta.label_lower,
        object_id="" if of is None or of.pk is None else str(of.pk),
        object_name="" if of is None else named(of),
        changes=[[change.field, change.before, change.after] for change in changes],
    )


def _key(row: Model) -> tuple[str, str]:
    return row._meta.label_lower, str(row.pk)


def _mark(row: Deed) -> None:
    noted = _noted.get()
    if noted is not None:
        noted.add((row.model, row.object_id))

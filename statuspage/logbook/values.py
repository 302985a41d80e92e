"""What a row holds, as the log may keep it, and what differs between two of its states. Secrets never."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import msgspec
from django.db.models import BinaryField, Field, ForeignKey, Model
from django.utils import translation

Value: TypeAlias = str | int | float | bool | list[str] | None
Values: TypeAlias = Mapping[str, Any]

HIDDEN = "•••"
# What bears such a name is a secret, or stands for one.
SECRET = re.compile(
    r"password|secret|digest|credential|payer|sealed|token|private|authoriz|^key$|_key$", re.I
)
# What follows from other changes, or from the passing of time.
BESIDES = frozenset({"updated_at", "last_login", "revision", "detector_state", "machine_view"})
LONGEST = 600
MOST_MEMBERS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field's value before and after; both are :data:`HIDDEN` for a secret."""

    field: str
    before: Value
    after: Value


def stored_values(row: Model) -> Values:
    """What the database holds of a row now, by its fields' names; nothing where it is gone."""
    stored = type(row)._base_manager.filter(pk=row.pk).first()
    return {} if stored is None else values_of(stored)


def values_of(row: Model) -> Values:
    """What a row holds, by its fields' names; asks for the members of its relations."""
    values: dict[str, Any] = {
        field.name: field.value_from_object(row)
        for field in row._meta.concrete_fields
        if not field.primary_key and field.name not in BESIDES and field.attname in row.__dict__
    }
    for relation in row._meta.many_to_many:
        members = relation.value_from_object(row) if row.pk is not None else []
        values[relation.name] = sorted(named(member) for member in members)
    return values


def changes_between(model: type[Model], before: Values, after: Values) -> tuple[Change, ...]:
    """The fields that differ, in the order of the model; a field that is in neither counts as empty."""
    fields = [*model._meta.concrete_fields, *model._meta.many_to_many]
    return tuple(
        _change(field, before.get(field.name), after.get(field.name))
        for field in fields
        if before.get(field.name) != after.get(field.name)
        and not (_is_nothing(before.get(field.name)) and _is_nothing(after.get(field.name)))
    )


def what_was_said(row: Model) -> Change:
    """A row that was added below another, by the texts in it."""
    texts = [change.after for change in changes_between(type(row), {}, values_of(row))]
    told = " · ".join(text for text in texts if isinstance(text, str)) or named(row)
    return Change(field=row._meta.label_lower, before=None, after=_cut(told))


def named(row: Model) -> str:
    """What a row is called, in English where it is called otherwise in each language."""
    with translation.override("en"):
        return str(row)[:200]


def in_english(text: object) -> str:
    """A text that waits for its language, as the log keeps it."""
    with translation.override("en"):
        return str(text)[:200]


def _is_nothing(value: Any) -> bool:
    return value is None or value == "" or value == [] or value == {}


def _change(field: Any, before: Any, after: Any) -> Change:
    if isinstance(field, BinaryField) or SECRET.search(field.name):
        return Change(field=field.name, before=_veiled(before), after=_veiled(after))
    return Change(field=field.name, before=_kept(field, before), after=_kept(field, after))


def _veiled(value: Any) -> str | None:
    return None if _is_nothing(value) else HIDDEN


def _kept(field: "Field[Any, Any]", value: Any) -> Value:
    """A value as the log keeps it: plain, and no longer than it must be to be told from another."""
    if value is None or isinstance(value, bool | int | float):
        return _member(field, value) if isinstance(field, ForeignKey) and value is not None else value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str):
        return _cut(value)
    if isinstance(value, Sequence) and all(isinstance(member, str) for member in value):
        more = len(value) - MOST_MEMBERS
        return [_cut(member) for member in value[:MOST_MEMBERS]] + ([f"+{more}"] if more > 0 else [])
    return _cut(msgspec.json.encode(without_secrets(value), enc_hook=str).decode())


def _member(field: "ForeignKey[Any, Any]", pk: Any) -> str:
    row = field.related_model._base_manager.filter(pk=pk).first()
    return f"#{pk}" if row is None else named(row)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def without_secrets(value: Any) -> Any:
    """JSON with what stands under a secret's name hidden, at any depth."""
    if isinstance(value, Mapping):
        return {
            name: HIDDEN if SECRET.search(str(name)) else without_secrets(of) for name, of in value.items()
        }
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return [without_secrets(member) for member in value]
    return value

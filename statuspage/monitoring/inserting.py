"""Inserts many rows of a model at once, without an instance for each; what is there already stays.

There are hundreds of results a second, and the ORM takes several times as long for each.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeAlias

import msgspec
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

Row: TypeAlias = Mapping[str, Any]
# What drivers take as it is.
_PLAIN = {str, int, float, bool, type(None)}


def insert_new(model: type[models.Model], rows: Sequence[Row]) -> int:
    """Insert rows given as values by attribute (``probe_id``, not ``probe``), others taking their default.

    One whose unique key is there already is left out; gives how many were not. Follows the model's fields,
    whichever they are.
    """
    return _write(model, rows, "DO NOTHING")


def put(
    model: type[models.Model],
    rows: Sequence[Row],
    *,
    unique: Sequence[str],
    replaced: Sequence[str] = (),
    added: Sequence[str] = (),
) -> None:
    """Insert rows; of one whose ``unique`` columns are there, the others are ``replaced`` or ``added`` up."""
    table = connections[DEFAULT_DB_ALIAS].ops.quote_name(model._meta.db_table)
    changes = [f'"{name}" = EXCLUDED."{name}"' for name in replaced]
    changes += [f'"{name}" = {table}."{name}" + EXCLUDED."{name}"' for name in added]
    key = ", ".join(f'"{name}"' for name in unique)
    _write(model, rows, f"({key}) DO UPDATE SET {', '.join(changes)}")


def _write(model: type[models.Model], rows: Sequence[Row], on_conflict: str) -> int:
    if not rows:
        return 0
    connection = connections[DEFAULT_DB_ALIAS]
    fields = _fields(model)
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    into = f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({columns})"
    defaults = _defaults(model)
    complete = [{**defaults, **row} for row in rows]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # One value for all rows, which the server takes apart: nothing is adapted or parsed one by one.
            names = ", ".join(f'"{field.attname}"' for field in fields)
            typed = ", ".join(f'"{field.attname}" {field.db_type(connection)}' for field in fields)
            select = f"SELECT {names} FROM json_to_recordset(%s::json) AS row({typed})"
            cursor.execute(f"{into} {select} ON CONFLICT {on_conflict}", [_json(complete, fields)])
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(
                f"{into} VALUES ({marks}) ON CONFLICT {on_conflict}", _values(complete, fields, connection)
            )
        written: int = cursor.rowcount
        return written


@lru_cache(maxsize=8)
def _fields(model: type[models.Model]) -> "tuple[models.Field[Any, Any], ...]":
    return tuple(field for field in model._meta.concrete_fields if not field.primary_key)


@lru_cache(maxsize=8)
def _defaults(model: type[models.Model]) -> dict[str, Any]:
    return {field.attname: field.get_default() for field in _fields(model)}


def _json(rows: Sequence[dict[str, Any]], fields: "Sequence[models.Field[Any, Any]]") -> str:
    binary = [field.attname for field in fields if isinstance(field, models.BinaryField)]
    for row in rows if binary else ():
        row.update({name: f"\\x{bytes(row[name]).hex()}" for name in binary if row[name] is not None})
    return msgspec.json.encode(rows).decode()


def _values(
    rows: Sequence[Row], fields: "Sequence[models.Field[Any, Any]]", connection: BaseDatabaseWrapper
) -> list[tuple[Any, ...]]:
    converters = [(field.attname, _converter(field, connection)) for field in fields]
    return [
        tuple(value if type(value := row[name]) in _PLAIN else convert(value) for name, convert in converters)
        for row in rows
    ]


def _converter(field: "models.Field[Any, Any]", connection: BaseDatabaseWrapper) -> Callable[[Any], Any]:
    """How a value that the driver does not take as it is becomes one."""
    if isinstance(field, models.DateTimeField):
        return _utc_text
    if isinstance(field, models.JSONField):
        return lambda value: msgspec.json.encode(value).decode()
    return lambda value: field.get_db_prep_save(value, connection)


def _utc_text(value: datetime) -> str:
    """As Django writes it for SQLite: the time in UTC, without its zone."""
    moment = value if value.tzinfo is UTC else value.astimezone(UTC)
    return str(moment).removesuffix("+00:00")

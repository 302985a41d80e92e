"""Every row of a site's database, whichever it is."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

Rows = dict[str, list[tuple[Any, ...]]]


def rows_of(environ: Mapping[str, str]) -> Rows:
    """The rows by table, in one order; with where PostgreSQL's sequences stand."""
    if "DATABASE_URL" in environ:
        return _postgres(environ["DATABASE_URL"])
    return _sqlite(Path(environ["VAR_DIR"]) / "fogbreak.sqlite3")


def empty_place(environ: Mapping[str, str], name: str) -> dict[str, str]:
    """The variables of a site like this one, with a database of another name that holds nothing."""
    if "DATABASE_URL" not in environ:
        return {**environ, "VAR_DIR": f"{environ['VAR_DIR']}-{name}"}
    url = environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as making:
        making.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return {**environ, "DATABASE_URL": f"{url.rpartition('/')[0]}/{name}"}


def _sqlite(file: Path) -> Rows:
    with closing(sqlite3.connect(file)) as reading:
        tables = reading.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        names = [name for (name,) in tables.fetchall()]
        return {
            name: sorted(reading.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr) for name in names
        }


def _postgres(url: str) -> Rows:
    with psycopg.connect(url) as reading:
        tables = reading.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        queries = {name: sql.SQL("SELECT * FROM {}").format(sql.Identifier(name)) for (name,) in tables}
        rows = {name: sorted(reading.execute(query).fetchall(), key=repr) for name, query in queries.items()}
        rows["sequences"] = reading.execute(
            "SELECT sequencename, last_value FROM pg_sequences ORDER BY 1"
        ).fetchall()
        return rows

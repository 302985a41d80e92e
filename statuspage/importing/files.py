"""Opens the files that are brought over: none outside of the folder, none endless, YAML without code."""

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any

import yaml

from statuspage.importing.given import MOST_ROWS, Given, ImportFileError

MOST_BYTES = 64 * 1024 * 1024
MOST_YAML_BYTES = 2 * 1024 * 1024
MOST_FILES = 20_000
# So often may an anchor be used, so many keys has a table: a few lines must not grow to millions.
MOST_ALIASES, MOST_KEYS = 500, 1000
MOST_SECONDS = 60.0
LONGEST_NUMBER = 100
# Steps of SQLite between two looks at the clock.
_STEPS = 100_000


class Lined(dict[object, object]):
    """A table of YAML, with the line on which it begins."""

    line = 0


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader, bounded, which keeps lines."""

    aliases = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            self.aliases += 1
            if self.aliases > MOST_ALIASES:
                raise yaml.YAMLError(f"an anchor is used more than {MOST_ALIASES} times")
        return super().compose_node(parent, index)

    def flatten_mapping(self, node: Any) -> None:
        super().flatten_mapping(node)
        if len(node.value) > MOST_KEYS:
            raise yaml.YAMLError(f"a table has more than {MOST_KEYS} keys")


def _lined(loader: _Loader, node: Any) -> Iterator[Lined]:
    table = Lined()
    table.line = node.start_mark.line + 1
    yield table
    table.update(loader.construct_mapping(node))


def _number(loader: _Loader, node: Any) -> int | float:
    """A number of usual length: of one in base 60, which YAML has, the time grows as the square."""
    if len(node.value) > LONGEST_NUMBER:
        problem = f"a number has more than {LONGEST_NUMBER} characters"
        raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark)
    whole = node.tag.endswith(":int")
    made: int | float = loader.construct_yaml_int(node) if whole else loader.construct_yaml_float(node)
    return made


_Loader.add_constructor("tag:yaml.org,2002:map", _lined)
_Loader.add_constructor("tag:yaml.org,2002:int", _number)
_Loader.add_constructor("tag:yaml.org,2002:float", _number)


def text_of(path: Path, *, most: int = MOST_BYTES) -> str:
    """The text of a file."""
    try:
        if path.stat().st_size > most:
            raise ImportFileError(path.name, f"it is larger than {most} bytes")
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ImportFileError(path.name, f"it cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ImportFileError(path.name, f"it is not UTF-8: byte {error.start}") from error


def yaml_of(text: str, name: str, *, zone: tzinfo = UTC, first_line: int = 1) -> Given:
    """The table that a YAML document is; ``first_line`` is where it begins in its file."""
    if len(text) > MOST_YAML_BYTES:
        raise ImportFileError(name, f"it is larger than {MOST_YAML_BYTES} bytes")
    try:
        # It is a SafeLoader, which makes nothing but plain values.
        value = yaml.load("\n" * (first_line - 1) + text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else first_line
        raise ImportFileError(f"{name}:{line}", f"it is no YAML: {error.problem}") from error
    except (yaml.YAMLError, ValueError, RecursionError, TypeError) as error:
        raise ImportFileError(name, f"it is no YAML: {str(error)[:200]}") from error
    return _table(value, name, zone)


def json_of(text: str, name: str, *, zone: tzinfo = UTC) -> Given:
    """The table that a JSON document is."""
    try:
        value = json.loads(text, parse_int=_whole)
    except json.JSONDecodeError as error:
        raise ImportFileError(f"{name}:{error.lineno}", f"it is no JSON: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise ImportFileError(name, f"it is no JSON: {str(error)[:200]}") from error
    return _table(value, name, zone)


def _whole(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise ValueError(f"a number has more than {LONGEST_NUMBER} characters")
    return int(digits)


def front_matter_of(text: str, name: str, *, zone: tzinfo = UTC) -> tuple[Given, str]:
    """The table at the head of a Markdown file, and the text after it."""
    if not text.startswith("---"):
        raise ImportFileError(f"{name}:1", "it has no front matter between lines of ---")
    head, mark, body = text.partition("\n")[2].partition("\n---")
    if not mark:
        raise ImportFileError(f"{name}:1", "its front matter does not end with a line of ---")
    return yaml_of(head, name, zone=zone, first_line=2), body.partition("\n")[2]


def _table(value: object, name: str, zone: tzinfo) -> Given:
    if not isinstance(value, dict):
        raise ImportFileError(f"{name}:1", "it holds no table")
    return Given(where=name, file=name, values=value, zone=zone)


def files_in(folder: Path, pattern: str) -> list[Path]:
    """The files of ``folder`` that match, by name; ImportFileError where one leads out of it."""
    if not folder.is_dir():
        return []
    found = sorted(path for path in folder.glob(pattern) if path.is_file())
    if len(found) > MOST_FILES:
        raise ImportFileError(folder.name, f"it has more than {MOST_FILES} files")
    root = folder.resolve()
    for path in found:
        if not path.resolve().is_relative_to(root):
            raise ImportFileError(path.name, "it leads out of its folder")
    return found


def first_in(folder: Path, names: Iterable[str]) -> Path | None:
    """The first of ``names`` that is a file of ``folder``, which it must not lead out of."""
    return next((path for name in names for path in files_in(folder, name)), None)


def needed_in(folder: Path, names: Sequence[str]) -> Path:
    """The same; ImportFileError where there is none."""
    found = first_in(folder, names)
    if found is None:
        raise ImportFileError(folder.name, f"it has no {' or '.join(names)}")
    return found


@contextmanager
def database_at(path: Path, *, needed: str) -> Iterator["Tables"]:
    """A SQLite file, to be read only; it must have the table ``needed``."""
    try:
        opened = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    except sqlite3.Error as error:
        raise ImportFileError(path.name, f"it cannot be read: {error}") from error
    with closing(opened) as connection:
        tables = Tables(connection, path.name)
        try:
            if needed not in tables.names():
                raise ImportFileError(path.name, f"it has no table {needed}")
            yield tables
        except sqlite3.Error as error:
            raise ImportFileError(path.name, f"it cannot be read: {error}") from error


class Tables:
    """The tables of a SQLite file that somebody else made, within limits of time and rows."""

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self._connection, self._name = connection, name
        connection.row_factory = sqlite3.Row
        connection.text_factory = lambda raw: raw.decode(errors="replace")
        connection.execute("PRAGMA trusted_schema = OFF")
        until = time.monotonic() + MOST_SECONDS
        connection.set_progress_handler(lambda: int(time.monotonic() > until), _STEPS)

    def names(self) -> set[str]:
        """The tables that there are; a view is none."""
        rows = self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {row["name"] for row in rows}

    def each(self, table: str, *, order: str = "id", where: str = "1") -> Iterator[Given]:
        """The rows of ``table``, in order; none where there is no such table."""
        if table not in self.names():
            return
        found = self._connection.execute(f'SELECT * FROM "{table}" WHERE {where} ORDER BY {order}')
        for number, row in enumerate(found, start=1):
            if number > MOST_ROWS:
                raise ImportFileError(self._name, f"{table} has more than {MOST_ROWS} rows")
            values = dict(zip(row.keys(), tuple(row), strict=True))
            name = values.get(order.partition(",")[0].strip('"'))
            yield Given(where=f"{self._name} {table} {name}", file=self._name, values=values)

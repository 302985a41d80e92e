"""Reads tables of a TOML file strictly and remembers every problem with its line, not only the first.

By hand, since pydantic knows neither the line on which something stands nor what it may have meant to be.
"""

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from functools import cache, lru_cache
from math import inf
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import available_timezones

E = TypeVar("E", bound=StrEnum)
SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
# The time that tomllib takes for a dotted name grows as the square of its parts.
MOST_DOTS = 500
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")
_HEADER = re.compile(r"\s*\[\[?\s*([A-Za-z0-9_.\"-]+)\s*\]\]?")


class ProblemsError(ValueError):
    """A file that cannot be used; ``problems`` are all that is wrong with it, each with its place."""

    def __init__(self, source: str, problems: Iterable[str]) -> None:
        self.source, self.problems = source, tuple(problems)
        noun = "problem" if len(self.problems) == 1 else "problems"
        listed = "\n".join(f"  {problem}" for problem in self.problems)
        super().__init__(f"{source}: {len(self.problems)} {noun}\n{listed}")


@dataclass(slots=True, kw_only=True)
class Problems:
    """What is wrong with one file so far."""

    source: str
    text: str
    environ: Mapping[str, str]
    found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, where: str, what: str, line: int | None = None) -> None:
        """Note one problem at a table's path such as ``probes[2].endpoint``."""
        place = f"{self.source}:{line}: " if line else f"{self.source}: "
        self.found.append((line or 0, f"{place}{where}: {what}"))

    def raise_if_any(self) -> None:
        """Raise :class:`ProblemsError` with all that was found, if anything was."""
        if self.found:
            in_order = sorted(self.found, key=lambda problem: problem[0])
            raise ProblemsError(self.source, [text for _, text in in_order])


def load(path: Path, environ: Mapping[str, str] = os.environ) -> tuple[dict[str, Any], Problems]:
    """The file's tables and an empty list of problems; :class:`ProblemsError` where it is not TOML at all."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProblemsError(str(path), [f"cannot be read: {error}"]) from error
    return loads(text, str(path), environ)


def loads(text: str, source: str, environ: Mapping[str, str] = os.environ) -> tuple[dict[str, Any], Problems]:
    """Like :func:`load`, of a text; ``source`` is its name in the problems."""
    problems = Problems(source=source, text=text, environ=environ)
    for number, line in enumerate(text.splitlines(), start=1):
        if line.count(".") > MOST_DOTS:
            raise ProblemsError(source, [f"not TOML: more than {MOST_DOTS} dots (at line {number})"])
    try:
        return tomllib.loads(text), problems
    # A number of thousands of digits is a ValueError, too.
    except (ValueError, RecursionError) as error:
        raise ProblemsError(source, [f"not TOML: {error}"]) from error


def substitute(text: str, environ: Mapping[str, str]) -> str:
    """``text`` with ``${NAME}`` and ``${NAME:-default}`` replaced; KeyError names one that is not set."""

    def value(match: re.Match[str]) -> str:
        name, default = match.group(1), match.group(2)
        if environ.get(name):
            return environ[name]
        if default is None:
            raise KeyError(name)
        return str(default)

    return _VARIABLE.sub(value, text)


def variables_in(text: str) -> list[str]:
    """The names of the variables that ``text`` refers to."""
    return [name for name, _ in _VARIABLE.findall(text)]


@cache
def zone_names() -> frozenset[str]:
    """The names of the time zones; looking for them takes 10 ms."""
    return frozenset(available_timezones())


def line_of(text: str, table: str, index: int, key: str | None = None) -> int | None:
    """The line on which the ``index``-th table of that name (or a key of it) stands; None if not found."""
    lines, starts = _headers(text)
    if index >= len(starts.get(table, ())):
        return None
    start = starts[table][index]
    wanted = re.compile(rf"\s*\"?{re.escape(key)}\"?\s*[=.]") if key is not None else None
    for number, line in enumerate(lines[start:], start=start + 1) if wanted else ():
        if _HEADER.match(line):
            break
        if wanted and wanted.match(line):
            return number
    return start


@lru_cache(maxsize=2)
def _headers(text: str) -> tuple[list[str], dict[str, list[int]]]:
    """The lines of a file, and on which of them tables of each name begin: a file may have many problems."""
    lines, starts = text.splitlines(), dict[str, list[int]]()
    for number, line in enumerate(lines, start=1):
        if header := _HEADER.match(line):
            starts.setdefault(header.group(1), []).append(number)
    return lines, starts


class Table:
    """One table that is being read: every getter notes what is wrong and goes on with a harmless value.

    ``within`` is the path to a table in another one, in which every ``${NAME}`` was replaced already.
    """

    def __init__(
        self, values: Mapping[str, Any], problems: Problems, name: str, index: int = 0, within: str = ""
    ) -> None:
        self.values, self.problems, self.name, self.index = values, problems, name, index
        self._within = within
        self._asked: set[str] = set()

    @property
    def _label(self) -> str:
        slug = self.values.get("slug")
        own = f"{self.name}[{self.index}]" + (f" ({slug})" if isinstance(slug, str) else "")
        return self._within or own

    def wrong(self, key: str | None, what: str) -> None:
        """Note a problem with ``key``, or with the whole table."""
        line = line_of(self.problems.text, self.name, self.index, key)
        self.problems.add(f"{self._label}.{key}" if key else self._label, what, line)

    def inner(self, key: str) -> "Table":
        """The table under ``key``, with the same problems."""
        return Table(self.mapping(key), self.problems, self.name, self.index, f"{self._label}.{key}")

    def value(self, key: str, *, required: bool = False) -> Any:
        """Whatever stands there, for a getter elsewhere to judge; None for nothing."""
        self._asked.add(key)
        value = self.values.get(key)
        if value is None and required:
            self.wrong(key, "missing")
        return self._substituted(key, value)

    def _substituted(self, key: str, value: Any) -> Any:
        if self._within:
            return value
        if isinstance(value, str):
            try:
                return substitute(value, self.problems.environ)
            except KeyError as error:
                self.wrong(key, f"the environment variable {error.args[0]} is not set")
                return value
        if isinstance(value, list):
            return [self._substituted(key, item) for item in value]
        if isinstance(value, dict):
            return {name: self._substituted(key, item) for name, item in value.items()}
        return value

    def text(self, key: str, *, default: str | None = None, most: int = 300) -> str:
        """A text of 1 to ``most`` characters; required where there is no default."""
        value = self.value(key, required=default is None)
        if value is None:
            return default or ""
        if not isinstance(value, str):
            self.wrong(key, f"expected a text, got {value!r}")
            return default or ""
        if not value.strip() and default is None:
            self.wrong(key, "must not be empty")
        if len(value) > most:
            self.wrong(key, f"longer than {most} characters")
        return value

    def slug(self) -> str:
        """Its own short name, of lower-case letters, digits, ``-`` and ``_``."""
        value = self.text("slug", most=100)
        if value and not SLUG.fullmatch(value):
            self.wrong("slug", f"{value!r} is no slug: use lower-case letters, digits and single hyphens")
        return value

    def number(
        self,
        key: str,
        *,
        default: float | None = None,
        least: float | None = None,
        most: float = inf,
    ) -> float:
        """A finite number above 0 (or from ``least``) to ``most``, or a text that says one."""
        harmless = 1.0 if default is None else default
        value = self.value(key, required=default is None)
        if value is None:
            return harmless
        if isinstance(value, str):
            with suppress(ValueError):
                value = float(value)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.wrong(key, f"expected a number, got {value!r}")
        elif not (value > 0 if least is None else value >= least) or value == inf:
            bound = "more than 0" if least is None else f"at least {least:g}"
            self.wrong(key, f"must be {bound}, got {value!r}")
        elif value > most:
            self.wrong(key, f"must be at most {most:g}, got {value:g}")
        else:
            return float(value)
        return harmless

    def optional_number(self, key: str) -> float | None:
        """Like :meth:`number`, but None where it is not given."""
        return self.number(key) if key in self.values else None

    def flag(self, key: str, *, default: bool) -> bool:
        """true or false."""
        value = self.value(key)
        if value is not None and not isinstance(value, bool):
            self.wrong(key, f"expected true or false, got {value!r}")
            return default
        return default if value is None else value

    def choice(self, key: str, allowed: Iterable[str], *, default: str | None = None) -> str:
        """One of ``allowed``."""
        names = list(allowed)
        value = self.text(key, default=default)
        if value and value not in names:
            self.wrong(key, f"{value!r} is none of {', '.join(names) or 'nothing'}{_guess(value, names)}")
            return next(iter(names), "")
        return value

    def member(self, key: str, members: type[E]) -> E:
        """One of an enumeration's members, by its value."""
        return members(self.choice(key, members) or next(iter(members)))

    def optional_member(self, key: str, members: type[E]) -> E | None:
        """Like :meth:`member`, but None where nothing is given."""
        value = self.choice(key, members, default="")
        return members(value) if value else None

    def texts(self, key: str, *, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of texts without repetition; required and not empty where there is no default."""
        value = self.value(key, required=default is None)
        if value is None:
            return default or ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.wrong(key, f"expected a list of texts, got {value!r}")
            return default or ()
        if not value and default is None:
            self.wrong(key, "must not be empty")
        if len(set(value)) < len(value):
            self.wrong(key, "names something twice")
        return tuple(dict.fromkeys(value))

    def mapping(self, key: str, *, raw: bool = False, kept: str = "") -> dict[str, Any]:
        """A table of free content; ``raw`` leaves ``${NAME}`` in it as it stands, ``kept`` in one entry."""
        self._asked.add(key)
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            self.wrong(key, f"expected a table, got {value!r}")
            return {}
        as_it_stands = value if raw else {kept: value[kept]} if kept in value else {}
        rest = {name: inner for name, inner in value.items() if name not in as_it_stands}
        return {**dict(self._substituted(key, rest)), **as_it_stands}

    def only(self, key: str, content: Iterable[str], known: Iterable[str]) -> None:
        """Note every name in the table under ``key`` that is not known."""
        names = list(known)
        for name in content:
            if name not in names:
                self.wrong(key, f"{name!r} is unknown{_guess(name, names)}")

    def done(self) -> None:
        """Note every key that nobody asked for."""
        for key in self.values:
            if key not in self._asked:
                self.wrong(key, f"unknown key{_guess(key, self._asked)}")


def tables(document: Mapping[str, Any], problems: Problems, name: str) -> list[Table]:
    """Every ``[[name]]`` of the document."""
    value = document.get(name, [])
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        problems.add(name, f"expected tables written as [[{name}]]", line_of(problems.text, name, 0))
        return []
    return [Table(item, problems, name, index) for index, item in enumerate(value)]


def unknown_tables(document: Mapping[str, Any], problems: Problems, known: Iterable[str]) -> None:
    """Note every top-level name that is not known."""
    names = list(known)
    for name in document:
        if name not in names:
            problems.add(name, f"unknown table{_guess(name, names)}", line_of(problems.text, name, 0))


def _guess(word: str, names: Iterable[str]) -> str:
    near = get_close_matches(word, map(str, names), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""

"""Scenario files: TOML into scenarios; every fault is told with file and line."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from probes.simulator.cast import PARTS, PAYERS
from probes.simulator.daily import SITE_ZONE
from probes.simulator.scenario import FLAVOURS, Scenario, ScenarioKind
from probes.vocabulary.causes import Cause
from probes.vocabulary.tiers import RiskTier

_DURATION = re.compile(r"(-?)(?:(\d+)d)?\s*(?:(\d+)h)?\s*(?:(\d+)m)?\s*(?:(\d+(?:\.\d+)?)s)?")
_START_KEYS = ("at", "after", "days_ago")
_KEYS = {
    "id", "kind", "at", "after", "days_ago", "time", "lasts", "every", "components", "tiers", "personas",
    "vantages", "intensity", "flavour", "ramp", "on", "off", "announced", "withdrawn", "overruns", "cause",
    "posts", }  # fmt: skip


class ScenarioError(ValueError):
    """A scenario that cannot be read: says in which file and line, and why."""

    def __init__(self, source: str, line: int, reason: str) -> None:
        super().__init__(f"{source}:{line}: {reason}")
        self.source, self.line, self.reason = source, line, reason


class _KeyedError(ValueError):
    """A fault of one key, before it is known in which line that key stands."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(reason)
        self.key, self.reason = key, reason


def parse(path: Path, anchor: datetime) -> list[Scenario]:
    """Read a scenario file; times in it that are relative count from ``anchor`` (aware).

    Raises :class:`ScenarioError` with file, line and fault.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise ScenarioError(str(path), 1, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise ScenarioError(str(path), 1, f"not UTF-8: byte {error.start}") from error
    return parse_text(text, str(path), anchor)


def parse_text(text: str, source: str, anchor: datetime) -> list[Scenario]:
    """The same from text; ``source`` names it in errors."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        raise ScenarioError(source, line, str(error)) from error
    for key in tables:
        if key not in {"scenario", "loop"}:
            raise ScenarioError(
                source, _line_of(text, key), f"unknown key `{key}`; expected [[scenario]] or [loop]"
            )
    every_s = _loop(tables, text, source)
    found: list[Scenario] = []
    rows = tables.get("scenario", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ScenarioError(
            source, _line_of(text, "scenario"), "`scenario` must be written as [[scenario]] tables"
        )
    for index, row in enumerate(rows):
        try:
            scenario = read_scenario(row, anchor, every_s=every_s)
            if any(other.id == scenario.id for other in found):
                raise _KeyedError("id", f"a second scenario with the id `{scenario.id}`")
            found.append(scenario)
        except _KeyedError as fault:
            raise ScenarioError(source, _line_of_key(text, index, fault.key), fault.reason) from fault
    return found


def duration(text: object, key: str = "duration") -> float:
    """Seconds of ``90s``, ``1h30m``, ``-62d4h``. Raises ``ValueError`` otherwise."""
    match = _DURATION.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None or not any(match.groups()[1:]):
        raise _KeyedError(key, f'`{key}` must be a length of time such as "90s" or "1h30m", not {text!r}')
    sign, days, hours, minutes, seconds = match.groups()
    whole = int(days or 0) * 86400 + int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(seconds or 0)
    return -whole if sign else whole


def read_scenario(row: Mapping[str, Any], anchor: datetime, *, every_s: float | None = None) -> Scenario:
    """One scenario from its keys. Raises ``ValueError`` that says what is wrong."""
    for key in row:
        if key not in _KEYS:
            raise _KeyedError(key, f"unknown key `{key}`")
    kind = _choice(row, "kind", ScenarioKind)
    if kind is None:
        raise _KeyedError("kind", f"`kind` is missing; one of {', '.join(ScenarioKind)}")
    if kind is ScenarioKind.HEARD_ONLY and "cause" not in row:
        raise _KeyedError("kind", "a heard-only wave needs the `cause` that its posts speak of")
    lasts = _length(row, "lasts", positive=True)
    own_every = _length(row, "every", positive=True)
    every = own_every if own_every is not None else every_s
    if every is not None and lasts is None:
        raise _KeyedError("kind", "a scenario that is repeated needs `lasts`")
    scenario = Scenario(
        id=_text(row, "id") or str(kind),
        kind=kind,
        starts_s=_start(row, anchor),
        lasts_s=lasts,
        every_s=every,
        components=_names(row, "components", known=PARTS),
        tiers=tuple(RiskTier(tier) for tier in _names(row, "tiers", known=[tier.value for tier in RiskTier])),
        personas=_names(row, "personas", known=PAYERS),
        vantages=_names(row, "vantages"),
        intensity=_number(row, "intensity", highest=1.0),
        flavour=_flavour(row, kind),
        ramp_s=_length(row, "ramp") or 0.0,
        on_s=_length(row, "on") or 0.0,
        off_s=_length(row, "off") or 0.0,
        announced_s=_length(row, "announced"),
        withdrawn_s=_length(row, "withdrawn"),
        overruns_s=duration(row["overruns"], "overruns") if "overruns" in row else 0.0,
        cause=_choice(row, "cause", Cause),
        posts=1.0 if "posts" not in row else _number(row, "posts", highest=1000.0) or 0.0,
    )
    _check_together(scenario)
    return scenario


def _check_together(scenario: Scenario) -> None:
    if scenario.kind is ScenarioKind.FROZEN_PERSONA and not scenario.personas:
        raise _KeyedError("kind", "a frozen persona needs `personas`")
    if scenario.kind is ScenarioKind.VANTAGE_LOST and not scenario.vantages:
        raise _KeyedError("kind", "a lost vantage needs `vantages`")
    if (scenario.on_s > 0) != (scenario.off_s > 0):
        raise _KeyedError("on" if scenario.on_s else "off", "`on` and `off` are needed together")
    if scenario.kind is not ScenarioKind.MAINTENANCE:
        for key, value in (("announced", scenario.announced_s), ("overruns", scenario.overruns_s or None)):
            if value is not None:
                raise _KeyedError(key, f"only maintenance can have `{key}`")
    if scenario.lasts_s is not None and scenario.lasts_s + scenario.overruns_s <= 0:
        raise _KeyedError("overruns", "it would end before it starts")
    if scenario.withdrawn_s is not None and scenario.announced_s is None:
        raise _KeyedError("withdrawn", "a window that was not `announced` cannot be withdrawn")
    if scenario.announced_s is not None and scenario.lasts_s is None:
        raise _KeyedError("announced", "an announced window needs `lasts`")


def _loop(tables: Mapping[str, Any], text: str, source: str) -> float | None:
    loop = tables.get("loop")
    if loop is None:
        return None
    if not isinstance(loop, dict) or set(loop) != {"every"}:
        raise ScenarioError(source, _line_of(text, "loop"), "[loop] must hold `every` and nothing else")
    try:
        return _length(loop, "every", positive=True)
    except _KeyedError as fault:
        raise ScenarioError(source, _line_of(text, "every"), fault.reason) from fault


def _start(row: Mapping[str, Any], anchor: datetime) -> float:
    given = [key for key in _START_KEYS if key in row]
    if len(given) != 1:
        raise _KeyedError(
            given[1] if given else "kind", "exactly one of `at`, `after` and `days_ago` says when it starts"
        )
    if given == ["after"]:
        return anchor.timestamp() + duration(row["after"], "after")
    if given == ["at"]:
        at = row["at"]
        if not isinstance(at, datetime) or at.tzinfo is None:
            raise _KeyedError("at", "`at` must be a moment with its zone such as 2026-03-01T06:00:00Z")
        return at.timestamp()
    days, clock = row["days_ago"], row.get("time")
    if not isinstance(days, int) or isinstance(days, bool) or days < 0:
        raise _KeyedError("days_ago", "`days_ago` must be a whole number of days")
    if not isinstance(clock, time):
        raise _KeyedError("days_ago", "`days_ago` needs `time`, the local time of the day such as 20:15:00")
    day = anchor.astimezone(ZoneInfo(SITE_ZONE)).date() - timedelta(days=days)
    return datetime.combine(day, clock, ZoneInfo(SITE_ZONE)).astimezone(UTC).timestamp()


def _length(row: Mapping[str, Any], key: str, *, positive: bool = False) -> float | None:
    if key not in row:
        return None
    seconds = duration(row[key], key)
    if seconds < 0 or (positive and seconds == 0):
        raise _KeyedError(key, f"`{key}` must be longer than nothing, not {row[key]!r}")
    return seconds


def _number(row: Mapping[str, Any], key: str, *, highest: float) -> float | None:
    value = row.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= highest:
        raise _KeyedError(key, f"`{key}` must be a number from 0 to {highest:g}, not {value!r}")
    return float(value)


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key, "")
    if not isinstance(value, str):
        raise _KeyedError(key, f"`{key}` must be text, not {value!r}")
    return value


def _names(row: Mapping[str, Any], key: str, known: Iterable[str] | None = None) -> tuple[str, ...]:
    values = row.get(key, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise _KeyedError(key, f"`{key}` must be a list of names, not {values!r}")
    if known is not None:
        expected = list(known)
        for value in values:
            if value not in expected:
                raise _KeyedError(key, f"unknown name `{value}` in `{key}`; one of {', '.join(expected)}")
    return tuple(values)


def _flavour(row: Mapping[str, Any], kind: ScenarioKind) -> str:
    flavour = _text(row, "flavour")
    if flavour and flavour not in FLAVOURS[kind]:
        offered = ", ".join(FLAVOURS[kind]) or "none"
        raise _KeyedError("flavour", f"unknown flavour `{flavour}` of {kind}; one of {offered}")
    return flavour


def _choice(row: Mapping[str, Any], key: str, states: type[StrEnum]) -> Any:
    if key not in row:
        return None
    try:
        return states(row[key])
    except ValueError:
        offered = ", ".join(states)
        raise _KeyedError(key, f"unknown {key} {row[key]!r}; one of {offered}") from None


def _line_of(text: str, key: str) -> int:
    pattern = re.compile(rf"^\s*(?:\[+\s*)?[\"']?{re.escape(key)}[\"']?\s*(?:=|\]|\.)")
    lines = text.splitlines()
    return next((number for number, line in enumerate(lines, start=1) if pattern.match(line)), 1)


def _line_of_key(text: str, index: int, key: str) -> int:
    """The line of ``key`` within the ``index``-th [[scenario]] table; its head's where it is not there."""
    lines = text.splitlines()
    heads = [number for number, line in enumerate(lines) if re.match(r"\s*\[\[\s*scenario\s*\]\]", line)]
    if index >= len(heads):
        return _line_of(text, "scenario")
    stop = heads[index + 1] if index + 1 < len(heads) else len(lines)
    pattern = re.compile(rf"^\s*[\"']?{re.escape(key)}[\"']?\s*=")
    inside = (number for number in range(heads[index] + 1, stop) if pattern.match(lines[number]))
    return next(inside, heads[index]) + 1

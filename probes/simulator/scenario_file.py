"""Reads scenarios from TOML, and from what is asked for by hand; tells every fault with file and line."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from math import inf
from pathlib import Path
from typing import Any

from probes.simulator.cast import ALL_PARTS, PAYERS
from probes.simulator.daily import SITE_ZONE
from probes.simulator.scenario import FLAVOURS, Scenario, ScenarioKind
from probes.tables import Problems, Table, load, loads, tables, unknown_tables
from probes.vocabulary.causes import Cause
from probes.vocabulary.tiers import RiskTier

_DURATION = re.compile(r"(-?)(?:(\d+)d)?\s*(?:(\d+)h)?\s*(?:(\d+)m)?\s*(?:(\d+(?:\.\d+)?)s)?")
START_KEYS = ("at", "after", "days_ago")


def parse(path: Path, anchor: datetime) -> list[Scenario]:
    """Read a scenario file; times in it that are relative count from ``anchor`` (aware).

    Raises :class:`probes.tables.ProblemsError` with every fault.
    """
    return _scenarios(*load(path), anchor)


def parse_text(text: str, source: str, anchor: datetime) -> list[Scenario]:
    """The same from text; ``source`` names it in errors."""
    return _scenarios(*loads(text, source), anchor)


def read_scenario(row: Mapping[str, Any], anchor: datetime) -> Scenario:
    """One scenario from its keys; raises :class:`probes.tables.ProblemsError` with every fault."""
    problems = Problems(source="by hand", text="", environ={})
    scenario = _scenario(Table(row, problems, "scenario", within="scenario"), anchor, None)
    problems.raise_if_any()
    return scenario


def _scenarios(document: dict[str, Any], problems: Problems, anchor: datetime) -> list[Scenario]:
    unknown_tables(document, problems, ("scenario", "loop"))
    every_s = _loop(document, problems)
    found: list[Scenario] = []
    for table in tables(document, problems, "scenario"):
        scenario = _scenario(table, anchor, every_s)
        if any(other.id == scenario.id for other in found):
            table.wrong("id", f"a second scenario with the id `{scenario.id}`")
        found.append(scenario)
    problems.raise_if_any()
    return found


def _loop(document: dict[str, Any], problems: Problems) -> float | None:
    if "loop" not in document:
        return None
    loop = Table(document, problems, "loop").inner("loop")
    every_s = _length(loop, "every", required=True, positive=True)
    loop.done()
    return every_s


def _scenario(table: Table, anchor: datetime, loop_s: float | None) -> Scenario:
    kind = table.member("kind", ScenarioKind)
    scenario = Scenario(
        id=table.text("id", default="") or kind,
        kind=kind,
        starts_s=_start(table, anchor),
        lasts_s=_length(table, "lasts", positive=True) or inf,
        every_s=_length(table, "every", positive=True) or loop_s,
        components=_names(table, "components", ALL_PARTS),
        tiers=tuple(RiskTier(tier) for tier in _names(table, "tiers", RiskTier)),
        personas=_names(table, "personas", PAYERS),
        vantages=table.texts("vantages", default=()),
        intensity=table.number("intensity", default=1.0, least=0, most=1),
        flavour=table.choice("flavour", FLAVOURS[kind], default=""),
        ramp_s=_length(table, "ramp") or 0.0,
        on_s=_length(table, "on") or 0.0,
        off_s=_length(table, "off") or 0.0,
        announced_s=_length(table, "announced"),
        withdrawn_s=_length(table, "withdrawn"),
        overruns_s=_duration(table, "overruns") or 0.0,
        heard_cause=table.optional_member("cause", Cause),
        posts=table.number("posts", default=1.0, least=0, most=1000),
    )
    _check_together(table, scenario)
    table.done()
    return scenario


def _check_together(table: Table, scenario: Scenario) -> None:
    endless = scenario.lasts_s == inf
    if scenario.kind is ScenarioKind.HEARD_ONLY and scenario.heard_cause is None:
        table.wrong("kind", "a heard-only wave needs the `cause` that its posts speak of")
    if scenario.kind is ScenarioKind.FROZEN_PERSONA and not scenario.personas:
        table.wrong("kind", "a frozen persona needs `personas`")
    if scenario.kind is ScenarioKind.VANTAGE_LOST and not scenario.vantages:
        table.wrong("kind", "a lost vantage needs `vantages`")
    if scenario.every_s is not None and endless:
        table.wrong("kind", "a scenario that is repeated needs `lasts`")
    if (scenario.on_s > 0) != (scenario.off_s > 0):
        table.wrong("on" if scenario.on_s else "off", "`on` and `off` are needed together")
    if scenario.kind is not ScenarioKind.MAINTENANCE:
        for key, value in (("announced", scenario.announced_s), ("overruns", scenario.overruns_s or None)):
            if value is not None:
                table.wrong(key, f"only maintenance can have `{key}`")
    if scenario.lasts_s + scenario.overruns_s <= 0:
        table.wrong("overruns", "it would end before it starts")
    if scenario.withdrawn_s is not None and scenario.announced_s is None:
        table.wrong("withdrawn", "a window that was not `announced` cannot be withdrawn")
    if scenario.announced_s is not None and endless:
        table.wrong("announced", "an announced window needs `lasts`")


def _start(table: Table, anchor: datetime) -> float:
    """When it starts, in seconds since 1970; by ``anchor`` where that is not said as it should be."""
    after, at, days, clock = (_duration(table, "after"), *map(table.value, ("at", "days_ago", "time")))
    given = [key for key in START_KEYS if key in table.values]
    if len(given) != 1:
        place = given[1] if given else "kind"
        table.wrong(place, "exactly one of `at`, `after` and `days_ago` says when it starts")
    elif given == ["after"]:
        return anchor.timestamp() + (after or 0.0)
    elif given == ["at"]:
        if isinstance(at, datetime) and at.tzinfo is not None:
            return at.timestamp()
        table.wrong("at", "must be a moment with its zone such as 2026-03-01T06:00:00Z")
    elif not isinstance(days, int) or isinstance(days, bool) or days < 0:
        table.wrong("days_ago", "must be a whole number of days")
    elif not isinstance(clock, time):
        table.wrong("days_ago", "needs `time`, the local time of the day such as 20:15:00")
    else:
        day = anchor.astimezone(SITE_ZONE).date() - timedelta(days=days)
        return datetime.combine(day, clock, SITE_ZONE).astimezone(UTC).timestamp()
    return anchor.timestamp()


def _names(table: Table, key: str, known: Any) -> tuple[str, ...]:
    names = table.texts(key, default=())
    table.only(key, names, known)
    return tuple(name for name in names if name in list(known))


def _length(table: Table, key: str, *, required: bool = False, positive: bool = False) -> float | None:
    seconds = _duration(table, key, required=required)
    if seconds is not None and (seconds < 0 or (positive and seconds == 0)):
        table.wrong(key, f"must be longer than nothing, not {table.values[key]!r}")
    return seconds


def _duration(table: Table, key: str, *, required: bool = False) -> float | None:
    """Seconds of ``90s``, ``1h30m``, ``-62d4h``."""
    text = table.value(key, required=required)
    match = _DURATION.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None or not any(match.groups()[1:]):
        if text is not None:
            table.wrong(key, f'must be a length of time such as "90s" or "1h30m", not {text!r}')
        return None
    sign, days, hours, minutes, seconds = match.groups()
    whole = int(days or 0) * 86400 + int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(seconds or 0)
    return -whole if sign else whole

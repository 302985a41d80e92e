"""Tells what the world begins and ends, as lines for a terminal and as truth for those who score verdicts."""

from collections.abc import Callable
from datetime import datetime, timedelta
from math import isinf
from pathlib import Path

from msgspec.structs import replace

from probes.simulator.daily import SITE_ZONE
from probes.simulator.scenario import Occurrence, ScenarioKind
from probes.simulator.truth import truth_of
from probes.simulator.world import World

_BLINK = timedelta(microseconds=1)


class Chronicle:
    """Follows the world from ``started_at`` on; call :meth:`tell` every second or so.

    Lines go to ``say``; what ended is appended to ``truth_file`` and, at :meth:`close`, what is still on.
    """

    def __init__(
        self, world: World, started_at: datetime, say: Callable[[str], None], truth_file: Path
    ) -> None:
        self._world, self._say, self._truth_file = world, say, truth_file
        self._on: dict[str, Occurrence] = {}
        self._told_until = started_at
        truth_file.touch(mode=0o600)  # it lies beside keys
        truth_file.write_text("", encoding="utf-8")

    def tell(self, now: datetime) -> None:
        """Tell everything that changed since the last time."""
        for notice in self._world.notices(self._told_until, now):
            verb = "called off" if notice.cancelled else "announced"
            self._line(notice.at, f"maintenance on {_names(notice.components)} {verb} ({notice.slug})")
        on = {
            occurrence.id: occurrence
            for occurrence in self._world.occurrences(self._told_until, now + _BLINK)
            if occurrence.scenario.happens and occurrence.scenario.posts + occurrence.scenario.must > 0
        }
        for name, occurrence in on.items():
            if name not in self._on and occurrence.starts_s <= now.timestamp():
                self._line(now, f"{_what(occurrence)} starts, {_length(occurrence)}")
                self._on[name] = occurrence
        for name, known in list(self._on.items()):
            newest = on.get(name, known)
            if newest.ends_s <= now.timestamp() or name not in on:
                self._end(self._on.pop(name), newest, now)
        self._told_until = now

    def close(self, now: datetime) -> None:
        """Write down what has not ended."""
        for occurrence in self._on.values():
            self._write(occurrence, now)
        self._on.clear()

    def _end(self, known: Occurrence, newest: Occurrence, now: datetime) -> None:
        self._line(now, f"{_what(known)} ends")
        self._write(replace(known, ends_s=min(newest.ends_s, now.timestamp())), now + _BLINK)

    def _write(self, occurrence: Occurrence, until: datetime) -> None:
        with self._truth_file.open("a", encoding="utf-8") as file:
            for event in truth_of(occurrence, until):
                file.write(event.line() + "\n")

    def _line(self, at: datetime, text: str) -> None:
        self._say(f"{at.astimezone(SITE_ZONE):%H:%M:%S} {text}")


def _what(occurrence: Occurrence) -> str:
    scenario = occurrence.scenario
    where = scenario.vantages or scenario.personas or scenario.components
    manner = "only heard of" if scenario.kind is ScenarioKind.HEARD_ONLY else scenario.flavour
    return f"{scenario.cause or scenario.kind}{f' ({manner})' if manner else ''} on {_names(where)}"


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "everything"


def _length(occurrence: Occurrence) -> str:
    if isinf(occurrence.ends_s):
        return "until it is stopped"
    seconds = round(occurrence.ends_s - occurrence.starts_s)
    return f"{seconds} s" if seconds < 600 else f"{seconds // 60} min"

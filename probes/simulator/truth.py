"""What really happened, in the form that verdicts are scored against (README.md, "Traces")."""

import json
from collections.abc import Iterator
from datetime import datetime

import msgspec

from probes.simulator.cast import PARTS
from probes.simulator.scenario import Occurrence, ScenarioKind, moment
from probes.simulator.world import World
from probes.vocabulary.causes import Cause


class Truth(msgspec.Struct, frozen=True, kw_only=True):
    """One event. ``end`` is None while it is still on; ``heard`` marks one that no probe can see."""

    cause: Cause
    components: tuple[str, ...]
    start: datetime
    end: datetime | None
    must: bool = True
    heard: bool = False
    kind: str = ""

    def line(self) -> str:
        """Its line of a truth file."""
        return json.dumps(msgspec.to_builtins(self), ensure_ascii=False)


def truth_between(world: World, since: datetime, until: datetime) -> list[Truth]:
    """The events that were on somewhere in [since, until), by start; one still on at ``until`` has no end."""
    events = [
        event for occurrence in world.occurrences(since, until) for event in truth_of(occurrence, until)
    ]
    return sorted(events, key=lambda event: event.start)


def truth_of(occurrence: Occurrence, until: datetime) -> Iterator[Truth]:
    """The events of one occurrence: none for a lost vantage or mere chatter, two for an overrun window."""
    scenario = occurrence.scenario
    if scenario.cause is None or not scenario.happens:
        return
    pieces = [(scenario.cause, occurrence.starts_s, occurrence.ends_s)]
    if scenario.overruns_s > 0 and occurrence.window_ends_s < occurrence.ends_s:
        pieces = [
            (scenario.cause, occurrence.starts_s, occurrence.window_ends_s),
            (Cause.OUTAGE, occurrence.window_ends_s, occurrence.ends_s),
        ]
    for piece, starts_s, ends_s in pieces:
        if starts_s < until.timestamp():
            yield Truth(
                cause=piece,
                components=scenario.components or tuple(PARTS),
                start=moment(starts_s),
                end=None if ends_s > until.timestamp() else moment(ends_s),
                must=scenario.must,
                heard=scenario.kind is ScenarioKind.HEARD_ONLY,
                kind=str(scenario.kind),
            )

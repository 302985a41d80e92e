"""What is wrong with what was stored, where it is compared with what was asked or with itself."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# A component is unknown when nothing told of it for two minutes; that is looked at every minute.
UNWATCHED_S = 200.0
# By so much a request may seem to come before its tick.
BEFORE_S = 0.3


@dataclass(frozen=True, slots=True)
class Ask:
    """One request of a probe, by its slug; in seconds since 1970."""

    probe: str
    at: float


def doubled(incidents: Iterable[Mapping[str, Any]]) -> list[str]:
    """Components of which two incidents were open at the same time."""
    spans: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in incidents:
        for component in row["components"]:
            spans[component].append((row["started"], row["resolved"] or float("inf")))
    return [
        f"two incidents of {component} at the same time"
        for component, times in spans.items()
        for first, second in zip(sorted(times), sorted(times)[1:], strict=False)
        if second[0] < first[1]
    ]


def lost(
    asked: Iterable[Ask], due: Mapping[str, Sequence[float]], made: Mapping[str, Collection[float]]
) -> list[Ask]:
    """Requests for a tick of which no result is stored, each tick once.

    ``due`` are the ticks of each probe in order, ``made`` those that have a result. While the database is
    away two schedules may have the same tick asked for; one result is enough.
    """
    missing: dict[tuple[str, float], Ask] = {}
    for ask in asked:
        ticks = due.get(ask.probe, ())
        place = bisect_right(ticks, ask.at + BEFORE_S) - 1
        if place >= 0 and ticks[place] not in made.get(ask.probe, ()):
            missing.setdefault((ask.probe, ticks[place]), ask)
    return list(missing.values())

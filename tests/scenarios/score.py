"""Scores answers against the truth: cause, start, delay, recovery, fragments, components, false ones."""

import statistics
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

BEFORE, AFTER = 300.0, 900.0  # seconds of slack round an event


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One incident that a detector or a rule answered; times in epoch seconds."""

    components: frozenset[str]
    causes: tuple[tuple[float, str], ...]
    started: float
    detected: float
    confirmed: float | None
    resolved: float | None
    confidence: float = 1.0

    def cause_during(self, start: float, end: float) -> str:
        held: dict[str, float] = {}
        for index, (at, cause) in enumerate(self.causes):
            until = self.causes[index + 1][0] if index + 1 < len(self.causes) else float("inf")
            held[cause] = held.get(cause, 0.0) + max(0.0, min(until, end) - max(at, start))
        best = max(held, key=lambda cause: held[cause])
        return best if held[best] > 0 else self.causes[0][1]


@dataclass(kw_only=True)
class Row:
    """One event that had to be found.

    ``start_error`` is by how much the answered start differs from the true one. ``resolve`` is counted from
    when the end could be seen (``late_sight``: it was over while nothing was asked); it is None where the
    event was open at the end or another trouble followed on its heels. All in seconds.
    """

    situation: str
    cause: str
    found: bool
    answered: str = ""
    delay: float = 0.0
    start_error: float = 0.0
    fragments: int = 0
    components: float = 0.0
    resolve: float | None = None
    late_sight: bool = False
    unresolved: bool = False


@dataclass(kw_only=True)
class Score:
    """What was found in one or more traces."""

    rows: list[Row] = field(default_factory=list)
    answers: int = 0
    right: int = 0
    false_confirmed: int = 0
    false_suspected: int = 0
    component_days: float = 0.0
    # The confidence of each claim, and whether it was right.
    held: list[tuple[float, bool]] = field(default_factory=list)

    def add(self, other: "Score") -> None:
        for name in ("rows", "held"):
            getattr(self, name).extend(getattr(other, name))
        for name in ("answers", "right", "false_confirmed", "false_suspected", "component_days"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def found(self) -> list[Row]:
        return [row for row in self.rows if row.found]

    @property
    def named(self) -> list[Row]:
        return [row for row in self.found if row.answered == row.cause]

    @property
    def f1(self) -> float:
        recall = len(self.named) / len(self.rows) if self.rows else 0.0
        precision = self.right / self.answers if self.answers else 0.0
        return 2 * recall * precision / (recall + precision) if recall + precision else 0.0

    def per_90_days(self, count: int) -> float:
        return 90.0 * count / self.component_days if self.component_days else 0.0


def seconds(stamp: str | None) -> float | None:
    return None if stamp is None else datetime.fromisoformat(stamp).timestamp()


def score(
    situation: str, truth: list[dict[str, Any]], claims: Iterable[Claim], last: float, component_days: float
) -> Score:
    """Score one trace of which ``last`` is the end."""
    result = Score(component_days=component_days)
    events = [
        {
            **e,
            "start": seconds(e["start"]),
            "end": seconds(e["end"]) or last,
            "open": e["end"] is None,
            "hits": [],
        }
        for e in truth
    ]
    for claim in claims:
        result.answers += 1
        found = correct = False
        over = last if claim.resolved is None else claim.resolved
        for event in events:
            near = (
                min(claim.started, claim.detected) <= event["end"] + AFTER and over >= event["start"] - BEFORE
            )
            if near and claim.components & set(event["components"]):
                found = True
                cause = claim.cause_during(event["start"], event["end"] + AFTER)
                correct = correct or cause == event["cause"] or not event["must"]
                event["hits"].append((claim, cause))
        result.right += found and correct
        if not found:
            result.false_confirmed += claim.confirmed is not None
            result.false_suspected += claim.confirmed is None
        result.held.append((claim.confidence, found and correct))
    result.rows = [_row(situation, event) for event in events if event["must"]]
    return result


def _row(situation: str, event: dict[str, Any]) -> Row:
    times = [c.detected if event["heard"] else c.confirmed for c, _ in event["hits"]]
    known = [max(at, event["start"]) for at in times if at is not None]
    if not known:
        return Row(situation=situation, cause=event["cause"], found=False)
    hits = event["hits"]
    main = max(
        hits, key=lambda hit: min(hit[0].resolved or 1e18, event["end"]) - max(hit[0].started, event["start"])
    )
    held = frozenset().union(*(claim.components for claim, _ in hits))
    true = set(event["components"])
    ends = [claim.resolved for claim, _ in hits]
    seen = seconds(event["end_seen"])
    return Row(
        situation=situation,
        cause=event["cause"],
        found=True,
        answered=main[1],
        delay=min(known) - event["start"],
        start_error=abs(main[0].started - event["start"]),
        fragments=len(hits) - 1,
        components=len(held & true) / len(held | true),
        resolve=(
            None
            if event["open"] or None in ends or not event["end_told"]
            else max(ends) - (event["end"] if seen is None else seen)
        ),
        late_sight=seen is not None,
        unresolved=not event["open"] and None in ends,
    )


def quantile(values: list[float], q: float) -> float:
    values = sorted(values)
    return values[min(len(values) - 1, int(q * len(values)))] if values else float("nan")


def mean(values: list[float]) -> float:
    return statistics.fmean(values) if values else float("nan")

"""What came of a probe's latest checks, as its form shows it: rows, and a bar for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.exclusions import Exclusion
from probes.vocabulary.outcomes import Family, Outcome
from statuspage.monitoring.blocks import Result
from statuspage.wording.labels import EXCLUSIONS, OUTCOMES
from statuspage.wording.trials import PHASES

SHOWN = 50
HEIGHT = 40.0  # of the chart, in its own units; a bar is as wide as one of them times STEP
STEP = 6.0
LEAST = 2.0  # what took no time, or was not made, is still to be seen


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentResult:
    """One check: ``phases`` in milliseconds; ``said`` is code and message, or how it failed."""

    tick: datetime
    family: Family
    outcome: Bilingual
    excluded: Bilingual | None
    status: int | None
    said: str
    latency_ms: float | None
    phases: tuple[tuple[Bilingual, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One check in the chart; ``x``, ``y`` and ``height`` in its units."""

    x: float
    y: float
    height: float
    family: Family
    tick: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentResults:
    """Newest first; the chart has them from left to right as they came, up to ``longest_ms``."""

    rows: tuple[RecentResult, ...]
    bars: tuple[Bar, ...]
    longest_ms: float
    width: float
    height: float = HEIGHT


def recent(results: Sequence[Result]) -> RecentResults:
    """The results, newest first, as they are shown."""
    rows = tuple(map(_row, results))
    longest = max((row.latency_ms or 0.0 for row in rows), default=0.0)
    bars = tuple(_bar(row, number, longest) for number, row in enumerate(reversed(rows)))
    return RecentResults(rows=rows, bars=bars, longest_ms=longest, width=STEP * SHOWN)


def _row(result: Result) -> RecentResult:
    outcome = Outcome(result.outcome)
    return RecentResult(
        tick=result.tick,
        family=outcome.family,
        outcome=OUTCOMES[outcome].say(),
        excluded=EXCLUSIONS[Exclusion(result.excluded)].say() if result.excluded else None,
        status=result.http_status,
        said=" ".join(part for part in (result.error or "", result.code, result.message) if part),
        latency_ms=result.latency_ms,
        phases=tuple((PHASES[name].say(), spent) for name, spent in result.phases.items() if name in PHASES),
    )


def _bar(row: RecentResult, number: int, longest: float) -> Bar:
    share = (row.latency_ms or 0.0) / longest if longest else 0.0
    height = round(max(LEAST, HEIGHT * share), 1)
    return Bar(x=number * STEP, y=HEIGHT - height, height=height, family=row.family, tick=row.tick)

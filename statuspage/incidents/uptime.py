"""Uptime and the other sums of one component's day, in seconds: outages only, and unknown time left out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause, Impact
from statuspage.analysis.values import CauseHeld
from statuspage.wording.about import UPTIME_FORMULA

# How much of an outage's time counts as down. Statuspage weighs partial outages by 0.3 as well.
OUTAGE_WEIGHT: Mapping[Impact, float] = {
    Impact.NONE: 0.0,
    Impact.MINOR: 0.3,
    Impact.MAJOR: 1.0,
    Impact.CRITICAL: 1.0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The time from ``start`` until just before ``end``."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """A part of a confirmed incident during which one cause held."""

    cause: Cause
    impact: Impact
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySums:
    """One day of one component: the outage is weighted, and what was observed leaves unknown time out."""

    observed_seconds: float = 0.0
    outage_seconds: float = 0.0
    unknown_seconds: float = 0.0
    maintenance_seconds: float = 0.0
    risk_control_seconds: float = 0.0
    policy_change_seconds: float = 0.0
    worst: Impact = Impact.NONE


def uptime_ratio(*, outage_seconds: float, observed_seconds: float) -> float | None:
    """The share (0 to 1) of observed time that was not lost to outages; None where nothing was observed."""
    if observed_seconds <= 0:
        return None
    return min(1.0, max(0.0, 1 - outage_seconds / observed_seconds))


def formula() -> Bilingual:
    """How uptime is worked out, in a reader's words."""
    return UPTIME_FORMULA.say(share=f"{OUTAGE_WEIGHT[Impact.MINOR]:.0%}")


def episodes_of(
    *, cause: Cause, impact: Impact, causes: Sequence[CauseHeld], started_at: datetime, ended_at: datetime
) -> list[Episode]:
    """The parts of one incident by cause.

    The last word on the cause holds for all of it, because an earlier one was an error: except that
    maintenance which overran into an outage was maintenance until then.
    """
    turn = started_at
    if cause is Cause.OUTAGE:
        later = [held.at for before, held in pairwise(causes) if before.cause is Cause.MAINTENANCE]
        if causes and causes[-1].cause is Cause.OUTAGE and later:
            turn = min(max(later[-1], started_at), ended_at)
    parts = (
        Episode(cause=Cause.MAINTENANCE, impact=impact, span=Span(start=started_at, end=turn)),
        Episode(cause=cause, impact=impact, span=Span(start=turn, end=ended_at)),
    )
    return [part for part in parts if part.span.end > part.span.start]


def day_sums(*, day: Span, episodes: Iterable[Episode], blind: Iterable[Span]) -> DaySums:
    """The sums of ``day``, whose span is cut to when the component was watched.

    Where episodes overlap, an outage counts once, with its highest weight. Blind time within a confirmed
    incident counts as that incident: it is not known to have ended.
    """
    near = [episode for episode in episodes if _overlaps(episode.span, day)]
    dark = [span for span in blind if _overlaps(span, day)]
    edges = {day.start, day.end}
    for span in [*dark, *(episode.span for episode in near)]:
        edges |= {max(span.start, day.start), min(span.end, day.end)}
    held = dict.fromkeys(Cause, 0.0)
    unknown = 0.0
    for start, end in pairwise(sorted(edges)):
        seconds = (end - start).total_seconds()
        active = [episode for episode in near if episode.span.start <= start < episode.span.end]
        for cause in {episode.cause for episode in active}:
            held[cause] += seconds * _weight(cause, active)
        if not active and any(span.start <= start < span.end for span in dark):
            unknown += seconds
    return DaySums(
        observed_seconds=max(0.0, (day.end - day.start).total_seconds() - unknown),
        outage_seconds=held[Cause.OUTAGE],
        unknown_seconds=unknown,
        maintenance_seconds=held[Cause.MAINTENANCE],
        risk_control_seconds=held[Cause.RISK_CONTROL],
        policy_change_seconds=held[Cause.POLICY_CHANGE],
        worst=max((episode.impact for episode in near), key=lambda impact: impact.rank, default=Impact.NONE),
    )


def _weight(cause: Cause, active: list[Episode]) -> float:
    if cause is not Cause.OUTAGE:
        return 1.0
    return max(OUTAGE_WEIGHT[episode.impact] for episode in active if episode.cause is cause)


def _overlaps(span: Span, day: Span) -> bool:
    return span.start < day.end and span.end > day.start

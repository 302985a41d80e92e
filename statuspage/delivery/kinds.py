"""What a piece of news is about and whom it may concern, from the timeline of an incident: pure functions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.telling import NewsKind


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One entry of an incident's timeline, as far as it decides what it is to those who are told."""

    over: bool
    sure: bool
    cause: Cause
    impact: Impact
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Whom news may concern: components (slugs), all causes that were told, and the worst impact so far."""

    components: frozenset[str] = frozenset()
    causes: frozenset[Cause] = frozenset()
    impact: Impact | None = None


def kind_of(timeline: Sequence[TimelineEntry]) -> NewsKind | None:
    """What the last entry of ``timeline`` (oldest first) is to whoever was told those before it.

    None where nothing is to be told: what is only suspected is not sent to anybody, nor that such a thing
    is over.
    """
    *before, entry = timeline
    told = [earlier for earlier in before if earlier.sure]
    if not told:
        return NewsKind.BEGAN if entry.sure and not entry.over and not entry.withdrawn else None
    if entry.withdrawn:
        return NewsKind.WITHDRAWN
    was_over = before[-1].over
    if entry.over:
        return NewsKind.UPDATE if was_over else NewsKind.OVER
    return NewsKind.RETURNED if was_over else NewsKind.UPDATE


def reach_of(timeline: Iterable[TimelineEntry], components: Iterable[str]) -> Reach:
    """Whom an incident may concern by the last entry of ``timeline``.

    Whoever was told of it is told its end, too: also where it became less bad, or is another cause than it
    was taken for.
    """
    entries = list(timeline)
    return Reach(
        components=frozenset(components),
        causes=frozenset(entry.cause for entry in entries),
        impact=max((entry.impact for entry in entries), key=lambda impact: impact.rank),
    )

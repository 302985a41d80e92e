"""What somebody wants to be told, and whether news is of that kind: pure functions."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.telling import NewsKind, Rhythm
from statuspage.delivery.kinds import Reach

PAGE = "page"
MONDAY = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """What somebody wants to be told of.

    ``topic`` is ``page``, or one story such as ``incident/ID``. No components mean all of them, no causes
    likewise; ``least_impact`` leaves out incidents that were never as bad.
    """

    topic: str = PAGE
    components: frozenset[str] = frozenset()
    causes: frozenset[Cause] = frozenset()
    least_impact: Impact = Impact.NONE
    states: bool = False  # of components, too: what only programs want


def wants(wish: Interest, *, kind: NewsKind, subject: str, reach: Reach) -> bool:
    """Whether news is what was wished for.

    An announcement that names no component concerns all; so does what has no cause or impact, as far as these
    are asked for. Planned work has no impact.
    """
    if kind is NewsKind.STATE and not wish.states:
        return False
    if wish.topic != PAGE:
        return wish.topic == subject
    if wish.components and reach.components and not wish.components & reach.components:
        return False
    if wish.causes and reach.causes and not wish.causes & reach.causes:
        return False
    return reach.impact is None or reach.impact.rank >= wish.least_impact.rank


def told_at(rhythm: Rhythm, now: datetime, *, hour: int, zone: tzinfo) -> datetime:
    """When news of ``now`` is told: the next time that the clocks of ``zone`` show ``hour``, or at once.

    A weekly summary comes on Monday.
    """
    if rhythm is Rhythm.AT_ONCE:
        return now
    local = now.astimezone(zone)
    day = local.date()
    while True:
        moment = datetime.combine(day, time(hour), tzinfo=zone)
        if moment > local and (rhythm is Rhythm.DAILY or day.weekday() == MONDAY):
            return moment.astimezone(now.tzinfo)
        day += timedelta(days=1)

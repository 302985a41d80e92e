"""Reads the past hour by the minute, for a small chart of each story: what was accepted, by risk tier."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import blake2b

from probes.vocabulary.tiers import RiskTier
from statuspage.monitoring.minutes import component_of, outcomes_in, packed_between, persona_of
from statuspage.monitoring.models import Persona
from statuspage.monitoring.telling import accepted_of

MINUTE = timedelta(minutes=1)
MINUTES = 60
# A minute is written when it is full; what of it says nothing is found in the next ones.
LOOKED_AT_AGAIN = timedelta(minutes=10)
Series = tuple[int, int]  # primary keys of component and persona
Cells = dict[Series, tuple[int, int]]  # accepted, counted
Lines = list[tuple[RiskTier, list[float | None]]]


class PastHour:
    """Keeps the minutes that were read: of a large site each holds ten thousand counts."""

    def __init__(self) -> None:
        self._minutes: dict[datetime, tuple[bytes, Cells]] = {}

    def read(self, now: datetime) -> "HourRead":
        """The sixty full minutes before ``now``; two queries."""
        until = now.replace(second=0, microsecond=0)
        start = until - MINUTES * MINUTE
        for minute in [known for known in self._minutes if not start <= known < until]:
            del self._minutes[minute]
        since = max(start, max(self._minutes) - LOOKED_AT_AGAIN) if self._minutes else start
        for minute, told in packed_between(since, until):
            mark = blake2b(told, digest_size=16).digest()
            if minute not in self._minutes or self._minutes[minute][0] != mark:
                self._minutes[minute] = mark, _cells(told)
        tiers = {pk: RiskTier(tier) for pk, tier in Persona.objects.order_by().values_list("pk", "risk_tier")}
        cells = [self._minutes.get(start + step * MINUTE, (b"", {}))[1] for step in range(MINUTES)]
        return HourRead(cells, tiers)


class HourRead:
    """Sixty minutes, oldest first, as they were when they were read."""

    def __init__(self, minutes: list[Cells], tiers: dict[int, RiskTier]) -> None:
        self._minutes, self._tiers = minutes, tiers

    def lines(self, components: Collection[int]) -> Lines:
        """The share (0 to 1) accepted of these components, by minute, for each tier that was asked."""
        sums = [self._of_tiers(cells, frozenset(components)) for cells in self._minutes]
        asked = {tier for minute in sums for tier in minute}
        return [(tier, [_share(minute.get(tier)) for minute in sums]) for tier in RiskTier if tier in asked]

    def _of_tiers(self, cells: Cells, components: frozenset[int]) -> dict[RiskTier, tuple[int, int]]:
        found: defaultdict[RiskTier, tuple[int, int]] = defaultdict(lambda: (0, 0))
        for (component, persona), (accepted, counted) in cells.items():
            if component in components and persona in self._tiers:
                before = found[self._tiers[persona]]
                found[self._tiers[persona]] = before[0] + accepted, before[1] + counted
        return found


def _cells(told: bytes) -> Cells:
    found: dict[Series, dict[str, int]] = {}
    for name, outcomes in outcomes_in(told):
        whole = found.setdefault((component_of(name), persona_of(name)), {})
        for outcome, count in outcomes.items():
            whole[outcome] = whole.get(outcome, 0) + count
    return {series: accepted_of(whole) for series, whole in found.items()}


def _share(cell: tuple[int, int] | None) -> float | None:
    return cell[0] / cell[1] if cell is not None and cell[1] else None

"""Reads the past day: reports against the usual, and acceptance by risk tier."""

from collections import defaultdict
from datetime import datetime, timedelta

from probes.vocabulary.tiers import RiskTier
from statuspage.analysis.people import SLOT, slot_of
from statuspage.monitoring.excluding import FOUND_WITHIN
from statuspage.monitoring.models import Component, Grain, Persona, Rollup
from statuspage.monitoring.telling import accepted_of
from statuspage.monitoring.voices import past_day, slots_of
from statuspage.public.read.complaints import ComplaintsReader
from statuspage.public.read.values import AcceptanceLine, Recent

FEW_CHECKS = 12

Series = tuple[str, str]  # group slug, tier
Cell = tuple[int, int]  # accepted, counted


class RecentReader:
    """Keeps the sums of closed minutes, so that each call reads only the newest rows.

    A window's row grows until it is closed, and checks of it may be found to say nothing for half an hour, so
    the last :data:`OVERLAP` is read again; all of them are where a component has another group than before,
    or a persona another tier.
    """

    OVERLAP = FOUND_WITHIN + timedelta(minutes=5)

    def __init__(self) -> None:
        self._minutes: dict[datetime, dict[Series, Cell]] = {}
        self._belongs: tuple[list[tuple[int, str]], list[tuple[int, str]]] = [], []
        self._complaints = ComplaintsReader()

    def read(self, now: datetime) -> Recent:
        """The 24 hours up to ``now``."""
        since, until = past_day(now)
        self._load_minutes(since, now)
        complaints = self._complaints.read(now)
        usual = complaints.usual
        return Recent(
            start=since,
            step_s=int(SLOT.total_seconds()),
            reports=complaints.slots,
            usual=tuple((slot.low, slot.high) for slot in usual.slots) if usual.slots else None,
            acceptance=self._lines(list(slots_of(since, until))),
            reports_last_hour=complaints.last_hour,
            usual_last_hour=usual.hour.whole if usual.hour else None,
            heard=complaints.lines,
        )

    def _load_minutes(self, start: datetime, now: datetime) -> None:
        belongs = (
            list(Component.objects.order_by("pk").values_list("pk", "group__slug")),
            list(Persona.objects.order_by("pk").values_list("pk", "risk_tier")),
        )
        if belongs != self._belongs:
            self._minutes, self._belongs = {}, belongs
        for old in [minute for minute in self._minutes if minute < start]:
            del self._minutes[old]
        since = max(start, max(self._minutes) - self.OVERLAP) if self._minutes else start
        rows = (
            Rollup.objects.filter(
                grain=Grain.MINUTE, start__gte=since, start__lt=now, component__isnull=False
            )
            .order_by()
            .values_list("start", "component__group__slug", "persona__risk_tier", "outcomes")
        )
        fresh: dict[datetime, dict[Series, Cell]] = defaultdict(dict)
        for minute, group, tier, outcomes in rows.iterator(chunk_size=5000):
            accepted, counted = accepted_of(outcomes)
            before = fresh[minute].get((group or "", tier or ""), (0, 0))
            fresh[minute][group or "", tier or ""] = before[0] + accepted, before[1] + counted
        self._minutes.update(fresh)

    def _lines(self, slots: list[datetime]) -> tuple[AcceptanceLine, ...]:
        cells: dict[Series, dict[datetime, Cell]] = defaultdict(dict)
        for minute, sums in self._minutes.items():
            slot = slot_of(minute)
            for series, (accepted, counted) in sums.items():
                before = cells[series].get(slot, (0, 0))
                cells[series][slot] = before[0] + accepted, before[1] + counted
        return tuple(
            AcceptanceLine(
                group=group,
                tier=RiskTier(tier),
                ratios=tuple(_ratio(by_slot, slot) for slot in slots),
            )
            for (group, tier), by_slot in sorted(cells.items(), key=_low_first)
            if tier
        )


def _low_first(item: tuple[Series, object]) -> tuple[str, int]:
    group, tier = item[0]
    return group, [*RiskTier, ""].index(tier)


def _ratio(cells: dict[datetime, Cell], slot: datetime) -> float | None:
    """The share accepted in ``slot``; where few were asked in it, that of the hour that ends with it."""
    accepted, counted = cells.get(slot, (0, 0))
    if not counted:
        return None
    if counted < FEW_CHECKS:
        hour = [cells.get(slot - SLOT * back, (0, 0)) for back in range(4)]
        accepted, counted = sum(cell[0] for cell in hour), sum(cell[1] for cell in hour)
    return accepted / counted

"""Reads the past day: reports against the usual, and acceptance by risk tier."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b

from probes.vocabulary.tiers import RiskTier
from statuspage.analysis.people import SLOT, slot_of
from statuspage.monitoring.excluding import FOUND_WITHIN
from statuspage.monitoring.minutes import component_of, outcomes_in, packed_between, persona_of
from statuspage.monitoring.models import Component, Persona
from statuspage.monitoring.telling import accepted_of
from statuspage.monitoring.voices import past_day, slots_of
from statuspage.public.read.complaints import ComplaintsReader
from statuspage.public.read.values import AcceptanceLine, Recent

FEW_CHECKS = 12

Series = tuple[str, str]  # group slug, tier
Cell = tuple[int, int]  # accepted, counted
Cells = dict[Series, Cell]


class RecentReader:
    """Keeps what was read, so that each call reads only the newest minutes and adds up only what moved.

    A minute is written when it is full, but checks of it may be found to say nothing for half an hour, so the
    last :data:`OVERLAP` is looked at again; all of them are where a component has another group than before,
    or a persona another tier.
    """

    OVERLAP = FOUND_WITHIN + timedelta(minutes=5)

    def __init__(self) -> None:
        # By minute: a fingerprint of what is stored, and what it comes to.
        self._minutes: dict[datetime, tuple[bytes, Cells]] = {}
        self._slots: dict[datetime, Cells] = {}
        self._belongs = _Belongs()
        self._complaints = ComplaintsReader()

    def read(self, now: datetime) -> Recent:
        """The 24 hours up to ``now``."""
        since, until = past_day(now)
        self._load(since, now)
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

    def _load(self, start: datetime, now: datetime) -> None:
        belongs = _belongs()
        if belongs != self._belongs:
            self._minutes, self._slots, self._belongs = {}, {}, belongs
        old = [minute for minute in self._minutes if not start <= minute <= now]
        for minute in old:
            del self._minutes[minute]
        since = max(start, max(self._minutes) - self.OVERLAP) if self._minutes else start
        moved = {slot_of(minute) for minute in old}
        for minute, told in packed_between(since, now):
            known = self._minutes.get(minute)
            mark = blake2b(told, digest_size=16).digest()
            if known is None or known[0] != mark:
                self._minutes[minute] = mark, self._belongs.sums(told)
                moved.add(slot_of(minute))
        self._add_up(moved)

    def _add_up(self, slots: set[datetime]) -> None:
        for slot in slots:
            self._slots.pop(slot, None)
        for minute, (_, cells) in self._minutes.items():
            if (slot := slot_of(minute)) in slots:
                _add(self._slots.setdefault(slot, {}), cells)

    def _lines(self, slots: list[datetime]) -> tuple[AcceptanceLine, ...]:
        by_series: dict[Series, dict[datetime, Cell]] = defaultdict(dict)
        for slot, cells in self._slots.items():
            for series, cell in cells.items():
                by_series[series][slot] = cell
        return tuple(
            AcceptanceLine(
                group=group,
                tier=RiskTier(tier),
                ratios=tuple(_ratio(by_slot, slot) for slot in slots),
            )
            for (group, tier), by_slot in sorted(by_series.items(), key=_low_first)
        )


@dataclass(frozen=True, slots=True)
class _Belongs:
    """The group of each component and the tier of each payer, by primary key."""

    groups: dict[int, str] = field(default_factory=dict)
    tiers: dict[int, str] = field(default_factory=dict)
    _known: dict[str, Series | None] = field(default_factory=dict, compare=False)

    def sums(self, told: bytes) -> Cells:
        """How many were accepted, of how many that count, in one minute, by group and tier.

        Of a large site's day there are millions of counts, and whoever begins anew reads them all first.
        """
        found: dict[Series, dict[str, int]] = {}
        for name, outcomes in outcomes_in(told):
            series = self._known[name] if name in self._known else self._look_up(name)
            if series is not None:
                whole = found.setdefault(series, {})
                for outcome, count in outcomes.items():
                    whole[outcome] = whole.get(outcome, 0) + count
        return {series: accepted_of(whole) for series, whole in found.items()}

    def _look_up(self, name: str) -> Series | None:
        group, tier = self.groups.get(component_of(name)), self.tiers.get(persona_of(name))
        series = self._known[name] = None if group is None or tier is None else (group, tier)
        return series


def _belongs() -> _Belongs:
    components = Component.objects.order_by().values_list("pk", "group__slug")
    return _Belongs(
        groups={pk: group or "" for pk, group in components},
        tiers=dict(Persona.objects.order_by().values_list("pk", "risk_tier")),
    )


def _add(whole: Cells, more: Cells) -> None:
    for series, (accepted, counted) in more.items():
        before = whole.get(series, (0, 0))
        whole[series] = before[0] + accepted, before[1] + counted


def _low_first(item: tuple[Series, object]) -> tuple[str, int]:
    group, tier = item[0]
    return group, [*RiskTier].index(RiskTier(tier))


def _ratio(cells: dict[datetime, Cell], slot: datetime) -> float | None:
    """The share accepted in ``slot``; where few were asked in it, that of the hour that ends with it."""
    accepted, counted = cells.get(slot, (0, 0))
    if not counted:
        return None
    if counted < FEW_CHECKS:
        hour = [cells.get(slot - SLOT * back, (0, 0)) for back in range(4)]
        accepted, counted = sum(cell[0] for cell in hour), sum(cell[1] for cell in hour)
    return accepted / counted

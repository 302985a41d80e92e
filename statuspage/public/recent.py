"""Reads the past day: reports against the usual, and acceptance by risk tier."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from probes.outcomes import Family, Outcome, RiskTier, Symptom
from statuspage.monitoring.models import Grain, Report, Rollup
from statuspage.public.values import AcceptanceLine, Recent

STEP = timedelta(minutes=15)
SPAN = timedelta(hours=24)
USUAL_DAYS = 28
MINIMUM_DAYS = 7
FEW_CHECKS = 12
ABSENT_SYMPTOMS = (Symptom.WORKING.value, Symptom.IRRELEVANT.value)
UNCOUNTED = (Family.OURS, Family.PAYER)

Series = tuple[str, str]  # group slug, tier
Cell = tuple[int, int]  # accepted, counted


def slot_of(at: datetime) -> datetime:
    """The start of the slot that holds ``at``."""
    seconds = int(at.timestamp())
    return datetime.fromtimestamp(seconds - seconds % int(STEP.total_seconds()), tz=at.tzinfo)


def acceptance_of(outcomes: dict[str, int]) -> Cell:
    """How many checks were accepted, of how many that say something about the service."""
    counted = {Outcome(name): count for name, count in outcomes.items()}
    total = sum(count for outcome, count in counted.items() if outcome.family not in UNCOUNTED)
    return counted.get(Outcome.ACCEPTED, 0) + counted.get(Outcome.SLOW, 0), total


class RecentReader:
    """Keeps the sums of closed minutes, so that each call reads only the newest rows.

    A window's row grows until it is closed, so the last :data:`OVERLAP` is read again.
    """

    OVERLAP = timedelta(minutes=3)

    def __init__(self) -> None:
        self._minutes: dict[datetime, dict[Series, Cell]] = {}
        self._usual_for: datetime | None = None
        self._usual: tuple[tuple[float, float], ...] | None = None
        self._usual_hour: float | None = None

    def read(self, now: datetime) -> Recent:
        """The 24 hours up to ``now``."""
        slots = [slot_of(now) - SPAN + STEP * (index + 1) for index in range(SPAN // STEP)]
        self._load_minutes(slots[0], now)
        if self._usual_for != slots[-1]:
            self._load_usual(slots)
        heard = list(complaints(slots[0], now).values_list("at", flat=True))
        counts = Counter(slot_of(at) for at in heard)
        return Recent(
            start=slots[0],
            step_s=int(STEP.total_seconds()),
            reports=tuple(counts[slot] for slot in slots),
            usual=self._usual,
            acceptance=self._lines(slots),
            reports_last_hour=sum(at >= now - timedelta(hours=1) for at in heard),
            usual_last_hour=self._usual_hour,
        )

    def _load_minutes(self, start: datetime, now: datetime) -> None:
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
            accepted, counted = acceptance_of(outcomes)
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

    def _load_usual(self, slots: list[datetime]) -> None:
        """The range by slot from the weeks before; read once a slot, for it moves slowly."""
        first = slots[0] - timedelta(days=USUAL_DAYS)
        counts: Counter[datetime] = Counter()
        oldest: datetime | None = None
        rows = complaints(first, slots[0]).order_by("at").values_list("at", flat=True)
        for at in rows.iterator(chunk_size=5000):
            oldest = oldest or at
            counts[slot_of(at)] += 1
        self._usual_for = slots[-1]
        if oldest is None or slots[0] - oldest < timedelta(days=MINIMUM_DAYS):
            self._usual, self._usual_hour = None, None
            return
        days = (slots[0] - oldest) // timedelta(days=1)
        self._usual = tuple(_range_at(slot, counts, days) for slot in slots)
        self._usual_hour = _middle_of_hour(slots[-1], counts, days)


def complaints(since: datetime, until: datetime) -> QuerySet[Report]:
    """Public posts that complain, each counted once however often it was passed on."""
    return Report.objects.filter(
        Q(hidden=False, repost_of__isnull=True) & ~Q(symptom__in=ABSENT_SYMPTOMS),
        at__gte=since,
        at__lt=until,
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
        hour = [cells.get(slot - STEP * back, (0, 0)) for back in range(4)]
        accepted, counted = sum(cell[0] for cell in hour), sum(cell[1] for cell in hour)
    return accepted / counted


def _range_at(slot: datetime, counts: Counter[datetime], days: int) -> tuple[float, float]:
    """The tenth and ninetieth percentile at this time of day, each day with its two neighbouring slots."""
    seen = sorted(
        counts[slot - timedelta(days=day) + STEP * shift]
        for day in range(1, days + 1)
        for shift in (-1, 0, 1)
    )
    return float(seen[len(seen) // 10]), float(seen[-1 - len(seen) // 10])


def _middle_of_hour(last: datetime, counts: Counter[datetime], days: int) -> float:
    """The median number of reports in the hour that ends with slot ``last``, over the days before."""
    sums = sorted(
        sum(counts[last - timedelta(days=day) - STEP * back] for back in range(4))
        for day in range(1, days + 1)
    )
    return float(sums[len(sums) // 2])

"""Reads the past day: reports against the usual, and acceptance by risk tier."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncHour

from probes.vocabulary.outcomes import Outcome
from probes.vocabulary.symptoms import COMPLAINTS
from probes.vocabulary.tiers import RiskTier
from statuspage.monitoring.models import Grain, Report, Rollup
from statuspage.public.read.values import AcceptanceLine, Recent

STEP = timedelta(minutes=15)
SPAN = timedelta(hours=24)
HOUR = timedelta(hours=1)
USUAL_DAYS = 28
MINIMUM_DAYS = 7
FEW_CHECKS = 12


class Complained(NamedTuple):
    """One complaint; ``author`` is a hash, or empty where nobody is known."""

    at: datetime
    symptom: str
    product: str
    author: str


class PeopleOfHour(NamedTuple):
    """How many people said one thing of one product in an hour."""

    hour: datetime
    symptom: str
    product: str
    people: int


Series = tuple[str, str]  # group slug, tier
Cell = tuple[int, int]  # accepted, counted


def slot_of(at: datetime) -> datetime:
    """The start of the slot that holds ``at``."""
    seconds = int(at.timestamp())
    return datetime.fromtimestamp(seconds - seconds % int(STEP.total_seconds()), tz=at.tzinfo)


def acceptance_of(outcomes: dict[str, int]) -> Cell:
    """How many checks were accepted, of how many that say something about the service."""
    counted = {Outcome(name): count for name, count in outcomes.items()}
    total = sum(count for outcome, count in counted.items() if outcome.family.counts)
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
        heard = list(complained(slots[0], now))
        counts = Counter(slot_of(row.at) for row in by_voice(heard, hour_of))
        last_hour = (row for row in heard if row.at >= now - HOUR)
        return Recent(
            start=slots[0],
            step_s=int(STEP.total_seconds()),
            reports=tuple(counts[slot] for slot in slots),
            usual=self._usual,
            acceptance=self._lines(slots),
            reports_last_hour=sum(1 for _ in by_voice(last_hour)),
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
        for row in by_voice(complained(first, slots[0]), hour_of):
            oldest = oldest or row.at
            counts[slot_of(row.at)] += 1
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
        hidden=False,
        repost_of__isnull=True,
        symptom__in=COMPLAINTS,
        at__gte=since,
        at__lt=until,
    )


def complained(since: datetime, until: datetime) -> Iterator[Complained]:
    """What :func:`complaints` finds, oldest first."""
    rows = complaints(since, until).order_by("at").values_list("at", "symptom", "product", "author")
    return map(Complained._make, rows.iterator(chunk_size=5000))


def hour_of(at: datetime) -> datetime:
    """The start of the hour that holds ``at``."""
    return at.replace(minute=0, second=0, microsecond=0)


def by_voice(
    rows: Iterable[Complained], hour: Callable[[datetime], object] = lambda at: None
) -> Iterator[Complained]:
    """``rows``, which are in order of time, each author once per symptom and hour, however loud he is.

    ``hour`` names the hour of an instant; without it, all of ``rows`` is one hour.
    """
    for _, within in groupby(rows, key=lambda row: hour(row.at)):
        seen: set[tuple[str, str]] = set()
        for row in within:
            voice = (row.author, row.symptom)
            if row.author and voice in seen:
                continue
            seen.add(voice)
            yield row


def people_by_hour(found: QuerySet[Report]) -> Iterator[PeopleOfHour]:
    """How many people said what in each hour, as :func:`by_voice` has them within one product."""
    hours = (
        found.order_by().annotate(hour=TruncHour("at", tzinfo=UTC)).values_list("hour", "symptom", "product")
    )
    known = Count("author", filter=~Q(author=""), distinct=True)
    return map(PeopleOfHour._make, hours.annotate(people=known + Count("pk", filter=Q(author=""))))


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

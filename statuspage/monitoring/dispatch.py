"""Hands out due checks in batches, one queue per vantage, and writes off as missed what never came back."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from probes.instrument.schedule import due_ticks
from probes.vocabulary.outcomes import Outcome
from statuspage.monitoring.lateness import concluded_until, is_late
from statuspage.monitoring.models import CheckResult, Dispatch, Probe
from statuspage.monitoring.selectors import interval_of, standing_probes

# Checks per task: a task costs Celery over a millisecond, a message of 500 about 20 kB.
BATCH = 500
# No check begins later than this after its tick, however long its interval is.
LATEST = timedelta(seconds=30)
SWEEP_EVERY = timedelta(seconds=10)
# Between the latest moment at which a check can end and its write-off.
MARGIN = timedelta(seconds=15)
# After a longer stop the older ticks leave no rows: nobody was asking.
LONGEST_GAP = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueCheck:
    """One probe at one tick."""

    probe_id: int
    tick: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one task is to run; ``vantage`` is a slug and names the queue ``checks.<vantage>``."""

    vantage: str
    checks: tuple[DueCheck, ...]


def packed(checks: Iterable[DueCheck]) -> list[tuple[int, str]]:
    """Checks as a message can carry them."""
    return [(check.probe_id, check.tick.isoformat()) for check in checks]


def unpacked(pairs: Iterable[tuple[int, str]]) -> list[DueCheck]:
    """What :func:`packed` packed."""
    return [DueCheck(probe_id=probe_id, tick=datetime.fromisoformat(tick)) for probe_id, tick in pairs]


def latest_start(probe: Probe, tick: datetime) -> datetime:
    """Until when a check may begin: later it would say nothing about its own moment."""
    return tick + min(interval_of(probe), LATEST)


def claim_due(now: datetime) -> list[Batch]:
    """The batches that became due since they were last claimed, each given to one caller only.

    Two schedules may run at once, and none may run for a while: neither doubles the work or does it too late.
    """
    # 1. Look back to the last claim; after a long stop only as far as a check may be late: what is older is
    #    left for the sweep to write off.
    cursor = _cursor(now)
    since = max(cursor.dispatched_until, now - LATEST)
    # 2. Claim by an update that demands the cursor as it was read: of two schedules one changes the row, on
    #    every database and without a lock. A schedule whose clock is behind claims nothing.
    claimed = Dispatch.objects.filter(pk=cursor.pk, dispatched_until=cursor.dispatched_until)
    if now <= cursor.dispatched_until or not claimed.update(dispatched_until=now):
        return []
    # 3. Of the ticks since then, keep those that may still begin. A crash from here on loses them, and that
    #    is meant: the sweep calls them missed, whereas a second claim would ask when their moment has passed.
    due: dict[str, list[DueCheck]] = {}
    for probe in _standing():
        for tick in _ticks(probe, since, now):
            if latest_start(probe, tick) >= now:
                due.setdefault(probe.vantage.slug, []).append(DueCheck(probe_id=probe.pk, tick=tick))
    return [
        Batch(vantage=vantage, checks=part)
        for vantage, checks in due.items()
        for part in _parts(sorted(checks, key=lambda check: check.tick))
    ]


def sweep_missed(now: datetime) -> int:
    """Write ``missed`` rows for ticks whose result can no longer come; how many.

    A check may begin until :func:`latest_start` and last until its timeout. What was lost on the way, expired
    in a queue or died with its worker leaves no result, and "missed" is all that may be said of it.
    """
    # 1. Sweep up to a moment whose checks have all ended, were the slowest begun as late as it may; and in
    #    strides, for each costs a query over all probes.
    cursor = _cursor(now)
    probes = _standing()
    longest = max((timedelta(seconds=probe.timeout_seconds) for probe in probes), default=timedelta())
    until = now - LATEST - longest - MARGIN
    if until < cursor.swept_until + SWEEP_EVERY:
        return 0
    # 2. After a long stop leave the older ticks without rows: an outage of ours is a gap, not hours of
    #    "missed" for every probe.
    since = max(cursor.swept_until, until - LONGEST_GAP)
    # 3. Claim and write off together, or a crash between the two would leave ticks that nobody calls missed.
    with transaction.atomic():
        claimed = Dispatch.objects.filter(pk=cursor.pk, swept_until=cursor.swept_until)
        if not claimed.update(swept_until=until):
            return 0
        lost = _lost(probes, since, until)
        record_missed(lost, now=now)
    return len(lost)


def record_missed(checks: Iterable[DueCheck], *, now: datetime) -> None:
    """Store that these were not asked in time; where a result is there already it stays."""
    with transaction.atomic():
        late = is_late(now, concluded_until())
        rows = [
            CheckResult(
                probe_id=check.probe_id,
                tick=check.tick,
                at=now,
                stored_at=now,
                outcome=Outcome.MISSED,
                late=late,
            )
            for check in checks
        ]
        CheckResult.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)


def on_record(checks: Collection[DueCheck]) -> set[DueCheck]:
    """What has a result already of these probes in the time of these ticks; one query."""
    if not checks:
        return set()
    ticks = [check.tick for check in checks]
    rows = CheckResult.objects.filter(
        probe__in={check.probe_id for check in checks}, tick__gte=min(ticks), tick__lte=max(ticks)
    )
    return {DueCheck(probe_id=probe, tick=tick) for probe, tick in rows.values_list("probe_id", "tick")}


def _cursor(now: datetime) -> Dispatch:
    start = {"dispatched_until": now - timedelta(seconds=1), "swept_until": now}
    return Dispatch.objects.get_or_create(pk=1, defaults=start)[0]


def _standing() -> list[Probe]:
    return list(standing_probes().select_related("vantage"))


def _ticks(probe: Probe, since: datetime, until: datetime) -> list[datetime]:
    interval_s = interval_of(probe).total_seconds()
    return due_ticks(probe.slug, interval_s, since=max(since, probe.created_at), now=until)


def _lost(probes: Sequence[Probe], since: datetime, until: datetime) -> list[DueCheck]:
    due = [DueCheck(probe_id=probe.pk, tick=tick) for probe in probes for tick in _ticks(probe, since, until)]
    known = on_record(due)
    return [check for check in due if check not in known]


def _parts(checks: list[DueCheck]) -> Iterator[tuple[DueCheck, ...]]:
    for start in range(0, len(checks), BATCH):
        yield tuple(checks[start : start + BATCH])

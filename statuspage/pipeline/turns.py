"""One turn of the pipeline: all that is new up to a moment is judged and recorded in one transaction."""

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from django.conf import settings
from django.db import OperationalError
from django.db.models import Min

from statuspage.analysis.detector import Detector
from statuspage.analysis.values import Conclusions, Conditions, ExcludedCheck, Verdict
from statuspage.incidents.days import note_blindness, recompute_days
from statuspage.incidents.maintenance import move_by_time
from statuspage.incidents.models import MaintenanceNotice
from statuspage.incidents.recording import Recorded, move_due, record_verdicts
from statuspage.incidents.statuses import refresh_statuses
from statuspage.locks import brief_transaction, wait_for_cursor
from statuspage.monitoring.conditions import NOTHING_WRONG, stored_conditions
from statuspage.monitoring.excluding import exclude
from statuspage.monitoring.models import CheckResult, Component, Progress, Report
from statuspage.monitoring.selectors import watched_catalog
from statuspage.monitoring.tallies import Tally, full_minute, watched_probes
from statuspage.monitoring.totals import count_settled
from statuspage.outside.models import SignalNotice
from statuspage.pipeline.anew import still_anew
from statuspage.pipeline.detectors import KEEPER, DetectorKeeper, detector_settings
from statuspage.pipeline.inputs import inputs_between

# Blindness is looked for this often.
MARK_SECONDS = 60
# Of data in one transaction: after a long stop, the catching up is cut into turns.
LONGEST = timedelta(hours=6)
# Sums of the day move slowly.
DAYS_EVERY = timedelta(minutes=1)

_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineResult:
    """What a turn did, and until when all is concluded; ``busy``: another was at work, and nothing was."""

    busy: bool = False
    until: datetime | None = None
    caught_up: bool = True
    verdicts: int = 0
    incidents: int = 0
    changed: bool = False


@dataclass(slots=True)
class Judged:
    """What the detector said over some time."""

    verdicts: list[Verdict] = field(default_factory=list)
    excluded: list[ExcludedCheck] = field(default_factory=list)
    blindness: list[tuple[datetime, frozenset[str]]] = field(default_factory=list)
    conditions: Conditions = NOTHING_WRONG

    def note(self, step: Conclusions, *, marked: bool) -> None:
        """Take up one step; blindness is looked at on the marks alone, so that turns may be cut anywhere."""
        self.verdicts += step.verdicts
        self.excluded += step.excluded
        self.conditions = step.conditions
        if marked:
            self.blindness.append((step.at, frozenset(step.conditions.blind_components)))


def advance(now: datetime, *, keeper: DetectorKeeper = KEEPER) -> PipelineResult:
    """Conclude what happened until ``now`` less the time that a row may take to arrive.

    One writer at a time; everything of a turn is one transaction that also moves the cursor, so that a turn
    may fail anywhere and be done again, and doing it twice changes nothing. After a long stop it does a part
    and says ``caught_up=False``.
    """
    until = now - timedelta(seconds=settings.SETTLE_SECONDS)
    if not _one_at_a_time.acquire(blocking=False):
        return PipelineResult(busy=True)
    try:
        return _turn(now, until, keeper)
    except OperationalError as error:
        if is_lock_timeout(error):
            return PipelineResult(busy=True)
        raise
    finally:
        _one_at_a_time.release()


def _turn(now: datetime, until: datetime, keeper: DetectorKeeper) -> PipelineResult:
    with locked_progress() as progress:
        # 1. Windows begin and end by the clock, whether or not anything was observed.
        moved = move_by_time(now)
        start = progress.concluded_until or _first_moment(until)
        end = min(until, start + LONGEST)
        if end <= start:
            if moved:
                progress.changed_at = now
                progress.save(update_fields=["changed_at"])
            return PipelineResult(until=progress.concluded_until, changed=moved)
        # 2. The detector as it stood at the cursor: kept in memory if this process had the turn before, else
        #    read from the row that is locked, so that processes may take turns.
        detector = keeper.take(progress, watched_catalog(), detector_settings(), at=start)
        judged = _judge(detector, start, end)
        _count(progress, judged, start, end)
        # 3. Conclusions, the detector's state and the cursor are one transaction: a turn that breaks off
        #    anywhere is as if it had never begun.
        recorded, changed = conclude(progress, judged, start, end, now=now)
        progress.counted_until = count_settled(progress.counted_until or start, end)
        if moved or changed:
            progress.changed_at = now
        keeper.save(progress, detector)
        progress.save()
    # 4. Kept only once the transaction holds, or memory would be ahead of the cursor.
    keeper.keep(progress, detector)
    return PipelineResult(
        until=end,
        caught_up=end == until,
        verdicts=len(judged.verdicts),
        incidents=recorded.incidents,
        changed=moved or changed,
    )


def _judge(detector: Detector, start: datetime, end: datetime) -> Judged:
    """Let the detector see (start, end]."""
    judged = Judged()
    while start < end:
        # Cut at full minutes, not where a turn happens to end: blindness that is looked at there is the same
        # however the time was cut into turns.
        mark = _next_mark(start)
        stop = min(end, mark)
        step = detector.advance(inputs_between(start, stop), stop)
        judged.note(step, marked=stop == mark)
        start = stop
    return judged


def _count(progress: Progress, judged: Judged, start: datetime, end: datetime) -> None:
    """Count the checks of the minutes that are full at ``end``, and those apart that say nothing."""
    before = progress.tallied_until or progress.concluded_until or start
    progress.tallied_until = counted = max(before, full_minute(end))
    if before == counted and not judged.excluded:
        return
    tally, probes = Tally(ZoneInfo(settings.TIME_ZONE)), watched_probes()
    tally.add_stored(probes, before, counted)
    exclude(judged.excluded, tally, probes, counted_until=counted)
    tally.store()


def _next_mark(after: datetime) -> datetime:
    return datetime.fromtimestamp((after.timestamp() // MARK_SECONDS + 1) * MARK_SECONDS, UTC)


def conclude(
    progress: Progress, judged: Judged, since: datetime, until: datetime, *, now: datetime
) -> tuple[Recorded, bool]:
    """Write what was judged in (since, until] and move the cursor; True if the public sees a difference."""
    recorded = record_verdicts(judged.verdicts) + move_due(at=until)
    conditions = still_anew(judged.conditions, stored_conditions(progress), until=until)
    spells = note_blindness(judged.blindness)
    turned = refresh_statuses(since=since, at=until, blind=_unknown(conditions))
    if recorded.earliest or spells or _days_are_due(since, until):
        earliest = min(since, recorded.earliest or since)
        recompute_days(since=earliest, until=until, zone=ZoneInfo(settings.TIME_ZONE))
    progress.concluded_until, progress.advanced_at = until, now
    progress.conditions = msgspec.to_builtins(conditions)
    return recorded, bool(recorded.incidents or turned)


def _unknown(conditions: Conditions) -> Collection[str]:
    """The components of which nobody knows that they work: all of them, while all is judged anew."""
    if conditions.anew_until is None:
        return conditions.blind_components
    return set(Component.objects.filter(retired=False).values_list("slug", flat=True))


def _days_are_due(since: datetime, until: datetime) -> bool:
    return since.timestamp() // DAYS_EVERY.total_seconds() != until.timestamp() // DAYS_EVERY.total_seconds()


@contextmanager
def locked_progress() -> Iterator[Progress]:
    """The cursor, for this writer alone, until its transaction ends."""
    Progress.objects.get_or_create(pk=1)
    with brief_transaction():
        wait_for_cursor(to_move=True)
        yield Progress.objects.select_for_update().get(pk=1)


def is_lock_timeout(error: OperationalError) -> bool:
    """Whether another writer was at work for longer than we wait."""
    return getattr(error.__cause__, "sqlstate", "") == "55P03" or "database is locked" in str(error)


def _first_moment(until: datetime) -> datetime:
    """Just before the first row there is; ``until`` where there is none."""
    firsts = [
        model.objects.filter(**only).aggregate(first=Min("at"))["first"]
        for model, only in (
            (CheckResult, {"late": False}),
            (Report, {"late": False}),
            (MaintenanceNotice, {}),
            (SignalNotice, {}),
        )
    ]
    first = min((first for first in firsts if first is not None), default=until)
    return min(first - timedelta(microseconds=1), until)

"""Packs results that nothing will change any more: an hour of a probe becomes one row.

A row of results takes some three hundred bytes with its indexes, and twenty in a block.
"""

import time
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from probes.vocabulary.outcomes import Outcome
from statuspage.analysis.people import hour_of
from statuspage.monitoring.blocks import Result, pack, unpack
from statuspage.monitoring.excluding import FOUND_WITHIN
from statuspage.monitoring.models import CheckBlock, CheckResult, Probe, Progress

HOUR = timedelta(hours=1)
# So long after its end an hour is settled: what was held back while the database was away has come, what was
# lost is written off, and what says nothing was found.
HOT = FOUND_WITHIN + timedelta(minutes=10)
# The newest results of every probe are told of it: those that ask seldom keep their rows for longer.
NEWEST_INTERVALS = 4
# One run takes so long at most, for turns wait for it: the rest follows in the next.
LONGEST_S = 0.5


def pack_settled(*, now: datetime, longest_s: float = LONGEST_S) -> int:
    """Pack whole hours of results that are settled at ``now``, the oldest first; gives how many results.

    Every hour of a probe is a transaction of its own: it may be broken off anywhere, and done by two at once.
    """
    settled = _settled_until(now)
    if settled is None:
        return 0
    stop_at = time.monotonic() + longest_s
    seldom = _asking_seldom()
    often = CheckResult.objects.exclude(probe__in=seldom.keys()) if seldom else CheckResult.objects.all()
    done = _pack_oldest(often, settled, stop_at)
    if seldom:
        until = min(settled, now - NEWEST_INTERVALS * max(seldom.values()))
        done += _pack_oldest(CheckResult.objects.filter(probe__in=seldom.keys()), until, stop_at)
    return done


def _settled_until(now: datetime) -> datetime | None:
    """The moment up to which all is judged, counted and settled; None where nothing is."""
    row = Progress.objects.only("concluded_until", "tallied_until", "counted_until").first()
    if row is None or not (row.concluded_until and row.tallied_until and row.counted_until):
        return None
    counted = min(row.concluded_until, row.tallied_until, row.counted_until)
    return min(now - HOT, counted - FOUND_WITHIN)


def _asking_seldom() -> dict[int, timedelta]:
    """The intervals of probes whose newest results may be older than what is settled, by primary key."""
    factor, most = settings.CHECK_INTERVAL_FACTOR, HOT / NEWEST_INTERVALS
    rows = Probe.objects.filter(interval_seconds__gt=most.total_seconds() / factor).order_by()
    return {pk: timedelta(seconds=s * factor) for pk, s in rows.values_list("pk", "interval_seconds")}


def _pack_oldest(rows: QuerySet[CheckResult], until: datetime, stop_at: float) -> int:
    done = 0
    while time.monotonic() < stop_at:
        oldest = rows.filter(at__lte=until).order_by("at").values_list("probe_id", "tick").first()
        if oldest is None or hour_of(oldest[1]) + HOUR > until:
            break
        done += _pack_hour(oldest[0], hour_of(oldest[1]), until)
    return done


class _Stored(NamedTuple):
    pk: int
    result: Result


@transaction.atomic
def _pack_hour(probe: int, start: datetime, until: datetime) -> int:
    """Pack what ended by ``until`` of one hour; what is in its block already is joined, and stays."""
    rows = [
        _Stored(pk, Result(*values))
        for pk, *values in CheckResult.objects.select_for_update()
        .filter(probe=probe, tick__gte=start, tick__lt=start + HOUR, at__lte=until)
        .order_by("tick")
        .values_list("pk", *Result._fields)
    ]
    block = CheckBlock.objects.select_for_update().filter(probe=probe, start=start).first()
    if rows:
        _fill(block or CheckBlock(probe_id=probe, start=start), [row.result for row in rows])
        CheckResult.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def _fill(block: CheckBlock, results: list[Result]) -> None:
    by_tick = {result.tick: result for result in results}
    by_tick |= {result.tick: result for result in (unpack(bytes(block.body)) if block.pk else ())}
    whole = [by_tick[tick] for tick in sorted(by_tick)]
    ends = [result.at for result in whole]
    block.count, block.body = len(whole), pack(whole)
    block.first_at, block.last_at = min(ends), max(ends)
    block.judged_from = min((result.at for result in whole if not result.late), default=None)
    block.made_until = max((result.at for result in whole if result.outcome != Outcome.MISSED), default=None)
    block.save()

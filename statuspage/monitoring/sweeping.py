"""Writes off as missed what was due and never came back."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import transaction

from probes.vocabulary.outcomes import Outcome
from statuspage.monitoring.dispatch import BATCH, LONGEST_GAP, cursor_of
from statuspage.monitoring.inserting import insert_new
from statuspage.monitoring.lateness import concluded_until, is_late
from statuspage.monitoring.models import CheckResult, Dispatch
from statuspage.monitoring.standing import LATEST, DueCheck, Rota, StandingProbes

SWEEP_EVERY = timedelta(seconds=10)
# Between the latest moment at which a check can end and its write-off: for so long a worker that the database
# does not answer may hold results without losing them.
MARGIN = timedelta(seconds=75)


def sweep_missed(now: datetime, standing: StandingProbes | None = None) -> int:
    """Write ``missed`` rows for ticks whose result can no longer come; how many.

    A check may begin until ``StandingProbe.latest`` and last until its timeout. What was lost on the way,
    expired in a queue or died with its worker leaves no result, and "missed" is all that may be said of it.
    To know the probes anew costs more than all the rest: who sweeps again and again keeps ``standing``.
    """
    standing = standing or StandingProbes()
    standing.refresh()
    return sum(_swept(rota, now) for rota in standing.rotas().values())


def _swept(rota: Rota, now: datetime) -> int:
    # 1. Sweep up to a moment whose checks have all ended, were the slowest begun as late as it may; and in
    #    strides, for each costs a query over all probes.
    cursor = cursor_of(rota, now)
    until = now - LATEST - rota.longest_timeout - MARGIN
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
        due = rota.due(since, until)
        known = on_record(due)
        lost = [check for check in due if check not in known]
        record_missed(lost, now=now)
    return len(lost)


def record_missed(checks: Iterable[DueCheck], *, now: datetime) -> None:
    """Store that these were not asked in time; where a result is there already it stays."""
    with transaction.atomic():
        late = is_late(now, concluded_until())
        rows = [
            {
                "probe_id": check.probe_id,
                "tick": check.tick,
                "at": now,
                "stored_at": now,
                "outcome": Outcome.MISSED,
                "late": late,
            }
            for check in checks
        ]
        insert_new(CheckResult, rows)


def on_record(checks: Collection[DueCheck]) -> set[DueCheck]:
    """What has a result already of these probes in the time of these ticks."""
    wanted = list(checks)
    found: set[DueCheck] = set()
    for start in range(0, len(wanted), BATCH):
        part = wanted[start : start + BATCH]
        ticks = [check.tick for check in part]
        rows = CheckResult.objects.filter(
            probe__in={check.probe_id for check in part}, tick__gte=min(ticks), tick__lte=max(ticks)
        )
        found |= {DueCheck(probe_id=probe, tick=tick) for probe, tick in rows.values_list("probe_id", "tick")}
    return found

"""Hands out the checks that become due in batches, one queue per vantage, shortly before their ticks."""

import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import Error, connection

from statuspage.locks import brief_transaction
from statuspage.monitoring.models import Dispatch
from statuspage.monitoring.standing import LATEST, DueCheck, Rota, StandingProbes

# Checks per task: a task costs Celery over a millisecond, a message of 500 about 20 kB.
BATCH = 500
# Ticks are handed out so long before they come, so that neither a message on its way nor a writer that holds
# the database delays a check. What a process that dies had taken by then is missed.
AHEAD = timedelta(seconds=3)
# Without the database the handing out goes on by what was last known, for as long as results can be held.
LONGEST_ALONE = timedelta(minutes=10)
INSTANT = timedelta(microseconds=1)
# A cursor that is further ahead was moved by a wrong clock.
TOLERANCE = timedelta(seconds=20)
# After a longer stop the older ticks leave no rows: nobody was asking.
LONGEST_GAP = timedelta(minutes=10)

log = logging.getLogger(__name__)


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


class Dispatcher:
    """Hands out what becomes due at all vantages, or at one alone; any number of them may be at work.

    While the database does not answer, nobody can claim. Then whoever claimed last goes on by the probes that
    it knows: endpoints may be asked twice, if there are several schedules and workers, but no result is
    doubled.
    """

    def __init__(self, vantage: str | None = None) -> None:
        self._standing = StandingProbes(vantage)
        self._turn = threading.Lock()
        self._claimed_until: dict[str, datetime] = {}  # of the vantages that this one was the last to claim
        self._alone_until: dict[str, datetime] = {}  # what was handed out without a claim
        self._failing = False

    def due(self, now: datetime, *, ahead: timedelta = AHEAD) -> list[Batch]:
        """What becomes due until ``now + ahead`` and was given to nobody yet."""
        until = now + ahead
        with self._turn:
            failure = self._refresh_failure()
            batches: list[Batch] = []
            for rota in self._standing.rotas().values():
                since: datetime | None = None
                if failure is None:
                    # What did not answer once is not asked again in this round: each time may take seconds.
                    try:
                        since = self._claimed(rota, now, until)
                    except Error as error:
                        failure = error
                if failure is not None:
                    since = self._alone(rota, now, until)
                if since is not None:
                    batches += _batches(rota, still_timely(rota, since, now, until))
            self._note(failure)
            return batches

    def give_back(self, tick: datetime | None) -> None:
        """At the end: let whoever claims next begin with ``tick``, the first that was not begun."""
        if tick is None:
            return
        try:
            for vantage, claimed in self._claimed_until.items():
                mine = Dispatch.objects.filter(vantage__slug=vantage, dispatched_until=claimed)
                # The results that wait to be stored are worth more of the time that is left.
                with brief_transaction():
                    mine.update(dispatched_until=tick - INSTANT)
        except Error as error:
            log.error("dispatch: what was not begun will be missed, for the database says: %s", error)

    def _refresh_failure(self) -> Error | None:
        try:
            self._standing.refresh()
        except Error as error:
            return error
        return None

    def _claimed(self, rota: Rota, now: datetime, until: datetime) -> datetime | None:
        since = claim(rota, now, until)
        if since is None:
            self._claimed_until.pop(rota.vantage, None)
            return None
        self._claimed_until[rota.vantage] = until
        return max(since, self._alone_until.pop(rota.vantage, since))

    def _alone(self, rota: Rota, now: datetime, until: datetime) -> datetime | None:
        claimed = self._claimed_until.get(rota.vantage)
        if claimed is None or now > claimed + LONGEST_ALONE:
            return None
        since = max(claimed, self._alone_until.get(rota.vantage, claimed))
        self._alone_until[rota.vantage] = max(since, until)
        return since

    def _note(self, failure: Error | None) -> None:
        if failure is not None and not self._failing:
            log.error("dispatch: going on by what was last known, for the database says: %s", failure)
        elif self._failing and failure is None:
            log.warning("dispatch: the database answers again")
        self._failing = failure is not None
        if failure is not None:
            connection.close_if_unusable_or_obsolete()


def claim(rota: Rota, now: datetime, until: datetime) -> datetime | None:
    """Claim the ticks of a vantage up to ``until``: since when they are the caller's; None where none are.

    Two schedules may run at once, and none may run for a while: neither doubles the work or does it too late.
    """
    # 1. Look back to the last claim; after a long stop only as far as a check may be late: what is older is
    #    left for the sweep to write off. Ticks pass meanwhile, so nobody is waited for.
    with brief_transaction():
        cursor = cursor_of(rota, now)
        # 2. Claim by an update that demands the cursor as it was read: of two schedules one changes the row,
        #    on every database. A schedule whose clock is behind claims nothing. A crash from here on loses
        #    the ticks, and that is meant: the sweep calls them missed, whereas a second claim would ask when
        #    their moment has passed.
        claimed = Dispatch.objects.filter(pk=cursor.pk, dispatched_until=cursor.dispatched_until)
        if until <= cursor.dispatched_until or not claimed.update(dispatched_until=until):
            return None
    return max(cursor.dispatched_until, now - LATEST)


def still_timely(rota: Rota, since: datetime, now: datetime, until: datetime) -> list[DueCheck]:
    """Of the ticks in (since, until] those that may still begin, and are ours to make."""
    return [
        check
        for check in rota.due(since, until)
        if check.tick + rota.probes[check.probe_id].latest >= now and not rota.probes[check.probe_id].pushed
    ]


def cursor_of(rota: Rota, now: datetime) -> Dispatch:
    """How far a vantage has come; a new one begins now."""
    start = {"dispatched_until": now - timedelta(seconds=1), "swept_until": now}
    cursor = Dispatch.objects.get_or_create(vantage_id=rota.vantage_id, defaults=start)[0]
    dispatched, swept = healed(cursor.dispatched_until, cursor.swept_until, now)
    if (dispatched, swept) != (cursor.dispatched_until, cursor.swept_until):
        log.error("%s: handed out until %s, and it is %s", rota.vantage, cursor.dispatched_until, now)
        before = Dispatch.objects.filter(pk=cursor.pk, dispatched_until=cursor.dispatched_until)
        before.update(dispatched_until=dispatched, swept_until=swept)
        cursor.refresh_from_db()
    return cursor


def healed(dispatched: datetime, swept: datetime, now: datetime) -> tuple[datetime, datetime]:
    """Both cursors as they are, or where a clock was ahead from now on; the sweep looks back once more."""
    if dispatched <= now + AHEAD + TOLERANCE and swept <= now + TOLERANCE:
        return dispatched, swept
    return now, now - LONGEST_GAP


def _batches(rota: Rota, checks: Sequence[DueCheck]) -> Iterator[Batch]:
    for start in range(0, len(checks), BATCH):
        yield Batch(vantage=rota.vantage, checks=tuple(checks[start : start + BATCH]))

"""A worker's checks: made at their ticks in one event loop, their results stored together by one thread."""

import gc
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import DataError, Error, IntegrityError, connection

from probes.instrument.codebook import CodeBook, default_code_book
from statuspage.clock import Clock, calibrated
from statuspage.monitoring.check_loop import CheckLoop, EndedCheck, GivenCheck
from statuspage.monitoring.checks import store_runs
from statuspage.monitoring.codes import site_code_book
from statuspage.monitoring.holding import HeldRuns
from statuspage.monitoring.orders import Orders, ProbeOrder
from statuspage.monitoring.standing import LATEST, DueCheck
from statuspage.monitoring.sweeping import on_record, record_missed

# Results wait at most so long for others, to be written together.
CHUNK_S = 0.5
# Rows of one transaction: after a while without the database it must not be held for long.
PORTION = 2000
# Between two attempts to store while the database does not answer.
RETRY_S = 1.0
# At the end, when there are some seconds left.
LAST_RETRY_S = 0.25
# For so long a thread may keep the interpreter from another that wants it.
SWITCH_S = 0.0005
# Of the time that is left at the end, for checks that still run; the rest is for storing.
ASKING_SHARE = 0.6

# What is wrong with a result, and not with the database; no driver takes a text that is no Unicode.
_UNFIT = (DataError, IntegrityError, ValueError)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchResult:
    """How many checks of a batch were run, begun too late, or already on record."""

    run: int = 0
    missed: int = 0
    known: int = 0


class Measuring:
    """Takes batches of due checks from any thread; ``vantage`` is the only one whose probes are known.

    What it measured while the database does not answer it holds, and stores it when it does again. Batches
    that come meanwhile are made as the probes were last known.
    """

    def __init__(self, vantage: str | None = None, *, clock: Callable[[], Clock] = calibrated) -> None:
        self._clock = clock
        self._orders = Orders(vantage)
        self._book: CodeBook = default_code_book()
        self._taken = Taken()
        self._turn = threading.Lock()
        self._held = HeldRuns()
        self._loop = CheckLoop(self._held.put)
        self._ending = threading.Event()
        self._storing: threading.Thread | None = None

    def take(self, due: Sequence[DueCheck], *, look: bool = True) -> BatchResult:
        """Have these checks made, each at its tick.

        One that was taken before, or is on record (``look`` for it), is not made again; one that would begin
        too late is missed, for asking now would say nothing about its own moment.
        """
        with self._turn:
            clock = self._clock()
            now = clock()
            known = self._recorded(due) if self._refreshed() and look else set()
            fresh = [check for check in self._taken.new(due, now) if check not in known]
            ready = self._orders.of(fresh)
            given = [
                _given(ready[check.probe_id], check.tick, self._book)
                for check in fresh
                if check.probe_id in ready
            ]
        late = [check for check in given if check.latest < now]
        for check in late:
            self._held.put(EndedCheck(given=check, run=None))
        self._loop.give([check for check in given if check.latest >= now], clock)
        return BatchResult(run=len(given) - len(late), missed=len(late), known=len(due) - len(fresh))

    def keep_storing(self) -> None:
        """Store results as they come, in a thread of its own, until :meth:`finish`."""
        self._storing = threading.Thread(target=self._store_until_end, name="storing", daemon=True)
        self._storing.start()

    def hold_back(self) -> datetime | None:
        """Begin no more checks: the first tick of those that were not begun, if there are any."""
        return min((check.order.tick for check in self._loop.hold_back()), default=None)

    def finish(self, seconds: float) -> None:
        """Make the checks that were taken and store what they come to, within so many seconds."""
        deadline = time.monotonic() + seconds
        self._loop.stop(seconds * ASKING_SHARE)
        self._ending.set()
        if self._storing is not None:
            self._storing.join(max(0.0, deadline - time.monotonic()))
        if len(self._held):
            log.error("%d results are lost: they could not be stored before the end", len(self._held))

    def wait(self, seconds: float) -> None:
        """Until there is something to store, but no longer."""
        self._held.wait(seconds)

    def store(self) -> int | None:
        """Store the oldest results; how many, or None where the database does not answer."""
        portion = self._held.oldest(PORTION)
        if not portion:
            return 0
        now = self._clock()()
        try:
            try:
                self._store(portion, now)
            except _UNFIT:
                # One of them will never fit, such as that of a probe that is gone: the others must not wait.
                self._store_singly(portion, now)
        except Error as error:
            log.error("%d results wait for the database, which says: %s", len(self._held), error)
            connection.close_if_unusable_or_obsolete()
            self._held.forget_older(now)
            return None
        self._held.forget(portion)
        return len(portion)

    def _store_until_end(self) -> None:
        while not self._ending.is_set() or len(self._held):
            if not self._held.wait(CHUNK_S):
                continue
            self._ending.wait(CHUNK_S)
            while stored := self.store():
                pass
            if stored is None and self._ending.wait(RETRY_S):
                time.sleep(LAST_RETRY_S)
        connection.close()

    def _store(self, portion: Sequence[EndedCheck], now: datetime) -> None:
        runs = [ended.run for ended in portion if ended.run is not None]
        late = [_due(ended) for ended in portion if ended.run is None]
        if runs:
            store_runs(
                runs, {ended.given.probe.slug: ended.given.probe for ended in portion}, self._book, now=now
            )
        if late:
            record_missed(late, now=now)

    def _store_singly(self, portion: Sequence[EndedCheck], now: datetime) -> None:
        for ended in portion:
            try:
                self._store([ended], now)
            except _UNFIT as error:
                log.error("a result of %s cannot be stored: %s", ended.given.probe.slug, error)

    def _refreshed(self) -> bool:
        """Read the probes anew, if it is time to; False where the database does not answer."""
        try:
            self._orders.refresh()
            self._book = site_code_book()
        except Error as error:
            log.error("checks are made as the probes were last known, for the database says: %s", error)
            connection.close_if_unusable_or_obsolete()
            return False
        return True

    def _recorded(self, due: Sequence[DueCheck]) -> set[DueCheck]:
        try:
            return on_record(due)
        except Error:
            connection.close_if_unusable_or_obsolete()
            return set()


class Taken:
    """Which checks a worker took in the last minutes: none is made twice, however often it is handed out."""

    def __init__(self) -> None:
        self._known: set[DueCheck] = set()
        self._tidied_at = datetime.min.replace(tzinfo=UTC)

    def new(self, due: Iterable[DueCheck], now: datetime) -> list[DueCheck]:
        """Those that were not taken before; now they are."""
        if abs(now - self._tidied_at) > LATEST:
            # What is older is never made any more; what is far ahead is of a clock that was wrong.
            self._known = {check for check in self._known if abs(check.tick - now) < LATEST}
            self._tidied_at = now
        new = [check for check in dict.fromkeys(due) if check not in self._known]
        self._known.update(new)
        return new


def be_prompt() -> None:
    """Let no other thread and no looking for garbage hold up the loop of this process: it times answers."""
    gc.collect()
    gc.freeze()
    sys.setswitchinterval(SWITCH_S)


def run_batch(due: Sequence[DueCheck], *, clock: Clock) -> BatchResult:
    """Make the checks of one batch, here and now, and store each result within about a second of its end."""
    measuring = Measuring(clock=lambda: clock)
    try:
        result = measuring.take(due)
        left = result.run + result.missed
        while left:
            measuring.wait(CHUNK_S)
            left -= measuring.store() or 0
    finally:
        measuring.finish(0.0)
    return result


def _given(known: ProbeOrder, tick: datetime, book: CodeBook) -> GivenCheck:
    return GivenCheck(probe=known.probe, order=known.at(tick), latest=tick + known.latest, book=book)


def _due(ended: EndedCheck) -> DueCheck:
    return DueCheck(probe_id=ended.given.probe.pk, tick=ended.given.order.tick)

"""One clock for all processes of a site: the database's, whatever the clocks of their machines say.

A process whose own clock is an hour fast would ask too early, judge what has not happened yet and forget what
is still of use. SQLite's database lies on the one machine that all processes share, so there it is the
machine's. One that falls behind is not followed at once (``clock_steps.py``).
Only the edges (tasks, views, commands) read it; everything else is given ``now``.
"""

import logging
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.db import Error, connection

from statuspage.clock_steps import STEP_S, SteadyClock, up_s
from statuspage.hanging import answered_within

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
# A process that knows the time from when the database's clock was wrong is not to be wrong for much longer.
CALIBRATED_FOR_S = 10.0
# A database that does not answer is not asked for the time by every caller.
ASKED_AGAIN_S = 10.0
# A question that took long tells little: it is asked again, but not for ever.
MOST_ASKED = 3
# What must go on without the database waits for no longer.
KNOWN_WITHIN_S = 4.0


@dataclass(frozen=True, slots=True)
class _Calibration:
    """What the database's clock showed when the monotonic one of this process showed ``mark_s``."""

    at: datetime
    mark_s: float

    def now(self) -> datetime:
        return self.at + timedelta(seconds=time.monotonic() - self.mark_s)

    @property
    def is_fresh(self) -> bool:
        return time.monotonic() - self.mark_s < CALIBRATED_FOR_S


_last: _Calibration | None = None  # of this process
_refused_s = -ASKED_AGAIN_S  # when it was asked in vain, by the monotonic clock


def now() -> datetime:
    """The site's time, in UTC; asks the database, and raises its error where it does not answer."""
    if connection.vendor != "postgresql":
        return _file()
    return _calibrate().at


def calibrated(*, within_s: float | None = None) -> Clock:
    """A clock that asks the database once, now, and from then on goes by itself: for reading it often.

    Where the database does not answer, or not ``within_s``, it goes on from what it showed last, or by the
    machine's clock if this process never asked. A step of the machine's clock meanwhile does not move it.
    """
    if connection.vendor != "postgresql":
        return _file
    try:
        with nullcontext() if within_s is None else answered_within(within_s):
            return _calibrate().now
    except Error as error:
        log.warning("the database's clock cannot be read: %s", error)
        connection.close_if_unusable_or_obsolete()
        return _own()


def known() -> datetime:
    """The site's time as far as it is known, for what must go on without the database, too.

    Asks the database every ten seconds at most, leaves no connection open and never raises an error.
    """
    global _refused_s
    if connection.vendor != "postgresql":
        return _file()
    if is_away() or (_last is not None and _last.is_fresh):
        return _own()()
    was_closed = connection.connection is None
    told = calibrated(within_s=KNOWN_WITHIN_S if was_closed else None)
    if _last is None or not _last.is_fresh:
        _refused_s = time.monotonic()
    if was_closed:
        connection.close()
    return told()


def is_away() -> bool:
    """Whether :func:`known` asked in vain some seconds ago: whoever cannot wait need not ask, either."""
    return time.monotonic() - _refused_s < ASKED_AGAIN_S


def _own() -> Clock:
    return _last.now if _last is not None else _machine


def machine_is_off() -> timedelta:
    """By how much this machine's clock is ahead of the site's, where the site goes by it but doubts it."""
    if connection.vendor == "postgresql":
        return timedelta()
    off = _machine() - _file()
    return off if abs(off).total_seconds() > STEP_S else timedelta()


def _calibrate() -> _Calibration:
    global _last
    for _ in range(MOST_ASKED):
        with connection.cursor() as cursor:
            began_s, began_up_s = time.monotonic(), up_s()
            cursor.execute("SELECT clock_timestamp()")
            told: datetime = cursor.fetchone()[0]
        took_s = time.monotonic() - began_s
        # The database looked at its clock at some moment between question and answer.
        if took_s <= STEP_S:
            break
    at = _steady().at(told.astimezone(UTC), began_up_s + took_s / 2, noted=_last_turn)
    _last = _Calibration(at, began_s + took_s / 2)
    return _last


def _last_turn() -> datetime | None:
    """When the pipeline last wrote what it concluded; None where it never did, or there are no tables yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('monitoring_progress')")
        if cursor.fetchone()[0] is None:
            return None
        cursor.execute("SELECT max(advanced_at) FROM monitoring_progress")
        noted: datetime | None = cursor.fetchone()[0]
        return noted


def _file() -> datetime:
    """The time where the database is a file of this machine."""
    return _steady().at(_machine(), up_s())


def _machine() -> datetime:
    return datetime.now(tz=UTC)


@lru_cache(maxsize=1)
def _steady() -> SteadyClock:
    return SteadyClock(settings.VAR_DIR / "clock.json")

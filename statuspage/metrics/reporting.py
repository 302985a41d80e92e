"""Adds what a process counted to what all did, every few seconds, so that each process tells the sum.

Whoever scrapes one of several web processes meets another one each time, and workers have no address at all:
the numbers of all of them lie in the database. What a process counted in its last seconds before it is killed
is lost; nothing is ever counted twice, and no number falls.
"""

import logging
import os
import resource
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import Error, connection, transaction

from statuspage import clock
from statuspage.metrics.models import SiteProcess, SiteTotal, TaskSuccess
from statuspage.metrics.tally import TALLY, Increments, SiteCount, SiteTally
from statuspage.monitoring.inserting import put

log = logging.getLogger(__name__)
EVERY_S = 10.0
# After so long a silence a process is gone, and after so much longer its row goes, too.
ALIVE, FORGOTTEN = timedelta(seconds=45), timedelta(minutes=10)
ROLE_LENGTH = 50

Queues = Callable[[], dict[str, list[float]]]


class Reporter:
    """Tells of this process and of what it counted; one thread in each process that it is asked in."""

    def __init__(self, tally: SiteTally, *, role: str = "", queues: Queues | None = None) -> None:
        self._tally = tally
        self._lock = threading.Lock()
        self._role, self._queues = role, queues or _none
        self.every_s = EVERY_S
        self._pid, self._cpu_s = 0, 0.0
        self._started_at = datetime.fromtimestamp(0, UTC)

    def begin(self, role: str, *, queues: Queues | None = None) -> None:
        """From now on this process is told of, and whichever is forked from it and counts something.

        Its first role stays: a schedule that a lane of the engine starts within itself is part of that lane.
        """
        if not self._role:
            self._role, self._queues = role[:ROLE_LENGTH], queues or _none
        self.keep_going()

    def keep_going(self) -> None:
        """See that this very process has its thread; cheap where it has, nothing before :meth:`begin`."""
        if not self._role or self._pid == os.getpid():
            return
        with self._lock:
            if self._pid == os.getpid():
                return
            self._pid, self._cpu_s, self._started_at = os.getpid(), 0.0, clock.known()
        threading.Thread(target=self._work, name="metrics", daemon=True).start()

    def _work(self) -> None:
        pausing = threading.Event()
        while not pausing.wait(self.every_s):
            try:
                self.report(clock.known())
            except Exception:  # the last to know: without the thread nothing of this process is told any more
                log.exception("what this process counted was not told")

    def report(self, now: datetime) -> bool:
        """Store what was counted since the last time; False where the database does not take it now."""
        spent = _cpu_s()
        self._tally.add(SiteCount.CPU_SECONDS, [self._role], spent - self._cpu_s)
        self._cpu_s = spent
        taken = self._tally.take()
        try:
            with transaction.atomic():
                _store(taken)
                self._store_process(now)
        except Error as error:
            self._tally.put_back(taken)
            log.info("what this process counted waits: %s", error)
            return False
        finally:
            connection.close()
        return True

    def _store_process(self, now: datetime) -> None:
        row: dict[str, Any] = {
            "host": socket.gethostname()[:100],
            "pid": os.getpid(),
            "role": self._role,
            "started_at": self._started_at,
            "seen_at": now,
            "resident_bytes": _resident_bytes(),
            "open_files": _open_files(),
            "queues": self._queues(),
        }
        unique = ["host", "pid"]
        put(SiteProcess, [row], unique=unique, replaced=[name for name in row if name not in unique])
        SiteProcess.objects.filter(seen_at__lt=now - FORGOTTEN).delete()


def _store(taken: Increments) -> None:
    # In one order in every process, or two of them would wait for each other's rows.
    rows = [
        {"name": name, "labels": labels, "value": value}
        for (name, labels), value in sorted(taken.counts.items())
    ]
    put(SiteTotal, rows, unique=["name", "labels"], added=["value"])
    ends = [{"task": task, "at": at} for task, at in sorted(taken.succeeded.items())]
    put(TaskSuccess, ends, unique=["task"], replaced=["at"])


def _none() -> dict[str, list[float]]:
    return {}


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _resident_bytes() -> int:
    """What the process holds now; 0 where the system does not tell (Linux, proc(5))."""
    with suppress(OSError, ValueError, IndexError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * resource.getpagesize()
    return 0


def _open_files() -> int:
    with suppress(OSError):
        return sum(1 for _ in Path("/proc/self/fd").iterdir())
    return 0


REPORTER = Reporter(TALLY)

"""The embedded engine: the schedule and one worker per purpose, in one process, on a broker in its memory.

A worker per queue, each with threads of its own, so that checks which hang until their timeout delay neither
the detection nor the page. Other processes talk to the engine through rows, never through messages.
"""

import logging
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass

from celery.beat import Scheduler, Service
from celery.worker import WorkController
from django.db import DatabaseError, connection

from statuspage import tasks
from statuspage.celery import SITE_QUEUES, app, checks_queue, make_app
from statuspage.monitoring.models import Vantage

log = logging.getLogger(__name__)

# A batch of checks lasts at most as long as its slowest check, and a new one may start every second.
CHECK_THREADS = 12
REPORT_THREADS = 4
LOOK_SECONDS = 1.0
GRACE_SECONDS = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One worker: the queue that it consumes and how many tasks it runs at a time."""

    queue: str
    threads: int


def lanes_of(vantages: Iterable[str]) -> list[Lane]:
    """A lane per purpose and per vantage (by slug)."""
    site = [Lane(queue=queue, threads=REPORT_THREADS if queue == "reports" else 1) for queue in SITE_QUEUES]
    return site + [Lane(queue=checks_queue(slug), threads=CHECK_THREADS) for slug in vantages]


class Engine:
    """Runs the lanes and the schedule until it is told to stop, or until one of them ends by itself."""

    def __init__(self) -> None:
        self._workers: dict[str, tuple[WorkController, threading.Thread]] = {}
        self._beat = Service(app, max_interval=1, scheduler_cls=Scheduler)
        self._beat_thread = threading.Thread(target=self._beat.start, name="schedule", daemon=True)

    def run(self, stopped: threading.Event) -> bool:
        """Work until ``stopped`` is set; False where a part ended by itself. A new vantage gets its lane."""
        self._open_lanes()
        self._beat_thread.start()
        log.debug("engine: %d workers", len(self._workers))
        while not stopped.wait(LOOK_SECONDS):
            ended = [queue for queue, (_, thread) in self._workers.items() if not thread.is_alive()]
            if ended or not self._beat_thread.is_alive():
                log.error("engine: ended by itself: %s", ", ".join(ended) or "the schedule")
                return False
            self._open_lanes()
        return True

    def stop(self) -> None:
        """Ask everything to end, with a few seconds for tasks that run. Unfinished checks count as missed."""
        self._beat.stop()
        tasks.measuring().finish(GRACE_SECONDS)
        enders = [threading.Thread(target=worker.stop, daemon=True) for worker, _ in self._workers.values()]
        for ender in enders:
            ender.start()
        deadline = time.monotonic() + GRACE_SECONDS
        for ender in enders:
            ender.join(max(0.0, deadline - time.monotonic()))

    def _open_lanes(self) -> None:
        for lane in lanes_of(_vantages()):
            if lane.queue not in self._workers:
                self._workers[lane.queue] = _start(lane)


def _vantages() -> list[str]:
    """The vantages as the database has them; none where it does not answer now: the next look will tell."""
    try:
        return list(Vantage.objects.order_by("slug").values_list("slug", flat=True))
    except DatabaseError:
        log.exception("engine: the database does not answer")
        return []
    finally:
        connection.close()


def _start(lane: Lane) -> tuple[WorkController, threading.Thread]:
    # An application of its own: Celery keeps the queues that a worker consumes in the application.
    worker = WorkController(
        app=make_app(),
        hostname=f"{lane.queue}@embedded",
        queues=lane.queue,
        pool_cls="threads",
        concurrency=lane.threads,
        without_mingle=True,
        without_gossip=True,
        without_heartbeat=True,
    )
    thread = threading.Thread(target=worker.start, name=f"worker {lane.queue}", daemon=True)
    thread.start()
    return worker, thread

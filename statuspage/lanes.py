"""The lanes of the engine: what each of its processes does."""

import logging
import threading
from collections.abc import Callable, Mapping
from functools import partial

from celery.beat import Scheduler, Service
from celery.worker import WorkController
from django.db import Error, connection

from statuspage import clock, tasks
from statuspage.celery import make_app
from statuspage.engine import Lane
from statuspage.lone_workers import ALONE
from statuspage.metrics.queues import in_memory
from statuspage.metrics.reporting import REPORTER
from statuspage.monitoring.dispatch import Dispatcher
from statuspage.monitoring.measuring import Measuring, be_prompt
from statuspage.monitoring.selectors import standing_probes

log = logging.getLogger(__name__)

# A claim reaches some seconds ahead: this often it is moved on.
CLAIM_SECONDS = 0.5
LOOK_SECONDS = 0.5
# At the end: for tasks that run, and for checks and their results.
TASKS_GRACE_SECONDS, CHECKS_GRACE_SECONDS = 2.0, 15.0
# Loaded before the processes part, so that they share its memory.
LOADED = (tasks,)
# Which queues share a process, with the threads of each.
PURPOSES: Mapping[str, Mapping[str, int]] = {
    "concluding": {"engine": 1},
    "publishing": {"publish": 1},
    # All of these wait on other people's servers, each in threads of its own.
    "listening": {"reports": 4, "notices": 1, "mirror": 1, "deliveries": 1},
}


def lanes_now() -> list[Lane]:
    """A lane per purpose, and one for the checks of each vantage that has probes, as far as is known now."""
    purposes = [
        Lane(name=name, run=partial(_told_of, name, partial(run_tasks, queues)))
        for name, queues in PURPOSES.items()
    ]
    return purposes + [
        Lane(name=f"checks from {slug}", run=partial(_told_of, "checks", partial(run_checks, slug)))
        for slug in _vantages()
    ]


def _told_of(role: str, run: Callable[[threading.Event], None], stopped: threading.Event) -> None:
    """What this process needs and does shows in the metrics while it runs."""
    REPORTER.begin(role, queues=in_memory)
    run(stopped)


def _vantages() -> list[str]:
    try:
        rows = standing_probes().order_by("vantage__slug").values_list("vantage__slug", flat=True)
        return list(rows.distinct())
    except Error as error:
        log.error("engine: the database does not answer: %s", error)
        return []
    finally:
        connection.close()


def run_checks(vantage: str, stopped: threading.Event) -> None:
    """Claim what becomes due at a vantage, make it and store what comes of it."""
    be_prompt()
    dispatcher, measuring = Dispatcher(vantage), Measuring(vantage)
    measuring.keep_storing()
    while not stopped.wait(CLAIM_SECONDS):
        for batch in dispatcher.due(clock.calibrated()()):
            # It is nobody else's: what is on record cannot be among it.
            measuring.take(batch.checks, look=False)
    dispatcher.give_back(measuring.hold_back())
    measuring.finish(CHECKS_GRACE_SECONDS)


def run_tasks(queues: Mapping[str, int], stopped: threading.Event) -> None:
    """Start the tasks of these queues when the schedule says, and run them.

    Raises where a part of this ends by itself.
    """
    beat = Service(make_app(queues), max_interval=1, scheduler_cls=Scheduler)
    parts = [threading.Thread(target=beat.start, name="schedule", daemon=True)]
    workers = {queue: _worker(queue, threads) for queue, threads in queues.items()}
    parts += [threading.Thread(target=work.start, name=queue, daemon=True) for queue, work in workers.items()]
    for part in parts:
        part.start()
    while not stopped.wait(LOOK_SECONDS):
        ended = [part.name for part in parts if not part.is_alive()]
        if ended:
            raise RuntimeError(f"ended by itself: {', '.join(ended)}")
    beat.stop()
    enders = [threading.Thread(target=worker.stop, daemon=True) for worker in workers.values()]
    for ender in enders:
        ender.start()
    for ender in enders:
        ender.join(TASKS_GRACE_SECONDS)


def _worker(queue: str, threads: int) -> WorkController:
    return WorkController(
        # An application of its own: Celery keeps the queues that a worker consumes in the application.
        app=make_app(),
        hostname=f"{queue}@embedded",
        queues=queue,
        pool_cls="threads",
        concurrency=threads,
        **ALONE,
    )

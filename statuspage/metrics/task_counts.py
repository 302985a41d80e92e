"""Counts tasks by what came of them and how long they took, as Celery tells of them."""

import time
from typing import Any

from celery import signals

from statuspage import clock
from statuspage.metrics.reporting import REPORTER
from statuspage.metrics.tally import TALLY, SiteCount

# By a task's id: between its beginning and its end.
_began: dict[str, float] = {}


def connect() -> None:
    """From now on every task that runs in this process is counted, and a worker or a schedule is told of."""
    for signal, heard in (
        (signals.before_task_publish, _sent),
        (signals.task_prerun, _begins),
        (signals.task_postrun, _ended),
        (signals.celeryd_init, _worker_begins),
        (signals.beat_init, _schedule_begins),
    ):
        signal.connect(heard, dispatch_uid=f"metrics {heard.__name__}", weak=False)


def _sent(headers: dict[str, Any] | None = None, **_: Any) -> None:
    """A message says when it was sent: else nobody could tell for how long it lies in a queue."""
    if headers is not None:
        headers.setdefault("sent_at", clock.known().timestamp())


def _begins(task_id: str, **_: Any) -> None:
    REPORTER.keep_going()
    _began[task_id] = time.monotonic()


def _ended(task_id: str, task: Any, state: str | None = None, **_: Any) -> None:
    name = str(task.name).rpartition(".")[2]
    if (began_s := _began.pop(task_id, None)) is not None:
        TALLY.took(SiteCount.TASK_SECONDS, name, time.monotonic() - began_s)
    well = state == "SUCCESS"
    TALLY.add(SiteCount.TASKS, [name, "succeeded" if well else "failed"])
    if well:
        TALLY.succeeded(name, clock.known())


def _worker_begins(sender: str, **_: Any) -> None:
    """By the name that it was started with, such as ``checks-east`` of ``checks-east@host``."""
    REPORTER.begin(str(sender).partition("@")[0])


def _schedule_begins(**_: Any) -> None:
    REPORTER.begin("schedule")

"""Celery that goes by the site's clock: neither the schedule nor a message's end trusts a machine's.

By the clock of a machine that is an hour fast every message from another one would have expired, and a
schedule whose clock is set back by an hour would wait for an hour.
"""

import time
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Literal

from celery import Celery, Task
from celery.schedules import schedule
from celery.worker.request import Request

from statuspage import clock
from statuspage.lone_workers import LoneWorker

_started_at, _mark_s = datetime.now(tz=UTC), time.monotonic()


class PunctualRequest(Request):
    """A message as a worker received it."""

    def maybe_expire(self) -> Literal[True] | None:
        """Whether nobody wants it done any more."""
        return True if self.expires and clock.known() > self.expires else None


class PunctualTask(Task):  # type: ignore[type-arg]  # generic for the checker alone
    Request = f"{__name__}:PunctualRequest"


class PunctualCelery(Celery):
    task_cls = f"{__name__}:PunctualTask"

    @cached_property
    def Worker(self) -> Any:  # noqa: N802  # as Celery calls it
        """The class of the workers that are started for this application."""
        return self.subclass_with_self(LoneWorker)

    def now(self) -> datetime:
        """The site's time, from which messages get their end and by which they are held to it."""
        return clock.known()


def steady() -> datetime:
    """The time since this process began, as a moment: whatever is done to the machine's clock, it goes on."""
    return _started_at + timedelta(seconds=time.monotonic() - _mark_s)


def every(seconds: float) -> schedule:
    """A task's rhythm, by a clock that cannot be set."""
    return schedule(timedelta(seconds=seconds), nowfun=steady)

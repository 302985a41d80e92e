from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from statuspage import clock, tasks
from statuspage.celery import app
from statuspage.monitoring.measuring import Measuring
from statuspage.monitoring.models import CheckResult, Dispatch, Endpoint
from tests.support.probe_rows import build_probe
from tests.support.processes import wait_until
from tests.support.websites import Answer, website

pytestmark = pytest.mark.django_db
# Arguments and options of a task.
Message = tuple[tuple[Any, ...], dict[str, Any]]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Message]:
    """The messages that were sent, each as a worker would receive it."""
    messages: list[Message] = []

    def take(_task: object, args: tuple[Any, ...] = (), **options: Any) -> None:
        messages.append((args, options))

    monkeypatch.setattr(type(app.tasks[tasks.run_checks.name]), "apply_async", take)
    return messages


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Measuring]:
    """This process as a worker whose results are stored by the test, in its own transaction."""
    tasks.dispatcher.cache_clear()
    made = Measuring()
    monkeypatch.setattr(tasks, "measuring", lambda: made)
    yield made
    made.finish(0.0)
    tasks.dispatcher.cache_clear()


def test_tasks_carry_checks_from_the_schedule_to_their_rows_when_a_worker_takes_them(
    sent: list[Message], worker: Measuring
) -> None:
    probe = build_probe(interval_seconds=10)
    now = clock.now()
    before = now - timedelta(seconds=10)
    Dispatch.objects.create(vantage=probe.vantage, dispatched_until=before, swept_until=now)

    tasks.dispatch_checks()

    ((packed,), options) = sent[0]
    assert (len(sent), options["queue"], options["expires"]) == (1, "checks.east", 30.0)

    with website(**{"": Answer(b"fine")}) as site:
        Endpoint.objects.update(base_url=site.url)
        tasks.run_checks(packed)
        wait_until(worker.store, seconds=10, what="a result")

    row = CheckResult.objects.get()
    assert (row.probe, row.outcome) == (probe, "accepted")
    assert abs(row.at - now) < timedelta(seconds=12)

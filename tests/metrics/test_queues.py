"""How much lies in each queue shows, whichever broker there is, and that it does not answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery
from django.db import connection
from django.test import Client
from django.utils import timezone
from kombu.transport.memory import Channel
from pytest_django import Settings

from statuspage.metrics.queues import in_memory
from statuspage.metrics.reporting import Reporter
from statuspage.metrics.tally import SiteTally
from tests.metrics.scraping import scrape, value, values
from tests.support.redis import redis_server

pytestmark = pytest.mark.django_db
DEPTH, AGE = "fogbreak_queue_messages", "fogbreak_queue_oldest_age_seconds"


def _send(url: str, queue: str, *, count: int) -> None:
    with Celery("test", broker=url, set_as_current=False) as sender:
        for _ in range(count):
            sender.send_task("statuspage.tasks.publish", queue=queue)


@pytest.fixture
def _empty_memory() -> Iterator[None]:
    Channel.queues.clear()
    yield
    Channel.queues.clear()


def test_messages_and_the_oldest_ones_age_are_told_when_redis_is_the_broker(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    with redis_server(tmp_path) as url:
        settings.BROKER_URL = url
        _send(url, "publish", count=3)
        text = scrape(client)

    assert value(text, "fogbreak_broker_up") == 1
    assert value(text, DEPTH, queue="publish") == 3
    assert value(text, DEPTH, queue="engine") == 0
    assert 0 <= value(text, AGE, queue="publish") < 60
    assert value(text, AGE, queue="engine") == 0


def test_only_the_broker_is_told_of_when_it_does_not_answer(client: Client, settings: Settings) -> None:
    settings.BROKER_URL = "redis://127.0.0.1:1/0"

    text = scrape(client)

    assert value(text, "fogbreak_broker_up") == 0
    assert values(text, DEPTH) == []
    assert value(text, "fogbreak_database_up") == 1


@pytest.mark.usefixtures("_empty_memory")
def test_what_processes_hold_in_memory_is_told_when_there_is_no_broker(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "close", lambda: None)
    _send("memory://", "reports", count=2)
    Reporter(SiteTally(), role="listening", queues=in_memory).report(timezone.now())

    text = scrape(client)

    assert value(text, DEPTH, queue="reports") == 2
    assert value(text, DEPTH, queue="publish") == 0
    assert 0 <= value(text, AGE, queue="reports") < 60

"""The outbox on PostgreSQL, where several processes hand out, send and clear away at once."""

import subprocess
from collections.abc import Iterator

import psycopg
import pytest

from tests.support.postgres import environment_on, postgres_server, started
from tests.support.processes import wait_until

TABLES = """
import django; django.setup()
from django.apps import apps
from django.core.management import call_command
from django.test import override_settings
with override_settings(MIGRATION_MODULES={config.label: None for config in apps.get_app_configs()}):
    call_command("migrate", run_syncdb=True, verbosity=0)
"""
BEGIN = """
import sys, django; django.setup()
from datetime import UTC, datetime, timedelta
from probes.vocabulary.telling import Channel
from statuspage.delivery.models import Delivery, News, Recipient
from statuspage.delivery.outbox import prune
from statuspage.delivery.releasing import settle
from statuspage.delivery.spreading import Addressed, address
NOW = datetime(2026, 5, 1, 12, 5, tzinfo=UTC)
def told(key, *names):
    news = News.objects.create(key=key, kind="began", subject=key, created_at=NOW, spread=True)
    moments = [NOW + timedelta(hours=number) for number in range(len(names))]
    address(news, [Addressed(channel=Channel.MAIL, name=n, due_at=at) for n, at in zip(names, moments)], NOW)
"""
HAND_OUT = BEGIN + "for n in range(60): told(f'{sys.argv[1]}/{n}', *sys.argv[2:])"
HOLD = BEGIN + "told('held', 'held'); Recipient.objects.filter(name='held').update(claim='first')"
SETTLE = BEGIN + "settle([f'first {Delivery.objects.get(news__key=\"held\").pk}'], NOW)"
BROWSER = BEGIN + "Recipient.objects.create(channel='push', name='idle')"
PRUNE = BEGIN + "prune(NOW)"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server with empty tables."""
    with postgres_server() as address:
        yield address


@pytest.fixture(scope="module")
def environment(url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    variables = environment_on(tmp_path_factory.mktemp("site"), url)
    _run(TABLES, variables)
    return variables


def _run(code: str, environment: dict[str, str]) -> None:
    process = started(code, environment)
    process.communicate(timeout=120)
    assert process.returncode == 0


def test_neither_waits_for_ever_when_two_hand_out_news_in_opposite_orders(
    environment: dict[str, str],
) -> None:
    _run(BEGIN + "told('before', 'ann', 'bob')", environment)

    both = [
        started(HAND_OUT, environment, "one", "ann", "bob"),
        started(HAND_OUT, environment, "two", "bob", "ann"),
    ]
    for process in both:
        process.communicate(timeout=120)

    assert [process.returncode for process in both] == [0, 0]


def test_recipient_stays_with_who_took_him_when_what_was_sent_before_is_settled(
    url: str, environment: dict[str, str]
) -> None:
    _run(HOLD, environment)

    with psycopg.connect(url) as taking:
        taking.execute("UPDATE delivery_recipient SET claim = 'second' WHERE name = 'held'")
        settling = started(SETTLE, environment)
        _wait_for_one_who_waits(url)
    settling.communicate(timeout=60)

    rows = (
        "SELECT r.claim, d.stage FROM delivery_recipient r JOIN delivery_delivery d ON d.recipient_id = r.id"
    )
    with psycopg.connect(url) as database:
        assert database.execute(f"{rows} WHERE r.name = 'held'").fetchall() == [("second", "waiting")]


def test_idle_browser_is_left_when_news_is_being_handed_to_it(url: str, environment: dict[str, str]) -> None:
    _run(BROWSER, environment)

    with psycopg.connect(url) as handing:
        handing.execute("SELECT 1 FROM delivery_recipient WHERE name = 'idle' FOR UPDATE")
        pruning = started(PRUNE, environment)
        try:
            pruning.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            pruning.kill()
        left = handing.execute("SELECT count(*) FROM delivery_recipient WHERE name = 'idle'").fetchone()

    assert (pruning.returncode, left) == (0, (1,))


def _wait_for_one_who_waits(url: str) -> None:
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    with psycopg.connect(url, autocommit=True) as database:
        wait_until(lambda: database.execute(waiting).fetchone() == (1,), seconds=30, what="one that waits")

"""The pipeline on PostgreSQL: the same conclusions as on SQLite, and one writer at a time among processes."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.support.postgres import environment_on, postgres_server, started
from tests.support.processes import wait_until

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
DAY = "import django; django.setup(); from tests.pipeline.day import main; main()"
LATE = """
import django; django.setup()
from django.db import transaction
from statuspage.monitoring.lateness import concluded_until
with transaction.atomic():
    print(concluded_until().isoformat(), flush=True)
    input()
"""
STORE = """
import sys, django; django.setup()
from datetime import UTC, datetime
from django.db import transaction
from probes.listening.sources import ScrapedPost
from statuspage.monitoring.models import Source
from statuspage.monitoring.sources import store_posts
who, now = sys.argv[1], datetime(2026, 5, 1, 12, 5, tzinfo=UTC)
said = {"text": "分付付不了", "published_at": now, "url": ""}
posts = [ScrapedPost(**said, id=f"{who}{n}", author=f"{who}{n}") for n in range(3)]
with transaction.atomic():
    store_posts(source=Source.objects.get(slug="forum"), posts=posts, now=now)
    print("stored", flush=True)
    input()
"""
PEOPLE = """
import django; django.setup()
from datetime import UTC, datetime
from statuspage.monitoring.voices import past_hour, people
print(people(*past_hour(datetime(2026, 5, 1, 12, 5, tzinfo=UTC)))[()])
"""
BY_HAND = """
import django; django.setup()
from datetime import UTC, datetime
from django.db import transaction
from statuspage.monitoring.changes import hold_pipeline
from statuspage.monitoring.lateness import open_moment
with transaction.atomic():
    hold_pipeline()
    print("held", flush=True)
    input()
    open_moment(datetime(2026, 5, 1, 12, 5, tzinfo=UTC))
print("done")
"""
TURN = """
import django; django.setup()
from datetime import timedelta
from statuspage import pipeline
from statuspage.monitoring.models import Progress
print(pipeline.advance(Progress.objects.get().concluded_until + timedelta(seconds=63)).busy)
"""


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, list[object]]]]:
    """A server on which the day was lived, and what was concluded there."""
    with postgres_server() as url:
        yield url, _day(environment_on(tmp_path_factory.mktemp("postgres"), url))


@pytest.fixture
def url(lived: tuple[str, dict[str, list[object]]]) -> str:
    return lived[0]


def _day(environment: dict[str, str]) -> dict[str, list[object]]:
    done = subprocess.run(
        [sys.executable, "-c", DAY],
        env=environment,
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, list[object]] = json.loads(done.stdout)
    return found


def test_the_pipeline_concludes_the_same_when_the_database_is_postgresql(
    lived: tuple[str, dict[str, list[object]]], tmp_path: Path
) -> None:
    on_postgres = lived[1]

    on_sqlite = _day(environment_on(tmp_path))

    assert len(on_sqlite["incidents"]) == 1
    assert on_postgres == on_sqlite


def test_nothing_is_concluded_while_rows_are_being_stored_when_the_database_is_postgresql(
    url: str, tmp_path: Path
) -> None:
    environment = environment_on(tmp_path, url)
    writers = [started(LATE, environment) for _ in range(2)]
    seen = [writer.stdout.readline().strip() for writer in writers if writer.stdout]

    during = started(TURN, environment).communicate()[0].strip()
    for writer in writers:
        writer.communicate("\n")
    after = started(TURN, environment).communicate()[0].strip()

    assert len(set(seen)) == 1
    assert (during, after) == ("True", "False")


def test_a_turn_is_refused_when_another_process_holds_the_cursor(url: str, tmp_path: Path) -> None:
    environment = environment_on(tmp_path, url)

    with psycopg.connect(url) as other:
        other.execute("SELECT 1 FROM monitoring_progress FOR UPDATE")
        busy = started(TURN, environment).communicate()[0].strip()

    assert busy == "True"


def test_nobody_is_lost_or_counted_twice_when_two_processes_store_at_once(url: str, tmp_path: Path) -> None:
    environment = environment_on(tmp_path, url)

    with psycopg.connect(url, autocommit=True) as database:
        first = started(STORE, environment, "a")
        assert first.stdout
        assert first.stdout.readline() == "stored\n"
        second = started(STORE, environment, "b")
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        wait_until(lambda: database.execute(waiting).fetchone() == (1,), seconds=30, what="the second one")
    for process in (first, second):
        process.communicate("\n")

    assert started(PEOPLE, environment).communicate()[0].strip() == "6"


def test_neither_is_broken_off_when_a_turn_begins_while_planned_work_is_changed(
    url: str, tmp_path: Path
) -> None:
    environment = environment_on(tmp_path, url)

    with psycopg.connect(url, autocommit=True) as database:
        by_hand = started(BY_HAND, environment)
        assert by_hand.stdout
        assert by_hand.stdout.readline() == "held\n"
        turn = started(TURN, environment)
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        wait_until(lambda: database.execute(waiting).fetchone() == (1,), seconds=30, what="the turn")
    ended = by_hand.communicate("\n")[0]
    turn.communicate()

    assert (ended, turn.returncode) == ("done\n", 0)

"""The pipeline on PostgreSQL: the same conclusions as on SQLite, and one writer at a time among processes."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.support.postgres import postgres_server
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
        yield url, _day(_environment(tmp_path_factory.mktemp("postgres"), url))


@pytest.fixture
def url(lived: tuple[str, dict[str, list[object]]]) -> str:
    return lived[0]


def _environment(tmp_path: Path, url: str = "") -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "VAR_DIR"}}
    chosen = {"DATABASE_URL": url} if url else {}
    settings = {"DJANGO_SETTINGS_MODULE": "statuspage.settings", "DEBUG": "1", "VAR_DIR": str(tmp_path)}
    return {**kept, **settings, **chosen, "PYTHONPATH": str(ROOT)}


def _start(code: str, environment: dict[str, str], *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *words],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


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

    on_sqlite = _day(_environment(tmp_path))

    assert len(on_sqlite["incidents"]) == 1
    assert on_postgres == on_sqlite


def test_nothing_is_concluded_while_rows_are_being_stored_when_the_database_is_postgresql(
    url: str, tmp_path: Path
) -> None:
    environment = _environment(tmp_path, url)
    writers = [_start(LATE, environment) for _ in range(2)]
    seen = [writer.stdout.readline().strip() for writer in writers if writer.stdout]

    during = _start(TURN, environment).communicate()[0].strip()
    for writer in writers:
        writer.communicate("\n")
    after = _start(TURN, environment).communicate()[0].strip()

    assert len(set(seen)) == 1
    assert (during, after) == ("True", "False")


def test_a_turn_is_refused_when_another_process_holds_the_cursor(url: str, tmp_path: Path) -> None:
    environment = _environment(tmp_path, url)

    with psycopg.connect(url) as other:
        other.execute("SELECT 1 FROM monitoring_progress FOR UPDATE")
        busy = _start(TURN, environment).communicate()[0].strip()

    assert busy == "True"


def test_nobody_is_lost_or_counted_twice_when_two_processes_store_at_once(url: str, tmp_path: Path) -> None:
    environment = _environment(tmp_path, url)

    with psycopg.connect(url, autocommit=True) as database:
        first = _start(STORE, environment, "a")
        assert first.stdout
        assert first.stdout.readline() == "stored\n"
        second = _start(STORE, environment, "b")
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        wait_until(lambda: database.execute(waiting).fetchone() == (1,), seconds=30, what="the second one")
    for process in (first, second):
        process.communicate("\n")

    assert _start(PEOPLE, environment).communicate()[0].strip() == "6"

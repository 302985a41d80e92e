"""Clocks, database, broker and files: what is found when something is wrong, and nothing otherwise."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis
from django.db import connection
from pytest_django import Settings

from statuspage.doctor import broker, clocks, database, places
from statuspage.doctor.broker import QueueState
from statuspage.doctor.findings import Finding
from tests.support.probe_rows import build_probe
from tests.support.redis import redis_server

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def said(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.level.value, finding.where) for finding in findings]


@pytest.mark.parametrize(
    ("apart", "expected"), [(0.3, []), (5, [("warning", "database")]), (-3600, [("error", "database")])]
)
def test_clock_of_the_machine_is_compared_with_that_of_the_database(
    apart: float, expected: list[tuple[str, str]]
) -> None:
    found = list(clocks.against_database(NOW + timedelta(seconds=apart), NOW))

    assert said(found) == expected


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        pytest.param({}, [], id="nobody answers"),
        pytest.param({"a": NOW, "b": NOW - HOUR}, [], id="one clock elsewhere is wrong"),
        pytest.param({"a": NOW - HOUR, "b": NOW - HOUR}, [("error", "answers")], id="ours is wrong"),
    ],
)
def test_clock_of_the_site_is_compared_with_dates_that_are_answered(
    dates: dict[str, datetime], expected: list[tuple[str, str]]
) -> None:
    assert said(list(clocks.against_answers(dates, NOW))) == expected


def test_journal_and_connections_are_told_when_they_bear_no_load() -> None:
    assert list(database.journal("wal", 1_000_000)) == []
    assert [one.level.value for one in database.journal("delete", 2_000_000_000)] == ["error", "warning"]
    assert list(database.connections(10, 100)) == []
    assert len(list(database.connections(95, 100))) == 1


@pytest.mark.django_db
def test_database_is_behind_when_a_migration_is_not_applied() -> None:
    assert database.unreachable() is None
    assert database.behind() is None
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'entrance'")
        removed = cursor.rowcount

    found = database.behind()

    assert found is not None
    assert f"{removed} migrations are not applied, entrance.0001_initial the first" in found.what.en


def test_queue_is_told_with_its_unit_when_nobody_consumes_it_or_it_grows() -> None:
    states = [
        QueueState(name="engine", messages=0, consumers=1),
        QueueState(name="checks.east", messages=7, consumers=0),
        QueueState(name="reports", messages=500, consumers=None),
    ]

    found = list(broker.unconsumed(states))

    assert said(found) == [("error", "checks.east"), ("warning", "reports")]
    assert "fogbreak-checks@east" in found[0].to_do.en
    assert "fogbreak-reports" in found[1].to_do.zh


@pytest.mark.django_db
def test_broker_is_asked_for_its_queues_when_it_is_redis(settings: Settings, tmp_path: Path) -> None:
    build_probe(vantage="east")
    with redis_server(tmp_path) as url:
        settings.BROKER_URL = url
        calm = list(broker.examine_broker())
        redis.Redis.from_url(url).lpush("checks.east", *["{}"] * (broker.BACKLOG + 1))

        crowded = list(broker.examine_broker())

    assert calm == []
    assert said(crowded) == [("warning", "checks.east")]
    settings.BROKER_URL = url.replace("redis://", "redis://:hidden@")
    (gone,) = broker.examine_broker(vantages=())
    assert gone.level.value == "error"
    assert "hidden" not in gone.where + gone.what.en


@pytest.mark.parametrize(("free_mb", "levels"), [(50_000, []), (1_000, ["warning"]), (100, ["error"])])
def test_disk_is_told_when_it_is_nearly_full(free_mb: int, levels: list[str], tmp_path: Path) -> None:
    found = list(places.room(tmp_path, free=free_mb * places.MEGA, total=100_000 * places.MEGA))

    assert [one.level.value for one in found] == levels


def test_file_of_secrets_is_told_when_others_can_read_it(settings: Settings, tmp_path: Path) -> None:
    settings.SECRETS_DIR = tmp_path / "secrets"
    settings.SECRETS_DIR.mkdir()
    kept, open_to_all = tmp_path / "secrets" / "kept.pem", tmp_path / "secrets" / "open.pem"
    for file, mode in ((kept, 0o640), (open_to_all, 0o644)):
        file.touch()
        file.chmod(mode)

    found = list(places.private([file for file in places.secret_files() if file.parent == kept.parent]))

    assert said(found) == [("error", str(open_to_all))]
    assert f"chmod go= {open_to_all}" in found[0].to_do.en


def test_page_is_hidden_from_nginx_when_a_folder_above_it_is_closed(tmp_path: Path) -> None:
    closed = tmp_path / "var"
    target = closed / "snapshot" / "one"
    target.mkdir(parents=True)
    (closed / "snapshot" / "current").symlink_to("one")
    closed.chmod(0o750)

    found = list(places.readable_by_nginx(closed / "snapshot" / "current"))

    assert ("warning", str(closed)) in said(found)
    assert ("warning", str(target)) not in said(found)

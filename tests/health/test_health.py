"""Whether the process lives is told without touching anything; whether the site is fit, with reasons."""

import json
import re
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import Settings

from statuspage.ages import BLIND_AFTER
from statuspage.environment import OUR_FOLDERS
from statuspage.health.readiness import HANGS, Readiness, Requirement
from statuspage.health.requirements import REQUIREMENTS, broker, snapshot, told_age
from statuspage.health.views import ready_view
from tests.support.nginx import CONFIG
from tests.support.processes import free_port

NOW = timezone.now()


def readiness(limit_s: float = 1.0, **wrong: Callable[[], str]) -> Readiness:
    needed = [Requirement(name=name, wrong=find) for name, find in wrong.items()]
    return Readiness(needed, limit_s=limit_s, kept_s=5.0, clock=lambda: 0.0)


def fails() -> str:
    raise ConnectionRefusedError("postgres://user:pass@10.0.0.1")


def test_healthz_answers_when_there_is_no_database(client: Client) -> None:
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer.headers["Cache-Control"]


def test_readyz_is_200_when_nothing_is_wrong() -> None:
    answer = ready_view(readiness(database=lambda: "", engine=lambda: ""))(RequestFactory().get("/readyz"))

    assert answer.status_code == 200
    assert json.loads(answer.content) == {"ready": True, "checks": {"database": "ok", "engine": "ok"}}


def test_readyz_is_503_with_the_reason_and_without_what_is_secret_when_something_is_wrong() -> None:
    answer = ready_view(readiness(database=fails, engine=lambda: "old"))(RequestFactory().get("/readyz"))

    assert answer.status_code == 503
    assert json.loads(answer.content)["checks"] == {
        "database": "could not be examined: ConnectionRefusedError",
        "engine": "old",
    }


def test_readiness_examines_once_when_it_is_asked_for_often() -> None:
    made: list[int] = []

    def count() -> str:
        made.append(1)
        return ""

    asked = readiness(database=count)
    for _ in range(50):
        asked.wrong()

    assert len(made) == 1


def test_readiness_says_what_hangs_and_starts_it_no_second_time_when_it_does_not_end() -> None:
    ends, begun = threading.Event(), list[int]()
    times = iter(range(0, 1000, 10))

    def hang() -> str:
        begun.append(1)
        ends.wait(30)
        return ""

    needed = [Requirement(name="database", wrong=hang), Requirement(name="engine", wrong=lambda: "")]
    asked = Readiness(needed, limit_s=0.05, clock=lambda: float(next(times)))
    first, second = asked.wrong(), asked.wrong()
    ends.set()

    assert first == second == {"database": HANGS, "engine": ""}
    assert len(begun) == 1


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        pytest.param(None, "nothing has been concluded yet", id="nothing was concluded yet"),
        pytest.param(BLIND_AFTER, "", id="just new enough"),
        pytest.param(BLIND_AFTER + timedelta(seconds=1), "last concluded 121 s ago", id="too old"),
    ],
)
def test_age_is_a_reason_when_the_page_would_say_so(age: timedelta | None, expected: str) -> None:
    assert told_age("concluded", None if age is None else NOW - age, NOW) == expected


def test_broker_is_needed_only_where_there_is_one(settings: Settings) -> None:
    settings.BROKER_URL = "memory://"
    assert broker() == ""

    settings.BROKER_URL = f"redis://127.0.0.1:{free_port()}/0"
    with pytest.raises(Exception, match="Connection refused"):
        broker()


def test_snapshot_is_a_reason_when_nothing_was_published(settings: Settings, tmp_path: Path) -> None:
    settings.SNAPSHOT_DIR = tmp_path

    assert snapshot() == "nothing has been published yet"


@pytest.mark.django_db(transaction=True)
def test_healthy_says_each_reason_and_fails_when_nothing_was_concluded(
    capsys: pytest.CaptureFixture[str], settings: Settings, tmp_path: Path
) -> None:
    settings.SNAPSHOT_DIR = tmp_path

    call_command("healthy", "database", "migrations")
    with pytest.raises(SystemExit, match="1"):
        call_command("healthy")
    with pytest.raises(SystemExit, match="2"):
        call_command("healthy", "databse")

    told = capsys.readouterr()
    assert told.out.startswith("database: ok\nmigrations: ok\n")
    assert "engine: nothing has been concluded yet" in told.out
    assert f"databse: expected some of {', '.join(each.name for each in REQUIREMENTS)}" in told.err


@pytest.mark.parametrize("path", ["healthz", "readyz", "metrics"])
def test_nginx_lets_only_this_machine_ask_when_it_is_about_the_site_itself(path: str) -> None:
    config = CONFIG.read_text(encoding="utf-8")

    asked = re.search(rf"location = /{path} \{{(.*?)\}}", config, re.DOTALL)

    assert asked is not None
    assert asked[1].split() == ["allow", "127.0.0.1;", "deny", "all;", "proxy_pass", "http://fogbreak;"]
    assert path in OUR_FOLDERS

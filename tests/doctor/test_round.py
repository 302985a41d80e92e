"""A round ends in time and says what can be said, whatever is down; its exit status is that of the worst."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from threading import Event

import pytest

from statuspage.doctor.findings import Area, Finding, error, warning
from statuspage.doctor.round import Examination, made_side_by_side
from statuspage.management.commands.doctor import as_json, lines_of, status_of
from statuspage.wording import doctor as words

ROOT = Path(__file__).parents[2]
ERROR = error(Area.BROKER, "engine", words.BACKLOG, n=70, unit="fogbreak-site")
WARNING = warning(Area.ADMIN, "boss", words.NO_SECOND_FACTOR)


def doctor(*options: str, **variables: str) -> tuple[int, list[dict[str, str]]]:
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "manage.py", "doctor", "--json", *options],
        cwd=ROOT,
        env={**inherited, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def test_round_goes_on_when_an_examination_breaks_down_or_does_not_end() -> None:
    def breaks() -> list[Finding]:
        raise RuntimeError("no idea")

    never = Event()
    examinations = [
        Examination(area=Area.KEYS, find=breaks),
        Examination(area=Area.CLOCK, find=lambda: [WARNING] if never.wait() else []),
        Examination(area=Area.BROKER, find=lambda: [ERROR]),
    ]
    began = time.monotonic()

    found = list(made_side_by_side(examinations, 0.3))
    never.set()

    assert time.monotonic() - began < 5
    assert [one.area for one in found] == [Area.KEYS, Area.CLOCK, Area.BROKER]
    assert "RuntimeError: no idea" in found[0].what.en
    assert "did not end" in found[1].what.en


@pytest.mark.parametrize(("findings", "status"), [([], 0), ([WARNING], 1), ([WARNING, ERROR], 2)])
def test_exit_status_is_that_of_the_worst_finding(findings: list[Finding], status: int) -> None:
    assert status_of(findings) == status


def test_findings_are_told_in_both_languages_when_asked_for() -> None:
    assert list(lines_of([ERROR], "en")) == [
        "error    broker    engine: 70 messages wait. → Start fogbreak-site; where it runs, start another."
    ]
    (chinese,) = lines_of([ERROR], "zh")
    assert chinese.startswith("错误       broker    engine: 积压 70 条消息。→ 若 fogbreak-site 没有运行，")
    assert list(lines_of([], "en")) == ["Nothing is wrong."]
    assert json.loads(as_json([WARNING], "zh"))[0]["what"] == "只凭密码即可进入后台"


def test_all_that_is_wrong_is_named_when_settings_are_wrong_and_everything_is_down(tmp_path: Path) -> None:
    began = time.monotonic()

    status, found = doctor(
        DATABASE_URL="postgres://me:hidden@127.0.0.1:1/fogbreak",
        BROKER_URL="redis://:hidden@127.0.0.1:1/0",
        RAW_DAYS="two",
        SECRET_KEY="short",
        SITE_URL="https://pay.test",
        VAR_DIR=str(tmp_path),
    )

    assert status == 2
    errors = [(row["area"], row["where"]) for row in found if row["level"] == "error"]
    assert {("settings", "SECRET_KEY"), ("settings", "RAW_DAYS"), ("settings", "ALLOWED_HOSTS")} < set(errors)
    assert {("database", "127.0.0.1:1/fogbreak"), ("broker", "redis://127.0.0.1:1/0")} < set(errors)
    assert "hidden" not in str(found)
    assert time.monotonic() - began < 45

"""Schedules and messages in processes whose clock is wrong or set meanwhile."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.faketime import with_clock_off

pytestmark = pytest.mark.slow
STEPPED = """
import sys, time, django; django.setup()
from datetime import UTC, datetime
from pathlib import Path
from celery.beat import Scheduler
from statuspage.celery import app
beat = Scheduler(app, lazy=True)
sent = []
beat.apply_async = lambda entry, **_: sent.append(entry.task.rpartition(".")[2])
beat.setup_schedule()
def go_on(seconds):
    sent.clear()
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        time.sleep(min(0.1, max(0.0, beat.tick())))
    return sent.count("dispatch_checks")
before = datetime.now(UTC)
first = go_on(2.1)
Path(sys.argv[1]).write_text(sys.argv[2])
time.sleep(1.2)
after = datetime.now(UTC)
print(round((after - before).total_seconds() / 3600), first, go_on(2.1))
"""


@pytest.mark.parametrize("step_s", [3600, -3600])
def test_schedule_goes_on_when_the_clock_is_set_by_an_hour(tmp_path: Path, step_s: int) -> None:
    file = tmp_path / "clock"
    environ = {
        **os.environ,
        **with_clock_off(0, file=file),
        "DJANGO_SETTINGS_MODULE": "statuspage.settings",
        "VAR_DIR": str(tmp_path),
    }

    told = subprocess.run(
        [sys.executable, "-c", STEPPED, str(file), f"{step_s:+d}"],
        env=environ,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout.split()
    hours, before, after = map(int, told)

    assert hours == step_s // 3600
    assert before in {2, 3}
    assert after in {2, 3, 4, 5}

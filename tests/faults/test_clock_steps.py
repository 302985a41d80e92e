"""Which of two clocks is wrong when one is set."""

import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from statuspage.clock_steps import LONGEST_DOUBT_S, Anchor, SteadyClock
from tests.support.faketime import with_clock_off

HOUR = 3600.0
SAYS = """
import time, django; django.setup()
from datetime import UTC, datetime
from statuspage import clock
print(round((datetime.now(UTC) - clock.now()).total_seconds()))
"""


def followed(steps: Sequence[tuple[float, float]]) -> list[float]:
    """By how much the site's clock is off, when the machine's is off by so much at these seconds."""
    anchor, told = Anchor(boot="", offset_s=0.0, least_s=0.0, since_s=0.0), []
    for up_s, offset_s in steps:
        anchor = anchor.after(offset_s, up_s)
        told.append(anchor.offset_s)
    return told


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        pytest.param([(900, -HOUR), (930, -HOUR), (931, 0)], [0, 0, 0], id="behind for half a minute"),
        pytest.param([(900, HOUR), (930, HOUR), (931, 0)], [HOUR, HOUR, 0], id="ahead for half a minute"),
        pytest.param(
            [(900, -HOUR), (900 + LONGEST_DOUBT_S, -HOUR)], [0, -HOUR], id="behind for as long as is doubted"
        ),
        pytest.param(
            [(30, -HOUR), (59, -HOUR), (60, -HOUR)], [0, 0, -HOUR], id="set right soon after a start"
        ),
        pytest.param(
            [(900, HOUR), (9000, HOUR), (9001, 0), (9002, -HOUR)], [HOUR, HOUR, 0, 0], id="back, and too far"
        ),
        pytest.param(
            [(900, HOUR), (9000, HOUR), (9001, HOUR / 2)], [HOUR, HOUR, HOUR / 2], id="set right in part"
        ),
        pytest.param(
            [(900, -HOUR), (1400, -2 * HOUR), (1600, -2 * HOUR), (2000, -2 * HOUR)],
            [0, 0, 0, -2 * HOUR],
            id="behind by ever more",
        ),
        pytest.param(
            [(900, -HOUR), (1400, 0), (1600, -HOUR), (2199, -HOUR), (2200, -HOUR)],
            [0, 0, 0, 0, -HOUR],
            id="behind twice",
        ),
        pytest.param([(900, -2), (1800, -4), (2700, -6)], [-2, -4, -6], id="drift"),
    ],
)
def test_site_follows_the_clock_that_is_right_when_one_is_set(
    steps: Sequence[tuple[float, float]], expected: Sequence[float]
) -> None:
    assert followed(steps) == expected


def test_a_process_knows_what_another_saw_when_it_starts_while_the_clock_is_behind(tmp_path: Path) -> None:
    environ = {**os.environ, "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "statuspage.settings"}
    file = tmp_path / "clock.json"
    # A site that has been here for some time.
    SteadyClock(file).at(datetime.now(UTC))
    known = file.read_text().replace('"since_s":', '"since_s":-1000,"was":')
    file.write_text(known)

    told = [
        subprocess.run(
            [sys.executable, "-c", SAYS],
            env={**environ, **with_clock_off(off_s)},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout
        for off_s in (-HOUR, 0.0, HOUR)
    ]

    assert [int(line) for line in told] == [-HOUR, 0, 0]


def test_clock_is_followed_when_the_machine_was_started_anew(tmp_path: Path) -> None:
    file = tmp_path / "clock.json"
    SteadyClock(file).at(datetime.now(UTC) + timedelta(hours=1))
    file.write_text(file.read_text().replace('"boot":"', '"boot":"before '))
    now = datetime.now(UTC)

    assert SteadyClock(file).at(now) == now


def test_clock_is_followed_when_nothing_can_be_written(tmp_path: Path) -> None:
    clock, now = SteadyClock(tmp_path / "missing" / "clock.json"), datetime.now(UTC)

    assert [clock.at(now), clock.at(now)] == [now, now]

"""Which of two clocks is wrong when one is set."""

import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from statuspage.clock_steps import LONGEST_DOUBT_S, Anchor, SteadyClock, up_s
from statuspage.public.publish.manifest import Manifest
from tests.support.faketime import with_clock_off

HOUR = 3600.0
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
SAYS = """
import time, django; django.setup()
from datetime import UTC, datetime
from statuspage import clock
off = clock.machine_is_off().total_seconds()
print(round((datetime.now(UTC) - clock.now()).total_seconds()), round(off))
"""


def followed(steps: Sequence[tuple[float, float]]) -> list[float]:
    """By how much the site's clock is off, when the machine's is off by so much at these seconds."""
    anchor, told = Anchor(boot="", offset_s=0.0, least_s=0.0, since_s=0.0), []
    for moment_s, offset_s in steps:
        anchor = anchor.after(offset_s, moment_s)
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
        pytest.param([(30, -HOUR), (629, -HOUR), (630, -HOUR)], [0, 0, -HOUR], id="set right after a start"),
        pytest.param(
            [(900, HOUR), (930, HOUR), (931, 0), (932, -HOUR)], [HOUR, HOUR, 0, 0], id="back, and too far"
        ),
        pytest.param([(900, HOUR), (930, HOUR), (931, 900)], [HOUR, HOUR, 900], id="set right in part"),
        pytest.param(
            [(900, HOUR), (1500, HOUR), (1501, 0), (2100, 0), (2101, 0)],
            [HOUR, HOUR, HOUR, HOUR, 0],
            id="set right when it was believed",
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
    SteadyClock(tmp_path / "clock.json").at(datetime.now(UTC), up_s())

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

    assert [line.split() for line in told] == [["-3600", "-3600"], ["0", "0"], ["0", "0"]]


def test_clock_is_followed_when_the_machine_was_started_anew(tmp_path: Path) -> None:
    file = tmp_path / "clock.json"
    SteadyClock(file).at(NOW + timedelta(hours=1), 10.0)
    file.write_text(file.read_text().replace('"boot":"', '"boot":"before '))

    assert SteadyClock(file).at(NOW, 20.0) == NOW


@pytest.mark.parametrize("file", ["clock.json", "missing/clock.json"])
def test_doubt_ends_and_is_told_once_when_nothing_can_be_written(
    tmp_path: Path, file: str, caplog: pytest.LogCaptureFixture
) -> None:
    clock = SteadyClock(tmp_path / file)
    clock.at(NOW, 1000.0)
    (tmp_path / f"clock.json.{os.getpid()}").mkdir()
    behind = NOW - timedelta(hours=1)

    seen = [clock.at(behind + timedelta(seconds=s), 1000.0 + s) for s in (10, 20, 30, 700)]

    assert seen == [NOW + timedelta(seconds=s) for s in (10, 20, 30)] + [behind + timedelta(seconds=700)]
    assert len([record for record in caplog.records if "in doubt" in record.message]) == 1


@pytest.mark.parametrize(
    ("noted_s", "seen_s"),
    [
        pytest.param(3600, 3600, id="an hour later"),
        pytest.param(-3600, 0, id="an hour before"),
        pytest.param(None, 0, id="never"),
    ],
)
def test_clock_is_doubted_from_the_start_when_the_site_noted_something(
    tmp_path: Path, noted_s: float | None, seen_s: float
) -> None:
    noted = None if noted_s is None else NOW + timedelta(seconds=noted_s)

    seen = SteadyClock(tmp_path / "clock.json").at(NOW, 10.0, noted=lambda: noted)

    assert seen == NOW + timedelta(seconds=seen_s)


def test_page_is_as_old_by_the_machines_clock_when_the_site_doubts_it() -> None:
    manifest = Manifest(at=NOW, known_until=NOW - timedelta(seconds=5), off_s=-HOUR, folder="", entries=())

    assert manifest.as_of == NOW - timedelta(hours=1, seconds=5)

"""The systemd units: they are sound, give away little, and no part waits for another that may be away."""

import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path

import pytest

from statuspage.celery import SITE_QUEUES, checks_queue
from tests.support.binaries import require_binary
from tests.support.units import FOLDER, INSTALLED_PYTHON, command_of

UNITS = sorted(FOLDER.glob("*.service"))
# Of 10; what is left is the network, which all of it is for.
MOST_EXPOSED = 25


class _Unit(RawConfigParser):
    """A unit file; of keys that stand twice the last one counts here."""

    def optionxform(self, optionstr: str) -> str:
        return optionstr


def read_unit(path: Path) -> _Unit:
    unit = _Unit(strict=False)
    unit.read(path, encoding="utf-8")
    return unit


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The units with programs and an account that this machine has."""
    for path in FOLDER.iterdir():
        text = path.read_text(encoding="utf-8").replace(INSTALLED_PYTHON, sys.executable)
        (tmp_path / path.name).write_text(text.replace("User=fogbreak", "User=root"), encoding="utf-8")
    return tmp_path


def test_systemd_finds_nothing_wrong_when_it_verifies_the_units(folder: Path) -> None:
    analyze = require_binary("systemd-analyze", package="systemd")

    done = subprocess.run(
        [analyze, "verify", "--man=no", *sorted(folder.iterdir())],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_unit_may_do_little_when_systemd_weighs_it(unit: Path) -> None:
    analyze = require_binary("systemd-analyze", package="systemd")

    done = subprocess.run(
        [analyze, "security", "--offline=true", f"--threshold={MOST_EXPOSED}", unit],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout.splitlines()[-1:]


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_unit_is_tried_again_for_ever_and_needs_no_other_when_one_is_away(unit: Path) -> None:
    read = read_unit(unit)

    assert read["Unit"]["StartLimitIntervalSec"] == "0"
    assert read["Unit"]["PartOf"] == "fogbreak.target"
    assert read["Service"]["Restart"] in {"always", "on-failure"}
    assert not {"Requires", "BindsTo", "Requisite"} & set(read["Unit"])


def test_every_queue_has_one_worker_when_all_units_run() -> None:
    commands = [command for unit in UNITS for command in command_of(unit.name, instance="east")]
    consumed = [queue for words in commands if "--queues" in words for queue in words[-1].split(",")]

    assert sorted(consumed) == sorted([*SITE_QUEUES, checks_queue("east")])


def test_page_does_not_wait_for_the_database_when_the_web_server_starts() -> None:
    text = (FOLDER / "fogbreak-web.service").read_text(encoding="utf-8")

    assert "manage.py migrate" not in text
    assert "fogbreak-migrate.service" not in text
    assert "ExecStartPre" not in text


def test_what_is_published_is_readable_and_nothing_else_is_when_units_write_files() -> None:
    masks = {unit.stem: read_unit(unit)["Service"]["UMask"] for unit in UNITS}

    assert {name for name, mask in masks.items() if mask == "0022"} == {"fogbreak-engine", "fogbreak-site"}
    assert set(masks.values()) == {"0022", "0077"}

"""``manage.py simulate`` and ``manage.py scenario`` at work, and in the face of mistakes."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FREE = "control=0,proxy=0,sites=0,east=0,south=0"


def command(*words: str | Path) -> list[str]:
    return [sys.executable, "manage.py", *map(str, words)]


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "DEBUG": "1", **more}


def run(*words: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*words),
        cwd=ROOT,
        env=environment(**more),
        text=True,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=30,
        check=False,
    )


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A running ``manage.py simulate`` whose end is bound to its standard input."""
    options = ("--var", tmp_path / "simulator", "--ports", FREE, "--exit-with-parent")
    with subprocess.Popen(
        command("simulate", *options),
        cwd=ROOT,
        env=environment(),
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        yield process


def next_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline()


def test_scenario_is_told_by_the_simulator_when_it_is_started_and_stopped_by_hand(
    simulator: subprocess.Popen[str],
) -> None:
    url = next_line(simulator).strip().rpartition(" ")[2]

    wave = ("risk-wave", "--component", "fenfu-qr", "--minutes", "10")
    started = run("scenario", "start", *wave, SIMULATOR_URL=url)
    starts = next_line(simulator)
    listed = run("scenario", "list", SIMULATOR_URL=url)
    stopped = run("scenario", "stop", SIMULATOR_URL=url)
    ends = next_line(simulator)

    assert [done.returncode for done in (started, listed, stopped)] == [0, 0, 0]
    assert "risk_control on fenfu-qr starts, 10 min" in starts
    assert "risk-wave" in listed.stdout
    assert "risk_control on fenfu-qr ends" in ends


def test_simulator_ends_when_its_parent_goes(simulator: subprocess.Popen[str], tmp_path: Path) -> None:
    next_line(simulator)

    simulator.communicate()

    assert simulator.wait(10) == 0


def test_simulator_tells_where_its_catalog_finds_it_when_its_environment_is_asked_for(tmp_path: Path) -> None:
    done = run("simulate", "--environment", "--ports", "east=9201,control=9200", "--var", tmp_path)

    told = dict(line.split("=", 1) for line in done.stdout.splitlines())
    assert done.returncode == 0
    assert told["SIMULATOR_EAST_PORT"] == "9201"
    assert told["SIMULATOR_URL"] == "http://127.0.0.1:9200"
    assert Path(told["PROBE_CA_BUNDLE"]).is_file()


def test_simulator_says_file_line_and_fault_when_a_scenario_is_malformed(tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text("[[scenario]]\nkind = 'outage'\nafter = 'soon'\n")

    done = run("simulate", "--scenario", file, "--var", tmp_path)

    assert done.returncode != 0
    assert f"{file}:3: " in done.stderr
    assert "Traceback" not in done.stderr


def test_simulator_says_which_part_it_does_not_understand_when_ports_are_wrong(tmp_path: Path) -> None:
    done = run("simulate", "--ports", "east=many", "--var", tmp_path)

    assert "'east=many' is no name=port" in done.stderr


def test_scenario_says_how_to_start_a_simulator_when_none_answers() -> None:
    done = run("scenario", "list", SIMULATOR_URL="http://127.0.0.1:9")

    assert done.returncode != 0
    assert "manage.py simulate" in done.stderr

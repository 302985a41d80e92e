"""``manage.py simulate`` and ``manage.py scenario`` at work, and in the face of mistakes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FREE = "control=0,proxy=0,sites=0,east=0,south=0"


def command(*words, **environment):
    return {
        "args": [sys.executable, "manage.py", *map(str, words)],
        "cwd": ROOT,
        "env": os.environ | {"DEBUG": "1"} | environment,
        "text": True,
    }


def run(*words, **environment):
    kept = {"capture_output": True, "stdin": subprocess.DEVNULL, "timeout": 30, "check": False}
    return subprocess.run(**command(*words, **environment), **kept)


@pytest.fixture
def simulator(tmp_path):
    """A running ``manage.py simulate`` whose end is bound to its standard input."""
    options = ("--var", tmp_path / "simulator", "--ports", FREE, "--exit-with-parent")
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    process = subprocess.Popen(**command("simulate", *options), **pipes)
    try:
        yield process
    finally:
        process.stdin.close()
        process.stdout.close()
        process.wait(10)


def test_scenario_is_told_by_the_simulator_when_it_is_started_and_stopped_by_hand(simulator):
    url = simulator.stdout.readline().strip().rpartition(" ")[2]

    wave = ("risk-wave", "--component", "fenfu-qr", "--minutes", "10")
    started = run("scenario", "start", *wave, SIMULATOR_URL=url)
    starts = simulator.stdout.readline()
    listed = run("scenario", "list", SIMULATOR_URL=url)
    stopped = run("scenario", "stop", SIMULATOR_URL=url)
    ends = simulator.stdout.readline()

    assert [done.returncode for done in (started, listed, stopped)] == [0, 0, 0]
    assert "risk_control on fenfu-qr starts, 10 min" in starts
    assert "risk-wave" in listed.stdout
    assert "risk_control on fenfu-qr ends" in ends


def test_simulator_ends_when_its_parent_goes(simulator, tmp_path):
    simulator.stdout.readline()

    simulator.stdin.close()

    assert simulator.wait(10) == 0
    environment = json.loads((tmp_path / "simulator" / "simulator.json").read_text())
    assert Path(environment["PROBE_CA_BUNDLE"]).is_file()


def test_simulator_says_file_line_and_fault_when_a_scenario_is_malformed(tmp_path):
    file = tmp_path / "bad.toml"
    file.write_text("[[scenario]]\nkind = 'outage'\nafter = 'soon'\n")

    done = run("simulate", "--scenario", file, "--var", tmp_path)

    assert done.returncode != 0
    assert f"{file}:3: " in done.stderr
    assert "Traceback" not in done.stderr


def test_simulator_says_which_part_it_does_not_understand_when_ports_are_wrong(tmp_path):
    done = run("simulate", "--ports", "east=many", "--var", tmp_path)

    assert "'east=many' is no name=port" in done.stderr


def test_scenario_says_how_to_start_a_simulator_when_none_answers():
    done = run("scenario", "list", SIMULATOR_URL="http://127.0.0.1:9")

    assert done.returncode != 0
    assert "manage.py simulate" in done.stderr

"""The demo's processes end together, whatever ends one of them or the one that started them."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from statuspage.demo.family import ProcessGroup, how_it_ended
from tests.support.processes import wait_until

SLEEPER = "import time; print('up', flush=True); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEPER
# Starts two members, one of which starts a process of its own, and waits.
STARTER = textwrap.dedent(
    """
    import os, sys, time
    from pathlib import Path
    from statuspage.demo.family import ProcessGroup
    family = ProcessGroup(environ=os.environ, folder=Path.cwd())
    nested = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)'])"
    first = family.start("one", "-c", "import time; time.sleep(600)")
    family.start("two", "-c", nested)
    print(os.getpgid(first.process.pid), flush=True)
    time.sleep(600)
    """
)


def alive_in_group(group: int) -> list[str]:
    """Commands of processes of this group that have not ended."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            state, _, its_group = entry.joinpath("stat").read_text().rpartition(")")[2].split()[:3]
            if int(its_group) == group and state not in "ZX":
                found.append(entry.joinpath("cmdline").read_bytes().decode(errors="replace"))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


@pytest.fixture
def family(tmp_path: Path) -> Iterator[ProcessGroup]:
    made = ProcessGroup(environ=os.environ, folder=tmp_path, grace_seconds=1.0)
    yield made
    made.stop()


def started(family: ProcessGroup, name: str, program: str) -> int:
    """Start a member and wait until it is up; gives its process group."""
    lines: list[str] = []
    member = family.start(name, "-c", program, on_line=lines.append)
    wait_until(lambda: lines, seconds=20, what=f"{name} is up")
    return os.getpgid(member.process.pid)


def test_family_leaves_no_process_when_it_is_stopped(family: ProcessGroup) -> None:
    group = started(family, "one", SLEEPER)
    started(family, "two", SLEEPER)

    family.stop()

    assert alive_in_group(group) == []


def test_family_leaves_no_process_when_a_member_ignores_the_polite_signal(family: ProcessGroup) -> None:
    group = started(family, "stubborn", STUBBORN)

    family.stop()

    assert alive_in_group(group) == []


def test_family_tells_which_member_ended_when_one_is_killed(family: ProcessGroup) -> None:
    started(family, "one", SLEEPER)
    lines: list[str] = []
    victim = family.start("the engine", "-c", SLEEPER, on_line=lines.append)
    wait_until(lambda: lines, seconds=20, what="the engine is up")

    victim.process.kill()
    wait_until(family.ended, seconds=5, what="the end is seen")

    ended = family.ended()
    assert ended is not None
    assert how_it_ended(ended) == "the engine was ended by SIGKILL"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=lambda number: number.name)
def test_family_ends_when_whoever_started_it_is_killed(number: signal.Signals) -> None:
    starter = subprocess.Popen([sys.executable, "-c", STARTER], stdout=subprocess.PIPE)
    assert starter.stdout is not None
    group = int(starter.stdout.readline())
    assert len(alive_in_group(group)) >= 3

    starter.send_signal(number)
    starter.wait()

    wait_until(lambda: not alive_in_group(group), seconds=10, what="the whole group is gone")
    starter.stdout.close()

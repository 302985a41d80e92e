"""The engine keeps its processes running, and leaves none behind, whatever ends it or them."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.processes import wait_until

ROOT = Path(__file__).parents[2]
# Two lanes, each of which writes a line when it begins and when it is told to end; the third breaks at once.
PROGRAM = textwrap.dedent(
    """
    import os, signal, sys, threading
    from statuspage.engine import Engine, Lane

    def say(*words):
        # In one piece: all write to the same file, and print may write word by word.
        os.write(1, " ".join(map(str, words)).encode() + b"\\n")

    def work(name):
        def run(stopped):
            say(name, os.getpid())
            stopped.wait()
            say(name, "ended")
        return Lane(name=name, run=run)

    def breaks(stopped):
        say("third", os.getpid())
        raise RuntimeError("as it is meant")

    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    engine = Engine(lambda: [work("first"), work("second"), Lane(name="third", run=breaks)])
    engine.run(stopped)
    engine.stop()
    say("engine ended")
    """
)


class Watched:
    """An engine that runs, with what it and its lanes wrote."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process, self._log = process, log

    def lines(self) -> list[str]:
        return self._log.read_text(encoding="utf-8").splitlines()

    def pids(self, name: str) -> list[int]:
        """The processes that this lane had, in order."""
        begun = [line.split() for line in self.lines() if line.startswith(name)]
        return [int(words[1]) for words in begun if words[1].isdigit()]


@contextmanager
def engine(folder: Path) -> Iterator[Watched]:
    log = folder / "engine.log"
    with log.open("wb") as output:
        process = subprocess.Popen([sys.executable, "-c", PROGRAM], cwd=ROOT, stdout=output, stderr=output)
    watched = Watched(process, log)
    try:
        wait_until(lambda: watched.pids("first") and watched.pids("second"), seconds=30, what="both lanes")
        yield watched
    finally:
        process.kill()
        process.wait()


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_engine_starts_lanes_again_when_one_is_killed_and_another_breaks(tmp_path: Path) -> None:
    with engine(tmp_path) as watched:
        os.kill(watched.pids("first")[0], signal.SIGKILL)

        wait_until(lambda: len(watched.pids("first")) == 2, seconds=10, what="the first lane again")
        wait_until(lambda: len(watched.pids("third")) >= 3, seconds=10, what="the third lane again")

        assert len(watched.pids("second")) == 1


def test_engine_tells_every_lane_when_it_is_told_to_end(tmp_path: Path) -> None:
    with engine(tmp_path) as watched:
        watched.process.send_signal(signal.SIGTERM)

        assert watched.process.wait(10) == 0
        assert {"first ended", "second ended", "engine ended"} <= set(watched.lines())


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGABRT], ids=lambda number: number.name)
def test_no_lane_is_left_when_the_engine_dies(tmp_path: Path, number: signal.Signals) -> None:
    with engine(tmp_path) as watched:
        lanes = watched.pids("first") + watched.pids("second")

        watched.process.send_signal(number)
        watched.process.wait(10)

        wait_until(lambda: not any(map(is_alive, lanes)), seconds=10, what="all lanes are gone")

"""The embedded engine: one process that watches over others, one for each purpose, on a single machine.

Processes share no interpreter's lock: checks of one vantage delay neither those of another nor the detection,
and the cores of the machine are used. Each has a broker in its own memory, where it needs one. They talk
through rows, never through messages.
"""

import gc
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from statuspage.management.parents import call_at_end_of

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
# How often it is asked which lanes there are.
LANES_SECONDS = 5.0
MOST_NAME = 15
# For a lane that is told to end: checks take CHECKS_GRACE_SECONDS of it (lanes.py), and before that a claim
# and its giving back may each wait CONNECT_S (waiting.py). deploy/systemd gives a little more.
GRACE_SECONDS = 25.0
# Before a lane is started again: twice as long each time, until it lasted for a while.
FIRST_PAUSE_S, LONGEST_PAUSE_S, LASTED_S = 0.25, 5.0, 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """What one process does; ``run`` works until the event is set."""

    name: str
    run: Callable[[threading.Event], None]


@dataclass(slots=True)
class Child:
    """The process of a lane; ``pid`` is None while it waits to be started (again) at ``due``."""

    lane: Lane
    pid: int | None = None
    due: float = 0.0
    pause_s: float = FIRST_PAUSE_S
    started: float = 0.0


class Engine:
    """Keeps a process running for every lane until it is told to stop; one that ends starts again.

    ``lanes`` is asked from time to time which there are. It must leave no connection to the database open:
    these must not be shared with the processes.
    """

    def __init__(self, lanes: Callable[[], list[Lane]]) -> None:
        self._lanes = lanes
        self._children: dict[str, Child] = {}
        self._looked = -LANES_SECONDS
        # Its other end is held by this process alone: it closes when this one is gone, however it went.
        self._alive, self._held = os.pipe()

    def run(self, stopped: threading.Event) -> None:
        """Work until ``stopped`` is set."""
        # What all have in common is loaded here, once, and its pages stay shared.
        gc.collect()
        gc.freeze()
        while True:
            self._open_lanes()
            self._plan_again()
            self._start_due()
            if stopped.wait(LOOK_SECONDS):
                return

    def stop(self) -> None:
        """Ask every lane to end, with some seconds for what runs and for results that wait to be stored."""
        deadline = time.monotonic() + GRACE_SECONDS
        for child in self._running():
            _signal(child, signal.SIGTERM)
        while self._ended() or self._running():
            if time.monotonic() > deadline:
                for child in self._running():
                    _signal(child, signal.SIGKILL)
            time.sleep(0.02)

    def _running(self) -> list[Child]:
        return [child for child in self._children.values() if child.pid is not None]

    def _open_lanes(self) -> None:
        if time.monotonic() < self._looked + LANES_SECONDS:
            return
        self._looked = time.monotonic()
        for lane in self._lanes():
            self._children.setdefault(lane.name, Child(lane))

    def _ended(self) -> list[tuple[Child, int]]:
        """The lanes that ended since this was last asked, each with how."""
        ended: list[tuple[Child, int]] = []
        for child in self._running():
            assert child.pid is not None
            pid, status = os.waitpid(child.pid, os.WNOHANG)
            if pid:
                child.pid = None
                ended.append((child, status))
        return ended

    def _plan_again(self) -> None:
        now = time.monotonic()
        for child, status in self._ended():
            log.error("engine: %s %s; it starts again", child.lane.name, _how_it_ended(status))
            if now - child.started > LASTED_S:
                child.pause_s = FIRST_PAUSE_S
            child.due = now + child.pause_s
            child.pause_s = min(2 * child.pause_s, LONGEST_PAUSE_S)

    def _start_due(self) -> None:
        for child in self._children.values():
            if child.pid is None and time.monotonic() >= child.due:
                child.started = time.monotonic()
                child.pid = os.fork() or self._become(child.lane)

    def _become(self, lane: Lane) -> int:
        """The new process's whole life."""
        status = 1
        try:
            os.close(self._held)
            _call_this_process(lane.name)
            stopped = threading.Event()
            # Whoever stops the engine at a terminal stops all of its group: this one waits to be told.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, lambda *_: stopped.set())
            call_at_end_of(self._alive, lambda: _end_without_parent(stopped))
            lane.run(stopped)
            status = 0
        except Exception:
            log.exception("engine: %s broke", lane.name)
        finally:
            logging.shutdown()
            # Not by sys.exit: what the parent would do at its end is not this process's to do.
            os._exit(status)


def _call_this_process(name: str) -> None:
    """By what it does, for whoever looks at the machine's processes; where the system has such names."""
    with suppress(OSError):
        Path("/proc/self/comm").write_text(name[:MOST_NAME], encoding="ascii", errors="replace")


def _end_without_parent(stopped: threading.Event) -> None:
    stopped.set()
    time.sleep(GRACE_SECONDS)
    os._exit(1)


def _signal(child: Child, number: signal.Signals) -> None:
    if child.pid is not None:
        with suppress(ProcessLookupError):
            os.kill(child.pid, number)


def _how_it_ended(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit status {code}"

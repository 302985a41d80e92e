"""Keeps fronts and workers running: binds the port once for all of them, and starts again whichever ends."""

import logging
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

log = logging.getLogger(__name__)
LOOK_S = 0.1
# A part that ends again and again is started ever more slowly, up to this.
SLOWEST_RESTART_S = 5.0
STEADY_S = 5.0
PATIENCE_S = 8.0
OPEN_FILES = 16384
BACKLOG = 4096
# Of what a reader does not read no more than this waits in the kernel, beside what his own side has room for.
# There each copy counts, and 2,000 of a page ten times over are more than the kernel has for all connections;
# here they are one.
UNSENT_BYTES = 16 * 1024


class TakenError(Exception):
    """The address cannot be listened on: the message says which, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServingPlan:
    """What is to run, and where."""

    host: str
    port: int
    snapshot: Path
    # The path that the site lies below, or nothing.
    below: str
    fronts: int
    workers: int
    threads: int
    # Whether all come through a proxy, so that many connections of one address are no sign of anything.
    behind_proxy: bool


@dataclass
class _ServingPart:
    """One child: ``pipe`` is read by it, and its other end, ``hold``, is ours as long as it is to run."""

    words: Sequence[str]
    fds: tuple[int, ...]
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    due: float = 0.0
    pause: float = field(default=LOOK_S)

    def start(self) -> None:
        command = [sys.executable, "-m", "statuspage.public.serve", *self.words]
        self.process = subprocess.Popen(command, pass_fds=self.fds, stdin=subprocess.DEVNULL)
        self.began = time.monotonic()

    def look(self) -> None:
        """Start it, or start it again where it has ended."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            log.warning("%s ended with status %s; starting it again", self.words[0], self.process.returncode)
            self.pause = LOOK_S if now - self.began > STEADY_S else min(self.pause * 2, SLOWEST_RESTART_S)
            self.process, self.due = None, now + (0 if self.pause == LOOK_S else self.pause)
        if self.process is None and now >= self.due:
            self.start()

    def end(self, deadline: float) -> None:
        """Wait for it until ``deadline``, and then no longer."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def supervise(plan: ServingPlan) -> None:
    """Run it until SIGTERM or SIGINT; raises TakenError where the address is taken."""
    stopped: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.append(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    allow_open_files()
    with listening(plan.host, plan.port) as listener, tempfile.TemporaryDirectory(prefix="fogbreak-") as room:
        door = Path(room) / "workers"
        with _listening_at(door, backlog=plan.workers * plan.threads + 64) as workers:
            log.info("serving on http://%s:%s", plan.host, listener.getsockname()[1])
            _run(plan, listener, workers, door, stopped)


def _run(
    plan: ServingPlan, listener: socket.socket, workers: socket.socket, door: Path, stopped: list[int]
) -> None:
    # Children read from these, and end when whoever holds the other end has ended, however that was.
    (fronts_alive, hold_fronts), (workers_alive, hold_workers) = os.pipe(), os.pipe()
    slots = max(1, plan.workers * plan.threads // plan.fronts)
    words = (str(listener.fileno()), str(fronts_alive), str(plan.snapshot), str(door), str(slots))
    front = ("front", *words, "proxied" if plan.behind_proxy else "open", plan.below)
    worker = ("worker", str(workers.fileno()), str(workers_alive), str(plan.threads))
    fronts = [_ServingPart(front, (listener.fileno(), fronts_alive)) for _ in range(plan.fronts)]
    rest = [_ServingPart(worker, (workers.fileno(), workers_alive)) for _ in range(plan.workers)]
    while not stopped:
        for part in (*fronts, *rest):
            part.look()
        time.sleep(LOOK_S)
    deadline = time.monotonic() + PATIENCE_S
    for hold, parts in ((hold_fronts, fronts), (hold_workers, rest)):  # fronts wait for what is under way
        os.close(hold)
        for part in parts:
            part.end(deadline)


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens there, and nobody else's does; raises TakenError."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
        # Never with SO_REUSEPORT: a second server would share the port, and half of the readers, silently.
        found = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise TakenError(f"cannot listen on {host}:{port}: {error.strerror or error}") from error
    found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)
    return found


def _listening_at(path: Path, *, backlog: int) -> socket.socket:
    found = socket.socket(socket.AF_UNIX)
    found.bind(str(path))
    found.listen(backlog)
    return found


def allow_open_files() -> None:
    """Every connection is an open file: raise the soft limit as far as is allowed and of use."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))

"""The processes of a site, each started again two seconds after it ended, as systemd does."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

RESTART_S = 2.0
LOOK_S = 0.1


class Part:
    """One unit: a process of a group of its own, with its output in a log and a clock that can be set."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        environ: Mapping[str, str],
        folder: Path,
        log: Path,
        clock: Path | None = None,
    ) -> None:
        self.name, self.command, self.log, self.clock = name, command, log, clock
        self._environ, self._folder = dict(environ), folder
        self._process: subprocess.Popen[bytes] | None = None
        self._ended_at: float | None = None
        self.restarts = 0

    @property
    def pid(self) -> int:
        """Of the process that runs, or ran last."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                list(self.command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self._environ,
                cwd=self._folder,
                process_group=0,
            )
        self._ended_at = None

    def look(self) -> None:
        """Start it again where its time has come."""
        if self._process is None or self._process.poll() is None:
            return
        if self._ended_at is None:
            self._ended_at = time.monotonic()
            self._end_group()
        elif time.monotonic() - self._ended_at >= RESTART_S:
            self.restarts += 1
            self.start()

    def send(self, number: signal.Signals, pid: int | None = None) -> None:
        """To the process, or to one of its children."""
        with suppress(ProcessLookupError):
            os.kill(pid or self.pid, number)

    def send_all(self, number: signal.Signals) -> None:
        """To the process and all that it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def children(self) -> list[int]:
        """Processes that it started itself and that still run."""
        try:
            words = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        except OSError:
            return []
        return [int(word) for word in words]

    def set_clock(self, seconds: float) -> None:
        """Let its clock be so far ahead of the right one."""
        if self.clock is not None:
            self.clock.write_text(f"{seconds:+.3f}", encoding="ascii")

    def end(self) -> None:
        """End it for good, gently at first."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGCONT)
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(8)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def _end_group(self) -> None:
        # As systemd's control group does: nothing of a unit outlives it.
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)


class Keeper(threading.Thread):
    """Looks after the parts until it is told to stop."""

    def __init__(self, parts: Sequence[Part]) -> None:
        super().__init__(daemon=True)
        self._parts, self._stopped = parts, threading.Event()

    def run(self) -> None:
        while not self._stopped.wait(LOOK_S):
            for part in self._parts:
                part.look()

    def end(self) -> None:
        """End the parts, all at the same time."""
        self._stopped.set()
        self.join(5)
        enders = [threading.Thread(target=part.end) for part in self._parts]
        for ender in enders:
            ender.start()
        for ender in enders:
            ender.join(20)

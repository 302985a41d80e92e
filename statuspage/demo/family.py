"""Keeps the demo's processes together: what ends one ends all, whatever ends the one that started them."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

GRACE_SECONDS = 6.0
# Leads the group and reads until whoever started it is gone, even by SIGKILL; then it ends the whole group.
REAPER = 'trap "" TERM; while read -r _; do :; done; kill -TERM 0; sleep 3; kill -KILL 0'


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessMember:
    """One process of the demo. Its standard input ends when the demo does."""

    name: str
    process: subprocess.Popen[bytes]


class ProcessGroup:
    """Processes in one process group of their own, with a reaper that outlives the one who started them."""

    def __init__(
        self, *, environ: Mapping[str, str], folder: Path, grace_seconds: float = GRACE_SECONDS
    ) -> None:
        self._environ, self._folder, self._grace_seconds = dict(environ), folder, grace_seconds
        self._members: list[ProcessMember] = []
        self._reaper = subprocess.Popen(["/bin/sh", "-c", REAPER], stdin=subprocess.PIPE, process_group=0)

    def start(self, name: str, *words: str, on_line: Callable[[str], None] | None = None) -> ProcessMember:
        """Start a command of this Python; ``on_line`` gets each line of its output, from a thread."""
        process = subprocess.Popen(
            [sys.executable, *words],
            cwd=self._folder,
            env=self._environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if on_line else None,
            process_group=self._reaper.pid,
        )
        member = ProcessMember(name=name, process=process)
        self._members.append(member)
        if on_line:
            threading.Thread(target=_forward, args=(process, on_line), daemon=True).start()
        return member

    def ended(self) -> ProcessMember | None:
        """A member that has ended, if any has."""
        return next((member for member in self._members if member.process.poll() is not None), None)

    def forget(self, member: ProcessMember) -> None:
        """Let a member that has done its work be gone."""
        self._members.remove(member)
        _wait_and_close(member.process)

    def stop(self) -> None:
        """End every member: politely first, then for certain. Nothing of the group is left afterwards."""
        self._signal(signal.SIGTERM)
        deadline = time.monotonic() + self._grace_seconds
        for member in self._members:
            try:
                member.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                break
        self._signal(signal.SIGKILL)
        for process in (self._reaper, *(member.process for member in self._members)):
            _wait_and_close(process)

    def _signal(self, number: signal.Signals) -> None:
        if self._reaper.poll() is None:
            os.killpg(self._reaper.pid, number)


def _wait_and_close(process: subprocess.Popen[bytes]) -> None:
    process.wait()
    if process.stdin is not None:
        process.stdin.close()


def how_it_ended(member: ProcessMember) -> str:
    """How a member's process ended, in words."""
    status = member.process.returncode
    if status < 0:
        return f"{member.name} was ended by {signal.Signals(-status).name}"
    return f"{member.name} ended with exit status {status}"


def _forward(process: subprocess.Popen[bytes], on_line: Callable[[str], None]) -> None:
    assert process.stdout is not None
    with process.stdout as lines:
        for raw in lines:
            on_line(raw.decode("utf-8", "replace").rstrip("\n"))

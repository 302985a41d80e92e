"""Starts servers for tests on free ports and ends them for certain."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path


def free_port() -> int:
    """A TCP port of the loopback address that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def wait_until(is_so: Callable[[], object], *, seconds: float, what: str, every: float = 0.05) -> None:
    """Wait for ``is_so()``; an AssertionError says what did not come in time."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise AssertionError(f"after {seconds} s still not so: {what}")
        time.sleep(every)


def listens(port: int) -> bool:
    """Whether somebody answers on this port of the loopback address."""
    with socket.socket() as caller:
        caller.settimeout(0.5)
        return caller.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def running(
    command: Sequence[str | Path],
    *,
    log: Path,
    environ: Mapping[str, str] | None = None,
    folder: Path | None = None,
    stop_with: signal.Signals = signal.SIGTERM,
) -> Iterator[subprocess.Popen[bytes]]:
    """A process of its own group, with its output in ``log``; the whole group is ended afterwards."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=None if environ is None else dict(environ),
            cwd=folder,
            process_group=0,
        )
    try:
        yield process
    finally:
        end(process, stop_with)


def end(process: subprocess.Popen[bytes], stop_with: signal.Signals, *, seconds: float = 10) -> None:
    """End a process that leads a group, with this signal and patience; then what is left of the group."""
    process.send_signal(stop_with)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()

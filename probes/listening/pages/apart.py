"""Reads pages in processes of their own: a page can keep any parser busy, and no thread can be ended.

The process has no environment and no more memory than a page needs; what it answers is checked as what
anybody sends.
"""

import logging
import math
import os
import pickle
import resource
import selectors
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from queue import LifoQueue
from typing import IO

import msgspec

from probes.listening.pages.pages import read_page
from probes.listening.sources import PageError, PostsPage, SourceSpec

# A process that gets none of the processor is not to blame a page for it, nor to be waited for without end.
MOST_SECONDS = 60.0
PROCESSES = 2
logger = logging.getLogger(__name__)
_HEAD = struct.Struct("!Q")
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What one page may take: seconds of the processor, and bytes of address space in all.

    Four megabytes of sound HTML take one second and 200 MB.
    """

    cpu_s: int = 5
    memory: int = 1 << 30


class _PageAnswer(msgspec.Struct, frozen=True):
    """What the process says: a page, or why it is none."""

    page: PostsPage | None = None
    error: str = ""


class PageReader:
    """Reads pages for any number of threads, at most ``processes`` at a time."""

    def __init__(self, bounds: Bounds = Bounds(), *, processes: int = PROCESSES) -> None:
        self._bounds = bounds
        self._free: LifoQueue[_Process | None] = LifoQueue()
        for _ in range(processes):
            self._free.put(None)

    def read(self, spec: SourceSpec, body: bytes, *, content_type: str, url: str, now: datetime) -> PostsPage:
        """As :func:`read_page`; :class:`PageError` also where a page takes too long or too much memory."""
        asked = pickle.dumps((spec, body, content_type, url, now))
        with self._process() as process:
            answer = process.ask(asked)
        if answer.page is None:
            raise PageError(answer.error)
        return answer.page

    def close(self) -> None:
        """End the processes; the next page gets a new one."""
        for _ in range(self._free.qsize()):
            process = self._free.get()
            if process is not None:
                process.end()
            self._free.put(None)

    @contextmanager
    def _process(self) -> Iterator["_Process"]:
        process = self._free.get()
        try:
            if process is None or not process.is_alive():
                process = _Process(self._bounds)
            yield process
        except BaseException:
            if process is not None:
                process.end()
            process = None
            raise
        finally:
            self._free.put(process)


class _Process:
    """One process that reads pages, and ends with the one that began it."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        serve = f"from {__name__} import serve; serve({bounds.cpu_s}, {bounds.memory})"
        self._child = subprocess.Popen(
            [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path!r}; {serve}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={},
        )

    def is_alive(self) -> bool:
        return self._child.poll() is None

    def end(self) -> None:
        self._child.kill()
        for pipe in (self._child.stdin, self._child.stdout):
            with suppress(OSError):
                _pipe(pipe).close()
        self._child.wait()

    def ask(self, asked: bytes) -> _PageAnswer:
        """Have one page read; PageError where it takes too long, or the process ends of it."""
        deadline = time.monotonic() + MOST_SECONDS
        try:
            stdin = _pipe(self._child.stdin)
            stdin.write(_HEAD.pack(len(asked)) + asked)
            stdin.flush()
            (size,) = _HEAD.unpack(self._came(_HEAD.size, deadline))
            return msgspec.msgpack.decode(self._came(size, deadline), type=_PageAnswer)
        except TimeoutError as error:
            raise PageError(f"was not read within {MOST_SECONDS:g} s") from error
        except (OSError, EOFError, msgspec.DecodeError) as error:
            self._child.kill()
            if self._child.wait() == -signal.SIGXCPU:
                raise PageError(f"takes more than {self._bounds.cpu_s} s of the processor") from error
            raise PageError("cannot be read: whoever read it broke down of it") from error

    def _came(self, size: int, deadline: float) -> bytes:
        stdout, came = _pipe(self._child.stdout).fileno(), bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            while len(came) < size:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise TimeoutError
                chunk = os.read(stdout, min(_CHUNK, size - len(came)))
                if not chunk:
                    raise EOFError
                came += chunk
        return bytes(came)


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe


def serve(cpu_s: int, memory: int) -> None:
    """What the process does: read a page, answer, until its input ends."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    while head := stdin.read(_HEAD.size):
        (size,) = _HEAD.unpack(head)
        used = math.ceil(time.process_time())
        resource.setrlimit(resource.RLIMIT_CPU, (used + cpu_s, resource.RLIM_INFINITY))
        answer = msgspec.msgpack.encode(_read(stdin.read(size)))
        stdout.write(_HEAD.pack(len(answer)) + answer)
        stdout.flush()


def _read(asked: bytes) -> _PageAnswer:
    spec, body, content_type, url, now = pickle.loads(asked)
    try:
        return _PageAnswer(page=read_page(spec, body, content_type=content_type, url=url, now=now))
    except PageError as error:
        return _PageAnswer(error=str(error))
    except MemoryError:
        return _PageAnswer(error="takes more memory than a page may")
    except Exception as error:
        # The web holds more than was thought of, and no source may fail unseen.
        logger.exception("%s: could not be read", spec.slug)
        return _PageAnswer(error=f"could not be read: {type(error).__name__}: {error}")

"""Starts the parts of the demo in their order, tells where to look, and ends them together."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.error import HTTPError
from urllib.request import urlopen

from statuspage.demo.family import ProcessGroup, ProcessMember, how_it_ended
from statuspage.demo.places import InTheWayError

LOOK_SECONDS = 0.25
READY_SECONDS = 90.0


class PartEndedError(Exception):
    """A part of the demo ended by itself: the message says which and how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPlace:
    """Where the web server listens, and its address for a reader's browser."""

    host: str
    port: int

    @property
    def url(self) -> str:
        shown = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host
        return f"http://{shown}:{self.port}"


class Stopped:
    """Becomes true when the demo is told to end: by a signal, or because the `make` that runs it is gone."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._parent = os.getppid() if os.environ.get("MAKELEVEL") else None
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self._event.set())

    def wait(self, seconds: float) -> bool:
        """Whether it is so now, after at most this long."""
        orphaned = self._parent is not None and os.getppid() != self._parent
        return orphaned or self._event.wait(seconds)


class Show:
    """The demo as it runs: starts its parts, waits for them and watches them."""

    def __init__(self, *, family: ProcessGroup, stopped: Stopped) -> None:
        self._family, self._stopped = family, stopped

    def start(self, name: str, *words: str, on_line: Callable[[str], None] | None = None) -> ProcessMember:
        """Start a part, a command of this Python."""
        return self._family.start(name, *words, on_line=on_line)

    def wait_for(self, is_so: Callable[[], bool], *, what: str) -> bool:
        """Wait until ``is_so()``; False where the demo was told to end meanwhile.

        Raises PartEndedError where a part ends, InTheWayError where it takes too long.
        """
        deadline = time.monotonic() + READY_SECONDS
        while not is_so():
            if self._stopped.wait(LOOK_SECONDS):
                return False
            self._look()
            if time.monotonic() > deadline:
                raise InTheWayError(f"{what} took more than {READY_SECONDS:.0f} s; run `make demo` again")
        return True

    def finish(self, member: ProcessMember) -> bool:
        """Wait for a part that is meant to end; False where the demo was told to end meanwhile."""
        while member.process.poll() is None:
            if self._stopped.wait(LOOK_SECONDS):
                return False
        if member.process.returncode != 0:
            raise PartEndedError(how_it_ended(member))
        self._family.forget(member)
        return True

    def watch(self) -> None:
        """Until the demo is told to end; raises PartEndedError where a part ends by itself."""
        while not self._stopped.wait(LOOK_SECONDS):
            self._look()

    def _look(self) -> None:
        ended = self._family.ended()
        if ended is not None:
            raise PartEndedError(how_it_ended(ended))


def answers(url: str) -> bool:
    """Whether this address answers with a page."""
    return _status(url) == HTTPStatus.OK


def responds(url: str) -> bool:
    """Whether the server at this address is up, whatever it says."""
    return _status(url) is not None


def _status(url: str) -> int | None:
    try:
        with urlopen(url, timeout=2) as reply:
            return int(reply.status)
    except HTTPError as error:
        return error.code
    except OSError:
        return None


def say(line: str) -> None:
    """One line for whoever started the demo."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()

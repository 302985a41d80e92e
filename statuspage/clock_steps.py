"""Tells a clock that was set right from one that was set wrong, by the time since the machine was started.

A clock that is ahead has to be followed: a machine that stood still wakes up like that. When it then goes
back, that was an error set right. Without such an error before, a clock that goes back fell behind itself; to
follow it would take all that was measured in that hour for an error. So the site goes on by the time since
the start, until the clock is back or has stood by what it says for ten minutes.
"""

import logging
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec

log = logging.getLogger(__name__)

# What differs by less is drift, or a question that took long.
STEP_S = 5.0
# A clock is believed when it has stood by what it tells for so long.
LONGEST_DOUBT_S = 600.0
# By so much the site's clock may drift before the others of the machine are told.
DRIFT_S = 1.0
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fall:
    """A clock that is further back than ever: by what it tells, and since when."""

    offset_s: float
    since_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """By what a machine's processes go; offsets are moments in seconds since 1970 less those since the start.

    ``offset_s`` is followed since ``since_s`` (seconds since the start); ``least_s`` is the least that was
    followed in the last ten minutes, or before a step ahead that is not older: back to there a clock is only
    set right. ``boot`` is which start of the machine this is.
    """

    boot: str
    offset_s: float
    least_s: float
    since_s: float
    fall: Fall | None = None

    def after(self, offset_s: float, up_s: float) -> "Anchor":
        """As it is when the clock tells ``offset_s`` at ``up_s``: its own is the one to be followed then."""
        if abs(offset_s - self.offset_s) <= STEP_S:
            least_s = self.least_s + offset_s - self.offset_s
            if up_s - self.since_s >= LONGEST_DOUBT_S:
                least_s = offset_s
            return replace(self, offset_s=offset_s, least_s=least_s, fall=None)
        if offset_s >= self.least_s - STEP_S:
            least_s = min(self.least_s, offset_s)
            return replace(self, offset_s=offset_s, least_s=least_s, since_s=up_s, fall=None)
        fall = self.fall
        if fall is None or abs(fall.offset_s - offset_s) > STEP_S:
            fall = Fall(offset_s=offset_s, since_s=up_s)
        if up_s - fall.since_s >= LONGEST_DOUBT_S:
            return replace(self, offset_s=offset_s, least_s=offset_s, since_s=fall.since_s, fall=None)
        return replace(self, fall=fall)


class SteadyClock:
    """Follows a clock that may be set. The anchor stands in ``file``, for all processes of this machine."""

    def __init__(self, file: Path) -> None:
        self._file, self._boot = file, _boot()
        self._anchor: Anchor | None = None
        self._written_s = 0.0  # the offset that stands in the file
        self._can_write = True
        self._turn = threading.Lock()

    def at(
        self, told: datetime, up_s: float, *, noted: Callable[[], datetime | None] = lambda: None
    ) -> datetime:
        """What time it is for the site where the clock told ``told`` at ``up_s``.

        ``noted`` is asked where nothing is known on this machine: a moment that is past for the site.
        """
        if not self._boot:
            return told
        offset_s = told.timestamp() - up_s
        with self._turn:
            before = self._anchor
            if before is None or (self._can_write and abs(offset_s - before.offset_s) > STEP_S):
                # Another process may have seen it before.
                before = self._read() or before or self._first(offset_s, up_s, noted())
            after = before.after(offset_s, up_s)
            self._keep(before, after)
        followed = abs(after.offset_s - offset_s) <= STEP_S
        return told if followed else datetime.fromtimestamp(up_s + after.offset_s, UTC)

    def _first(self, offset_s: float, up_s: float, noted: datetime | None) -> Anchor:
        least_s = offset_s if noted is None else max(offset_s, noted.timestamp() - up_s)
        return Anchor(boot=self._boot, offset_s=least_s, least_s=least_s, since_s=up_s)

    def _keep(self, before: Anchor, after: Anchor) -> None:
        stepped = abs(after.offset_s - before.offset_s) > STEP_S
        if after.fall and after.fall != before.fall:
            log.error("the clock fell behind by %.0f s: in doubt", after.offset_s - after.fall.offset_s)
        elif stepped:
            log.error("the clock was set by %+.0f s", after.offset_s - before.offset_s)
        is_first = self._anchor is None
        self._anchor = after
        drifted = abs(after.offset_s - self._written_s) > DRIFT_S
        if is_first or stepped or drifted or after.fall != before.fall or after.least_s > before.least_s + 1:
            self._write(after)

    def _read(self) -> Anchor | None:
        with suppress(OSError, msgspec.DecodeError):
            anchor = msgspec.json.decode(self._file.read_bytes(), type=Anchor)
            return anchor if anchor.boot == self._boot else None
        return None

    def _write(self, anchor: Anchor) -> None:
        new = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        try:
            new.write_bytes(msgspec.json.encode(anchor))
            new.replace(self._file)
        except OSError:
            # As on a full disk: until it can be, this process goes by what it saw itself.
            self._can_write = False
            with suppress(OSError):
                new.unlink()
        else:
            self._can_write, self._written_s = True, anchor.offset_s


def up_s() -> float:
    """Seconds since this machine was started, or by a clock that is as steady."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def _boot() -> str:
    """Which start of the machine this is; empty where the system does not tell."""
    with suppress(OSError):
        return BOOT_ID.read_text(encoding="ascii").strip()
    return ""

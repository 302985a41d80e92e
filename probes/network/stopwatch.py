"""Times a request by phase, and knows how far it came."""

import time
from datetime import datetime
from enum import StrEnum


class Phase(StrEnum):
    """What a request is waiting for."""

    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    FIRST_BYTE = "first_byte"
    BODY = "body"


class Stopwatch:
    """Which phase a request is in, how many milliseconds each one took, and what came so far."""

    def __init__(self) -> None:
        self.phase: Phase | None = None
        self.last_phase: Phase | None = None
        self.certificate_expires_at: datetime | None = None
        self.at_proxy = ""  # which one we are at, as long as it has not let us through
        self.status: int | None = None
        self.body_bytes = 0
        self._spent: dict[str, float] = {}
        self._since = time.perf_counter()
        self._began = self._since

    def enter(self, phase: Phase | None) -> None:
        """End the phase that is running and begin another, or none."""
        now = time.perf_counter()
        # What we need before the first phase, such as a new process its imports, is not the other side's.
        if not self._spent and self.phase is None:
            self._began = now
        if self.phase is not None:
            self.last_phase = self.phase
            self._spent[self.phase] = self._spent.get(self.phase, 0.0) + (now - self._since) * 1000
        self.phase, self._since = phase, now

    @property
    def spent_ms(self) -> dict[str, float]:
        """Milliseconds by phase, of those that have ended."""
        return {phase: round(spent, 3) for phase, spent in self._spent.items()}

    @property
    def total_ms(self) -> float:
        return (time.perf_counter() - self._began) * 1000

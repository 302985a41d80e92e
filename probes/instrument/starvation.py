"""Notices when the monitor itself gets too little of the processor to be believed."""

import asyncio
import math
import time

STEP_S = 0.05


class StarvationWatch:
    """Sleeps in small steps and sums up by how much it woke too late.

    ``waited_s`` (seconds, never falls) grows while this process waits for a processor or blocks its own loop.
    """

    def __init__(self) -> None:
        self._noted_s, self._due = 0.0, math.inf

    @property
    def waited_s(self) -> float:
        """Also what it did not wake up to see yet: whoever asks may be the first to run after a wait."""
        return self._noted_s + max(0.0, time.monotonic() - self._due)

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            self._due = time.monotonic() + STEP_S
            await asyncio.sleep(STEP_S)
            self._noted_s = self.waited_s

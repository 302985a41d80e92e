"""Notices when the monitor itself gets too little of the processor to be believed."""

import asyncio

STEP_S = 0.05


class StarvationWatch:
    """Sleeps in small steps and sums up by how much it woke too late.

    ``waited_s`` (seconds, never falls) grows while this process waits for a processor or blocks its own loop.
    """

    def __init__(self) -> None:
        self.waited_s = 0.0

    async def run(self) -> None:
        """Watch until cancelled."""
        loop = asyncio.get_running_loop()
        due = loop.time() + STEP_S
        while True:
            await asyncio.sleep(STEP_S)
            now = loop.time()
            self.waited_s += max(0.0, now - due)
            due = now + STEP_S

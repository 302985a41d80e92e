"""How fast checks begin that are due at the same time."""

import asyncio

# Beginning so many takes less than a millisecond. One by one, each turn of the loop, which then finds hardly
# anything to do, would cost a fifth of a check.
TOGETHER = 4


class Stride:
    """Lets the loop read what came for others after every few that begin.

    Else all that are due at once would time each other's beginning.
    """

    def __init__(self) -> None:
        self._begun = 0

    async def step(self) -> None:
        """One more has begun."""
        self._begun += 1
        if self._begun % TOGETHER == 0:
            await asyncio.sleep(0)

"""What came of checks until it is stored: for some minutes, where the database does not answer."""

import logging
import threading
from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta

from statuspage.monitoring.check_loop import EndedCheck

# At about a kilobyte each; and what is older would say nothing any more that anybody waits for.
MOST_HELD = 50_000
LONGEST_HELD = timedelta(minutes=10)

log = logging.getLogger(__name__)


class HeldRuns:
    """A queue of results in the order in which they came, for one that stores and any number that put."""

    def __init__(self, most: int = MOST_HELD) -> None:
        self._ended: deque[EndedCheck] = deque(maxlen=most)
        self._changed = threading.Condition()
        self._dropped = 0

    def __len__(self) -> int:
        return len(self._ended)

    def put(self, ended: EndedCheck) -> None:
        """Hold one more; where there are too many, the oldest goes."""
        with self._changed:
            self._dropped += len(self._ended) == self._ended.maxlen
            self._ended.append(ended)
            self._changed.notify()

    def wait(self, seconds: float) -> bool:
        """Whether there is any, after at most so long."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self._ended) > 0, seconds)

    def oldest(self, most: int) -> Sequence[EndedCheck]:
        """The oldest, which stay until they are :meth:`forget`-ten."""
        with self._changed:
            return [self._ended[place] for place in range(min(most, len(self._ended)))]

    def forget(self, stored: Sequence[EndedCheck]) -> None:
        """What is stored, or never can be."""
        gone = set(map(id, stored))
        with self._changed:
            # Others may have been put meanwhile, and the oldest have gone for it.
            while self._ended and id(self._ended[0]) in gone:
                self._ended.popleft()

    def forget_older(self, now: datetime) -> None:
        """Let go what nobody waits for any more, and tell how many were lost."""
        with self._changed:
            while self._ended and self._ended[0].given.order.tick < now - LONGEST_HELD:
                self._ended.popleft()
                self._dropped += 1
            dropped, self._dropped = self._dropped, 0
        if dropped:
            log.error("%d results were lost: they could not be stored for too long", dropped)

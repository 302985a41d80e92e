"""Makes a few quick examinations side by side, each within its time, and keeps what came of them."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock, Thread
from time import monotonic

log = logging.getLogger(__name__)
# Whoever asks gives up after some seconds himself.
LIMIT_S = 2.0
# However often it is asked for, there is one round in so long a time.
KEPT_S = 5.0
HANGS = "does not answer in time"
BROKE = "could not be examined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """What the site needs, and how to see what is wrong with it; ``wrong`` gives "" where nothing is."""

    name: str
    wrong: Callable[[], str]


class Readiness:
    """What is wrong with what the site needs, by its name; asked for by any number of threads."""

    def __init__(
        self,
        requirements: Sequence[Requirement],
        *,
        limit_s: float = LIMIT_S,
        kept_s: float = KEPT_S,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._requirements = requirements
        self._limit_s, self._kept_s, self._clock = limit_s, kept_s, clock
        self._lock = Lock()
        self._found: dict[str, str] = {}
        self._until: float | None = None
        self._hanging: dict[str, Thread] = {}

    def wrong(self) -> dict[str, str]:
        """The reasons by requirement, "" where it is met; at most ``kept_s`` old."""
        with self._lock:
            if self._until is None or self._clock() >= self._until:
                self._found = self._round()
                self._until = self._clock() + self._kept_s
            return dict(self._found)

    def _round(self) -> dict[str, str]:
        """One examination of each, but for those of which the last one has not ended yet."""
        found = {each.name: HANGS for each in self._requirements}
        for each in self._requirements:
            if each.name not in self._hanging:
                thread = Thread(target=_examine, args=(each, found), daemon=True)
                self._hanging[each.name] = thread
                thread.start()
        ends = monotonic() + self._limit_s
        for name, thread in list(self._hanging.items()):
            thread.join(max(0.0, ends - monotonic()))
            if not thread.is_alive():
                del self._hanging[name]
        return dict(found)


def _examine(requirement: Requirement, into: dict[str, str]) -> None:
    try:
        into[requirement.name] = requirement.wrong()
    except Exception as error:
        log.debug("examination of %s", requirement.name, exc_info=True)
        # Its class alone: texts of errors may name hosts and users.
        into[requirement.name] = f"{BROKE}: {type(error).__name__}"

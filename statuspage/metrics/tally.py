"""Counts in memory what a process does, until it is added to what all processes counted."""

import bisect
import json
import threading
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# Upper bounds of buckets, in seconds.
BOUNDS: tuple[float, ...] = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
BOUND_NAMES = (*(f"{bound:g}" for bound in BOUNDS), "+Inf")
SUM = "sum"


class SiteCount(StrEnum):
    """What is counted; the labels of each, in order."""

    REQUESTS = "http_requests"  # method, view, status
    REQUEST_SECONDS = "http_seconds"  # view, bound or sum
    TASKS = "tasks"  # task, result
    TASK_SECONDS = "task_seconds"  # task, bound or sum
    CPU_SECONDS = "cpu_seconds"  # role


Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Increments:
    """What was counted since it was last taken, by name and labels, and when tasks ended well."""

    counts: dict[Key, float]
    succeeded: dict[str, datetime]


class SiteTally:
    """For many threads. Labels must come from a bounded set: whatever is counted once stays."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: defaultdict[Key, float] = defaultdict(float)
        self._succeeded: dict[str, datetime] = {}

    def add(self, name: SiteCount, labels: Sequence[str], amount: float = 1.0) -> None:
        """Count under a name and its labels."""
        with self._lock:
            self._counts[_key(name, labels)] += amount

    def took(self, name: SiteCount, label: str, seconds: float) -> None:
        """Count a duration in the one bucket that it belongs to; readers add the buckets up."""
        bound = BOUND_NAMES[bisect.bisect_left(BOUNDS, seconds)]
        self.add(name, [label, bound])
        self.add(name, [label, SUM], seconds)

    def succeeded(self, task: str, at: datetime) -> None:
        """A task ended well."""
        with self._lock:
            self._succeeded[task] = at

    def take(self) -> Increments:
        """All of it, and begin anew."""
        with self._lock:
            counts, self._counts = dict(self._counts), defaultdict(float)
            succeeded, self._succeeded = self._succeeded, {}
        return Increments(counts=counts, succeeded=succeeded)

    def put_back(self, increments: Increments) -> None:
        """What could not be stored is taken again later."""
        with self._lock:
            for key, amount in increments.counts.items():
                self._counts[key] += amount
            self._succeeded = {**increments.succeeded, **self._succeeded}


def _key(name: SiteCount, labels: Sequence[str]) -> Key:
    return name.value, json.dumps(labels, separators=(",", ":"))


TALLY = SiteTally()

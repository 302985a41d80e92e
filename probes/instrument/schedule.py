"""When a probe is due: a slot in its interval that follows from its slug, so load spreads without state."""

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def slot_of(slug: str, interval_s: float) -> timedelta:
    """How long after the start of each interval (seconds since the epoch, floored) the probe is due."""
    fraction = int.from_bytes(blake2b(slug.encode(), digest_size=8).digest(), "big") / 2**64
    return timedelta(microseconds=int(fraction * interval_s * 1_000_000))


class Timetable(Generic[Key]):
    """When each of many probes is due: to find out costs by how much is due, not by how many there are.

    Made of ``(key, slug, interval_s)``: a probe is due at its slot after the start of each of its intervals.
    """

    def __init__(self, probes: Iterable[tuple[Key, str, float]]) -> None:
        by_interval: dict[int, list[tuple[int, Key]]] = {}
        for key, slug, interval_s in probes:
            interval = _interval(interval_s) // _MICROSECOND
            slot = slot_of(slug, interval_s) // _MICROSECOND % interval
            by_interval.setdefault(interval, []).append((slot, key))
        # Of each interval the slots in order, and whose they are.
        self._rounds: list[tuple[int, list[int], list[Key]]] = []
        for interval, slots in by_interval.items():
            slots.sort(key=lambda pair: pair[0])
            self._rounds.append((interval, [slot for slot, _ in slots], [key for _, key in slots]))

    def due(self, since: datetime, now: datetime) -> Iterator[tuple[Key, datetime]]:
        """Every key with each instant in (since, now] at which it is due; those of one interval in order."""
        first, last = (since - _EPOCH) // _MICROSECOND, (now - _EPOCH) // _MICROSECOND
        for interval, slots, keys in self._rounds:
            for start in range(first - first % interval, last + 1, interval):
                begin, end = bisect_right(slots, first - start), bisect_right(slots, last - start)
                for place in range(begin, end):
                    yield keys[place], _EPOCH + timedelta(microseconds=start + slots[place])


def run_id(slug: str, tick: datetime) -> str:
    """A name of 32 hexadecimal digits for one run, the same for the same probe and tick everywhere."""
    text = f"{slug}@{tick.astimezone(UTC).isoformat(timespec='microseconds')}"
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _interval(interval_s: float) -> timedelta:
    if interval_s <= 0:
        raise ValueError(f"an interval must be positive, got {interval_s}")
    return max(timedelta(seconds=interval_s), _MICROSECOND)

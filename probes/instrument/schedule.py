"""When a probe is due: a slot in its interval that follows from its slug, so load spreads without state."""

from datetime import UTC, datetime, timedelta
from hashlib import blake2b

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def slot_of(slug: str, interval_s: float) -> timedelta:
    """How long after the start of each interval (seconds since the epoch, floored) the probe is due."""
    fraction = int.from_bytes(blake2b(slug.encode(), digest_size=8).digest(), "big") / 2**64
    return timedelta(microseconds=int(fraction * interval_s * 1_000_000))


def tick_at(slug: str, interval_s: float, now: datetime) -> datetime:
    """The last instant at or before ``now`` at which the probe was due; ``interval_s`` is above 0."""
    interval = _interval(interval_s)
    slot = slot_of(slug, interval_s)
    return _EPOCH + slot + (now - _EPOCH - slot) // interval * interval


def due_ticks(slug: str, interval_s: float, *, since: datetime, now: datetime) -> list[datetime]:
    """Every instant in (since, now] at which the probe was due, oldest first."""
    interval = _interval(interval_s)
    tick = tick_at(slug, interval_s, now)
    ticks: list[datetime] = []
    while tick > since:
        ticks.append(tick)
        tick -= interval
    ticks.reverse()
    return ticks


def run_id(slug: str, tick: datetime) -> str:
    """A name of 32 hexadecimal digits for one run, the same for the same probe and tick everywhere."""
    text = f"{slug}@{tick.astimezone(UTC).isoformat(timespec='microseconds')}"
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _interval(interval_s: float) -> timedelta:
    if interval_s <= 0:
        raise ValueError(f"an interval must be positive, got {interval_s}")
    return max(timedelta(seconds=interval_s), _MICROSECOND)

"""How busy the pretended world is at each minute of the local day."""

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

SITE_ZONE = "Asia/Shanghai"
# Relative load at each full hour, local time: a quiet night, lunch and a long evening; the mean is 1.
_HOURS = (
    0.45, 0.28, 0.2, 0.15, 0.15, 0.22, 0.45, 0.85, 1.1, 1.15, 1.2, 1.55,
    1.75, 1.3, 1.1, 1.1, 1.2, 1.5, 1.75, 1.8, 1.75, 1.5, 1.1, 0.7,
)  # fmt: skip


def _by_minute() -> tuple[float, ...]:
    mean = sum(_HOURS) / 24
    minutes: list[float] = []
    for hour in range(24):
        here, after = _HOURS[hour], _HOURS[(hour + 1) % 24]
        minutes += [(here + (after - here) * minute / 60) / mean for minute in range(60)]
    return tuple(minutes)


_MINUTES = _by_minute()


@lru_cache(maxsize=4096)
def _offset_s(zone: str, quarter_hour: int) -> int:
    """Seconds east of UTC in this quarter of an hour (offsets change at quarters only)."""
    offset = datetime.fromtimestamp(quarter_hour * 900, UTC).astimezone(ZoneInfo(zone)).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


def load(second: float, zone: str = SITE_ZONE) -> float:
    """The load at a moment (seconds since 1970), about 0.15 at night to 1.8 in the evening; its mean is 1."""
    whole = int(second)
    return _MINUTES[(whole + _offset_s(zone, whole // 900)) % 86400 // 60]

"""How busy the pretended world is at each minute of the local day."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

SITE_ZONE = ZoneInfo("Asia/Shanghai")
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
def _minute_of_day(quarter_hour: int) -> int:
    """Where the local day is at the start of this quarter of an hour; a zone's offset changes at one only."""
    local = datetime.fromtimestamp(quarter_hour * 900, SITE_ZONE)
    return local.hour * 60 + local.minute


def load(second: float) -> float:
    """The load at a moment (seconds since 1970), about 0.15 at night to 1.8 in the evening; its mean is 1."""
    quarter_hour, rest = divmod(int(second), 900)
    return _MINUTES[_minute_of_day(quarter_hour) + rest // 60]

"""How often one person may have something tried: each time somebody else's machine is asked."""

from collections.abc import Sequence
from datetime import datetime, timedelta

MOST = 20
WITHIN = timedelta(minutes=5)


def wait_for(tries: Sequence[float], now: datetime) -> int:
    """How many seconds to wait before another try; 0 for none. ``tries`` are the moments of earlier ones."""
    recent = _recent(tries, now)
    if len(recent) < MOST:
        return 0
    return int(recent[-MOST] + WITHIN.total_seconds() - now.timestamp()) + 1


def with_try(tries: Sequence[float], now: datetime) -> list[float]:
    """The moments that are to be remembered when one more is made."""
    return [*_recent(tries, now), now.timestamp()][-MOST:]


def _recent(tries: Sequence[float], now: datetime) -> list[float]:
    # A moment that lies ahead is left of a clock that was wrong.
    since = (now - WITHIN).timestamp()
    return [moment for moment in tries if since < moment <= now.timestamp()]

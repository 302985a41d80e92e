"""Epoch seconds, which the detector counts in, as the moments that it tells."""

from datetime import UTC, datetime


def moment(epoch_seconds: float) -> datetime:
    """Aware UTC datetime of seconds since the epoch, to the millisecond."""
    return datetime.fromtimestamp(round(epoch_seconds, 3), UTC)

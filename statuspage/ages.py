"""How old what is known may be before the page says that nobody knows; it needs no Django."""

from datetime import datetime, timedelta

# Without newer conclusions than this nobody may say how things stand.
BLIND_AFTER = timedelta(seconds=120)
# A page that is not renewed tells as little as one that is renewed without new conclusions.
STALE_AFTER_S = round(BLIND_AFTER.total_seconds())


def as_of(made: datetime, known_until: datetime | None) -> datetime:
    """The moment from which on a page grows old: it is no newer than what it knows.

    One that says itself that nobody knows needs no doubt, and is as old as it is.
    """
    if known_until is None or made - known_until > BLIND_AFTER:
        return made
    return min(made, known_until)


def is_stale(at: datetime, now: datetime, *, after: timedelta = BLIND_AFTER) -> bool:
    """Whether a page of ``at`` is too old; one that a clock made which is as far ahead tells no more."""
    return abs(now - at) > after

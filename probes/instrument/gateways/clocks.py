"""Whose clock is off: what an answer says of its own time, beside ours; and the time that China keeps."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from probes.network.exchange import Reply

CHINA = timezone(timedelta(hours=8))
# So far apart two clocks that are kept by NTP never are, and an answer never takes so long.
_NOTABLE = timedelta(minutes=2)


def stated_by(reply: Reply) -> datetime | None:
    """The moment (UTC) in the ``Date`` header of a reply; None where there is none that can be read."""
    try:
        at = parsedate_to_datetime(reply.headers.get("date", ""))
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def difference_in_words(ours: datetime, theirs: datetime) -> str:
    """By how much our clock differs, such as "10 minutes ahead of"."""
    seconds = (ours - theirs).total_seconds()
    minutes = round(abs(seconds) / 60)
    amount = f"{minutes} minutes" if minutes < 120 else f"{round(minutes / 60)} hours"
    return f"{amount} {'ahead of' if seconds > 0 else 'behind'}"


def clock_note(reply: Reply, now: datetime) -> str:
    """A sentence about our clock where it differs notably from the one that answered; "" else."""
    dated = stated_by(reply)
    if dated is None or abs(dated - now) < _NOTABLE:
        return ""
    return f"our clock is {difference_in_words(now, dated)} the one that answered"

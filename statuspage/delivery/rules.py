"""What a delivery goes through, when it is tried again, and when it is given up: pure functions."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

# After the first try, and so on. What is news is old after some hours.
PAUSES = (
    timedelta(seconds=15),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=20),
    timedelta(hours=1),
    timedelta(hours=2),
)
# Who was handed a delivery has noted what came of it by then, or has ended.
LEASE = timedelta(seconds=60)
LONGEST_PAUSE = timedelta(hours=6)


class Channel(StrEnum):
    """By what somebody is told."""

    PUSH = "push"


class Stage(StrEnum):
    """How far a delivery has come."""

    WAITING = "waiting"
    SENT = "sent"
    GONE = "gone"  # the recipient is there no more
    GIVEN_UP = "given_up"
    OUTDATED = "outdated"  # something newer of the same incident is told instead


class Reception(StrEnum):
    """What came of one try."""

    TAKEN = "taken"
    GONE = "gone"
    LATER = "later"  # not now: it is busy, away, or slow
    REFUSED = "refused"  # it would be refused again


@dataclass(frozen=True, slots=True, kw_only=True)
class SendAttempt:
    """One try, with what the other side ``asked`` us to wait, if it did."""

    answered: Reception
    asked: timedelta | None = None
    detail: str = ""


def answered_by(status: int) -> Reception:
    """What a push service means by an HTTP status (RFC 8030, 5 and 8.4)."""
    if 200 <= status < 300:
        return Reception.TAKEN
    if status in {404, 410}:
        return Reception.GONE
    if status in {408, 425, 429} or status >= 500:
        return Reception.LATER
    return Reception.REFUSED


def stage_after(tried: SendAttempt, attempts: int) -> tuple[Stage, timedelta]:
    """Where a delivery stands after its last of so many ``attempts``, and for how long it waits."""
    ends = {Reception.TAKEN: Stage.SENT, Reception.GONE: Stage.GONE, Reception.REFUSED: Stage.GIVEN_UP}
    if tried.answered in ends:
        return ends[tried.answered], timedelta()
    if attempts > len(PAUSES):
        return Stage.GIVEN_UP, timedelta()
    pause = max(PAUSES[attempts - 1], tried.asked or timedelta())
    return Stage.WAITING, min(pause, LONGEST_PAUSE)

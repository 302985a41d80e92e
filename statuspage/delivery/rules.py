"""What a delivery goes through, when it is tried again, joined, dropped or given up: pure functions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from probes.vocabulary.telling import Channel, NewsKind, Stage

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
LEASE = timedelta(seconds=120)
LONGEST_PAUSE = timedelta(hours=6)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How a channel is used.

    Whether it ``joins`` what waits in one message, ``drops`` what is over before it left, ``replaces``
    what is older of the same story, and how many messages one recipient gets in an hour.
    """

    joins: bool = True
    drops: bool = True
    replaces: bool = False
    per_hour: int = 12


HABITS = {
    Channel.PUSH: Habits(joins=False, drops=False, replaces=True, per_hour=60),
    # Programs keep count of what they are told: all of it, in order.
    Channel.WEBHOOK: Habits(joins=False, drops=False, per_hour=3600),
    Channel.TELEGRAM: Habits(per_hour=20),
}


def habits_of(channel: Channel) -> Habits:
    """How a channel is used."""
    return HABITS.get(channel, Habits())


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One delivery that waits for a recipient; those of one ``subject`` tell one story."""

    pk: int
    kind: NewsKind
    subject: str
    in_summary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """Of what waits for one recipient: what goes into the next message, and what is told no more."""

    told: tuple[int, ...]
    dropped: tuple[int, ...] = ()


def pack(waiting: Sequence[Waiting], *, knows: Collection[str], habits: Habits) -> Packed:
    """What the next message to a recipient holds of what waits, oldest first.

    ``knows`` are the subjects that the recipient was told of. A story that is over before its first word
    left is not told at all, unless a summary was asked for. A letter goes alone, and first.
    """
    letters = [item.pk for item in waiting if item.kind is NewsKind.LETTER]
    if letters:
        return Packed(told=(letters[0],))
    dropped = _outdated(waiting, knows=knows, habits=habits)
    left = [item.pk for item in waiting if item.pk not in dropped]
    told = left if habits.joins else left[:1]
    return Packed(told=tuple(told), dropped=tuple(sorted(dropped)))


def _outdated(waiting: Sequence[Waiting], *, knows: Collection[str], habits: Habits) -> set[int]:
    dropped: set[int] = set()
    for subject in {item.subject for item in waiting}:
        story = [item for item in waiting if item.subject == subject]
        if habits.replaces:
            dropped |= {item.pk for item in story[:-1]}
        elif habits.drops and subject not in knows and story[0].kind.begins and story[-1].kind.ends:
            dropped |= {item.pk for item in story if not item.in_summary}
    return dropped


def next_free(sent: int, hour: datetime | None, *, now: datetime, per_hour: int) -> datetime | None:
    """From when on a recipient that got ``sent`` messages in ``hour`` may get another one; None: now."""
    if hour is None or sent < per_hour or not hour <= now < hour + HOUR:
        return None
    return hour + HOUR


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

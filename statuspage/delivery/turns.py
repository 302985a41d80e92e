"""When an incident turned, to be over or to go on again, and how often it came back: pure functions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldStep:
    """What one entry of a timeline told: whether it is ``over``, and whether we were ``sure`` of it."""

    at: datetime
    over: bool
    sure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """An entry by which it was ``over``, or went on again; by then it had come back ``returns`` times."""

    at: datetime
    over: bool
    returns: int


def last_turn(timeline: Iterable[ToldStep]) -> Turn | None:
    """The last turn of a timeline, oldest entry first; None where it only goes on.

    What was given up as a suspicion does not come back: nobody was told that it is there.
    """
    turn, over, sure, returns = None, False, False, 0
    for told in timeline:
        if told.over != over:
            returns += over and sure
            turn = Turn(at=told.at, over=told.over, returns=returns)
        over, sure = told.over, told.sure
    return turn

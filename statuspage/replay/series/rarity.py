"""How rare an excursion is, by the excursions that a series made before."""

import math
from bisect import bisect_left, insort
from datetime import timedelta

# Excursions a week that may be told: in the first weeks, when hardly any is known, it comes to half of one.
_TOLD_PER_WEEK = 0.3
# Beyond the highest so far heights are taken to grow rare as a power of them (Pareto's tail: one half that
# something goes beyond it, a quarter of that twice as high).
_TAIL_POWER = 2.0
# One that hardly leaves the top of the quiet rows is not worth telling, even where it is the first.
_LEAST_HEIGHT = 1.5
# What was told and is so many times as high as all that was not is no burst.
_TOWERING = 5.0
# So many that were not told tell how high bursts are.
_FEW = 3
# In the first days what was seen so far says little of a week.
_LEAST_WATCHED = timedelta(days=5)
_WEEK = timedelta(days=7)


class Rarity:
    """Heights of past excursions, told ones and others, in order of size.

    On a series with bursts (an article passed on, clients that try again) thresholds that theory calls safe
    for a year fire every day. How often something as high came before needs no theory.
    """

    def __init__(self) -> None:
        self._told: list[float] = []
        self._untold: list[float] = []

    def learn(self, height: float, *, told: bool) -> None:
        """Take in an excursion that is over."""
        insort(self._of(told=told), height)

    def unlearn(self, height: float, *, told: bool) -> None:
        """Take back one that was learned: it goes on."""
        heights = self._of(told=told)
        del heights[bisect_left(heights, height)]

    def is_rare(self, height: float, watched: timedelta) -> bool:
        """Whether so few excursions as high are to be expected, after ``watched``, that this one is told."""
        return height >= _LEAST_HEIGHT and self.expected_per_week(height, watched) <= _TOLD_PER_WEEK

    def expected_per_week(self, height: float, watched: timedelta) -> float:
        """How many as high a week brings; none where there was no excursion yet. ``height`` is positive."""
        known = self._untold + self._told[: bisect_left(self._told, self._tower())]
        if not known:
            return 0.0
        higher = sum(other >= height for other in known)
        beyond = 0.5 * float(min(1.0, max(0.0, max(known) / height) ** _TAIL_POWER))
        return (higher + beyond) / (max(watched, _LEAST_WATCHED) / _WEEK)

    def _tower(self) -> float:
        """The height from which on what was told is no burst."""
        return _TOWERING * max(1.0, self._untold[-1]) if len(self._untold) >= _FEW else math.inf

    def _of(self, *, told: bool) -> list[float]:
        return self._told if told else self._untold

"""How the time of a function grows with what it is given: a ratio, which a busy machine leaves as it is."""

import time
from collections.abc import Callable
from typing import TypeVar

Given = TypeVar("Given")
TIMES_LARGER = 4
# Twice what growing with the size gives; growing by its square gives sixteen.
MOST_GROWTH = 2 * TIMES_LARGER


def growth(run: Callable[[Given], object], make: Callable[[int], Given], size: int) -> float:
    """CPU time for an input of four times the ``size`` over that for the ``size``, the best of five each."""
    return _best_s(run, make(TIMES_LARGER * size)) / _best_s(run, make(size))


def _best_s(run: Callable[[Given], object], given: Given) -> float:
    return min(_timed_s(run, given) for _ in range(5))


def _timed_s(run: Callable[[Given], object], given: Given) -> float:
    began = time.thread_time()
    run(given)
    return time.thread_time() - began

"""How the time of a function grows with what it is given: a ratio, which a busy machine leaves as it is."""

import gc
import time
from collections.abc import Callable
from typing import TypeVar

Given = TypeVar("Given")
TIMES_LARGER = 8
# Three times what growing with the size gives; growing by its square gives sixty-four.
MOST_GROWTH = 3 * TIMES_LARGER


def growth(run: Callable[[Given], object], make: Callable[[int], Given], size: int) -> float:
    """CPU time for an input of eight times the ``size`` over that for the ``size``, the best of ten each."""
    small, large = make(size), make(TIMES_LARGER * size)
    gc.disable()  # it would be charged to whoever made its last object
    try:
        # In turn, so that what else the machine does comes to both.
        times = [(_timed_s(run, small), _timed_s(run, large)) for _ in range(10)]
    finally:
        gc.enable()
    return min(large_s for _, large_s in times) / min(small_s for small_s, _ in times)


def _timed_s(run: Callable[[Given], object], given: Given) -> float:
    began = time.thread_time()
    run(given)
    return time.thread_time() - began

"""The event loop that asking runs on: uvloop, which takes a third off what a check costs, or asyncio's own."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

_Value = TypeVar("_Value")


def _maker() -> Callable[[], asyncio.AbstractEventLoop]:
    try:
        import uvloop
    except ImportError:  # it has no build for some systems
        return asyncio.new_event_loop
    return uvloop.new_event_loop


new_event_loop = _maker()


def run(coroutine: Coroutine[Any, Any, _Value]) -> _Value:
    """Like :func:`asyncio.run`."""
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(coroutine)

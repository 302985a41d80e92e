"""What asking runs on: uvloop, a third cheaper than asyncio's own loop, and enough connections."""

import asyncio
import resource
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

# Files that a process needs besides: the database, logs, modules, its broker.
_RESERVED = 200
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


def room_for(connections: int) -> int:
    """How many of them this process may have open at once; its own limit is raised as far as that takes."""
    limit, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = connections + _RESERVED
    if limit != resource.RLIM_INFINITY and limit < needed:
        limit = needed if most == resource.RLIM_INFINITY else min(needed, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, most))
    return connections if limit == resource.RLIM_INFINITY else max(1, min(connections, limit - _RESERVED))

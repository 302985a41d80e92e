"""Names to addresses, by this machine's resolver, so that one that hangs holds up nobody else.

Nothing is remembered: a name that stopped resolving is what a monitor is to see. But who asks for a name
while it is being looked up shares that lookup, so that a name holds one thread, however many ask for it.
"""

import asyncio
import socket
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache, lru_cache
from ipaddress import ip_address
from threading import Lock

from probes.network.names import REMEMBERED

# They are made when needed; each name that hangs holds one, for as long as the system's resolver waits.
RESOLVER_THREADS = 512


class UnresolvedError(OSError):
    """A host name that has no address."""


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host; :class:`UnresolvedError` where it has none. An address is its own."""
    if address := _as_address(host):
        return [address]
    try:
        return await _result(_lookups().of(host))
    except (socket.gaierror, UnicodeError) as error:
        raise UnresolvedError(f"{host}: {error}") from error


class Lookups:
    """The lookups that are going on in this process, whichever of its event loops asked."""

    def __init__(self, threads: int) -> None:
        self._lock = Lock()
        self._going_on: dict[str, Future[list[str]]] = {}
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="resolve")

    def of(self, host: str) -> Future[list[str]]:
        """The lookup of ``host``: the one that is going on, or a new one."""
        with self._lock:
            if host not in self._going_on:
                self._going_on[host] = self._threads.submit(self._look_up, host)
            return self._going_on[host]

    def _look_up(self, host: str) -> list[str]:
        try:
            found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
            return list(dict.fromkeys(str(entry[4][0]) for entry in found))
        finally:
            with self._lock:
                del self._going_on[host]


async def _result(lookup: "Future[list[str]]") -> list[str]:
    """What comes of a lookup; who no longer waits for it does not end it for the others."""
    loop, done = asyncio.get_running_loop(), asyncio.Event()

    def wake(_: object) -> None:
        # Who asked may have gone home, loop and all.
        if not loop.is_closed():
            loop.call_soon_threadsafe(done.set)

    lookup.add_done_callback(wake)
    await done.wait()
    return lookup.result()


@lru_cache(REMEMBERED)
def _as_address(host: str) -> str:
    """``host`` where it is an address, or ""."""
    if not (":" in host or host[-1:].isdigit()):
        return ""
    try:
        return str(ip_address(host))
    except ValueError:
        return ""


@cache
def _lookups() -> Lookups:
    return Lookups(RESOLVER_THREADS)

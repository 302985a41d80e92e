"""How a connection comes about: names resolved, addresses ordered, the first that answers taken."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TypeAlias

from probes.network.lookups import resolve
from probes.network.names import host_name, place_of

# RFC 8305, 5, "Connection Attempt Delay": after so long the next address is tried beside the one before.
STAGGER_S = 0.25
Guard: TypeAlias = Callable[[str, int, Sequence[str]], Sequence[str]]
Resolver: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]
Streams: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def anywhere(host: str, port: int, addresses: Sequence[str]) -> Sequence[str]:
    """The guard that lets every address be dialled."""
    return addresses


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialling:
    """How a connection is made.

    ``connect_to`` maps host:port to what is dialled instead. ``guard`` gets host, port and all the addresses
    of the host, and says which of them may be dialled, or raises OSError. ``patience_s`` limits each single
    wait, the whole of connecting being one; None waits for as long as the caller does.
    """

    connect_to: Mapping[str, str] = field(default_factory=dict)
    guard: Guard = anywhere
    patience_s: float | None = None
    resolve: Resolver = resolve

    def place(self, host: str, port: int) -> tuple[str, int]:
        """Where to dial for host and port."""
        wanted = (host_name(host), port)
        if not self.connect_to:
            return wanted
        instead = {place_of(asked): place_of(dialled) for asked, dialled in self.connect_to.items()}
        return instead.get(wanted, wanted)

    async def addresses(self, host: str, port: int) -> Sequence[str]:
        """What may be dialled for a host, in order."""
        found = await self.resolve(host, port)
        return self.guard(host, port, interleaved(found) if len(found) > 1 else found)


def interleaved(addresses: Iterable[str]) -> list[str]:
    """Addresses in the resolver's order, but the families in turn (RFC 8305, 4): one may be broken."""
    families: dict[bool, list[str]] = {}
    for address in addresses:
        families.setdefault(":" in address, []).append(address)
    return [address for turn in zip_longest(*families.values()) for address in turn if address]


async def first_connected(addresses: Sequence[str], port: int) -> Streams:
    """Connect to the first address that lets us (RFC 8305, 5: "happy eyeballs"); the others are dropped.

    The next one is tried when one has failed, or has said nothing for :data:`STAGGER_S`. Raises OSError
    where none lets us, TimeoutError where each of them ran into the kernel's limit.
    """
    if len(addresses) == 1:
        return await asyncio.open_connection(addresses[0], port)
    waiting = deque(addresses)
    attempts: set[asyncio.Task[Streams]] = set()
    failures: list[BaseException] = []
    winner: asyncio.Task[Streams] | None = None
    try:
        while winner is None and (waiting or attempts):
            if waiting:
                attempts.add(asyncio.create_task(asyncio.open_connection(waiting.popleft(), port)))
            done, _ = await asyncio.wait(
                attempts, timeout=STAGGER_S if waiting else None, return_when=asyncio.FIRST_COMPLETED
            )
            for attempt in done:
                error = attempt.exception()
                if error is None:
                    winner = winner or attempt
                else:
                    failures.append(error)
                    attempts.discard(attempt)
    finally:
        for attempt in attempts - {winner}:
            attempt.cancel()
            attempt.add_done_callback(_hang_up)
    if winner is None:
        raise _together(failures)
    return winner.result()


def _hang_up(attempt: "asyncio.Task[Streams]") -> None:
    if not attempt.cancelled() and attempt.exception() is None:
        attempt.result()[1].transport.abort()


def _together(failures: Sequence[BaseException]) -> BaseException:
    """One error for all addresses of a host."""
    if not failures:
        return OSError("no address to connect to")
    if len(failures) == 1:
        return failures[0]
    kind = TimeoutError if all(isinstance(failure, TimeoutError) for failure in failures) else OSError
    return kind("; ".join(str(failure) for failure in failures))

"""All connections of a front: who has kept it waiting too long, and who goes where there are too many."""

import socket
from collections.abc import Iterator
from typing import Protocol


class Guest(Protocol):
    """One connection: ``share`` is whose it is, ``until`` when its time is over."""

    share: bytes
    until: float

    @property
    def held_bytes(self) -> int:
        """How much memory it holds of what it sent."""

    def expire(self) -> None:
        """Its time is over."""

    def leave(self) -> None:
        """It goes at once, without a word."""


class Crowd:
    """Holds at most ``most`` guests, ``of_one`` of each share; to let in another one the slowest leaves.

    The slowest is who has been in the same phase for longest: a reader who is served moves on at once, one
    who drips does not. Whoever waits for *us* is not among them.
    """

    def __init__(self, *, most: int, of_one: int) -> None:
        self._most, self._of_one = most, of_one
        self._all: set[Guest] = set()
        # Both in the order in which they began what they are at.
        self._waited_for: dict[Guest, None] = {}
        self._shares: dict[bytes, dict[Guest, None]] = {}

    def __len__(self) -> int:
        return len(self._all)

    def enter(self, guest: Guest) -> bool:
        """Let it in; False where nobody can go for it."""
        share = self._shares.get(guest.share, {})
        crowded = share if len(share) >= self._of_one else self._waited_for if len(self) >= self._most else {}
        if crowded:
            next(iter(crowded)).leave()
        if len(self) >= self._most:
            return False
        self._all.add(guest)
        self.wait_for(guest)
        return True

    def wait_for(self, guest: Guest) -> None:
        """It has begun something else that we wait for."""
        share = self._shares.setdefault(guest.share, {})
        for row in (self._waited_for, share):
            row.pop(guest, None)
            row[guest] = None

    def serve(self, guest: Guest) -> None:
        """It waits for us."""
        self._waited_for.pop(guest, None)
        share = self._shares.get(guest.share)
        if share is not None:
            share.pop(guest, None)
            if not share:
                del self._shares[guest.share]

    def go(self, guest: Guest) -> None:
        """It has gone."""
        self._all.discard(guest)
        self.serve(guest)

    def slowest(self) -> Iterator[Guest]:
        """Whom we wait for, the slowest first."""
        return iter(tuple(self._waited_for))

    def look(self, now: float) -> None:
        """Tell everybody whose time is over."""
        for guest in [guest for guest in self._all if guest.until < now]:
            guest.expire()


def share_of(address: str) -> bytes:
    """Whose an address is: of IPv6 everybody has a /64, so that counts as one."""
    try:
        return socket.inet_pton(socket.AF_INET6, address.partition("%")[0])[:8]
    except OSError:
        return address.encode()

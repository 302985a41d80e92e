"""Turns at what only one check at a time may do."""

import asyncio
from weakref import WeakKeyDictionary

from probes.instrument.gateways.protocol import Gateway


class Turns:
    """Lets one check at a time ask on the side for each gateway, so that what one learns the others know."""

    def __init__(self) -> None:
        self._locks: WeakKeyDictionary[Gateway, asyncio.Lock] = WeakKeyDictionary()

    def of(self, gateway: Gateway) -> asyncio.Lock:
        return self._locks.setdefault(gateway, asyncio.Lock())

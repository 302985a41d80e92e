"""A host that has nothing to do with payments, by which a vantage knows its own trouble."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from probes.simulator.fates import FatedFault
from probes.simulator.wire.http import ServerReply, ServerRequest, no_reply, raw_reply
from probes.simulator.world import World
from probes.vocabulary.tiers import RiskTier


class ControlHost:
    """Answers every path with a short text."""

    def __init__(self, world: World, clock: Callable[[], datetime]) -> None:
        self._world, self._clock = world, clock

    async def handle(self, request: ServerRequest) -> ServerReply:
        """The reply to one request; the host's name stands for the persona, so that two hosts fail apart."""
        fate = self._world.fate(
            component=None, persona=request.host, tier=RiskTier.LOW, vantage=request.vantage, at=self._clock()
        )
        if isinstance(fate, FatedFault):
            return no_reply(fate)
        reply = raw_reply(fate)
        return replace(reply, body=b"ok\n") if fate.accepted else reply

"""A host that has nothing to do with payments, by which a vantage knows its own trouble."""

from collections.abc import Callable
from datetime import datetime

from probes.simulator.fates import FatedFault
from probes.simulator.wire.http import ServerReply, ServerRequest
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
            return ServerReply(fault=fate.kind, delay_s=min(fate.latency_s, 1.0))
        body = fate.message.encode() if not fate.accepted else b"ok\n"
        headers = (("Content-Type", "text/plain; charset=utf-8"),)
        return ServerReply(status=fate.status, headers=headers, body=body, delay_s=fate.latency_s)

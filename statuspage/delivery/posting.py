"""Posts a request to an address that others gave, within a time and past the guard that keeps us outside."""

import asyncio

from django.conf import settings

from probes.network.dialling import Dialling
from probes.network.exchange import Failure, Reply, Request, exchange, tls_context
from probes.network.stopwatch import Stopwatch

MOST_ANSWER_BYTES = 4096


async def answer_to(request: Request, dialling: Dialling, *, seconds: float) -> Reply | Failure:
    """What was answered; nobody follows where it leads elsewhere."""
    try:
        async with asyncio.timeout(seconds):
            return await exchange(
                request,
                stopwatch=Stopwatch(),
                context=tls_context(settings.PROBE_CA_BUNDLE),
                dialling=dialling,
                most_bytes=MOST_ANSWER_BYTES,
            )
    except TimeoutError:
        return Failure(error="timeout", phase="", detail=f"it took longer than {seconds:g} s")

"""Makes one check with the real runner and the book that is shipped."""

from datetime import UTC, datetime

from probes.instrument.codebook import default_code_book
from probes.instrument.runner import run_check
from probes.instrument.runs import CheckOrder, CheckRun
from probes.instrument.starvation import StarvationWatch
from probes.network.exchange import tls_context


async def checked(order: CheckOrder, ca_bundle: str = "") -> CheckRun:
    """What comes of ``order``; with ``ca_bundle`` its authorities are the only ones that are trusted."""
    return await run_check(
        order,
        book=default_code_book(),
        context=tls_context(ca_bundle),
        clock=lambda: datetime.now(UTC),
        watch=StarvationWatch(),
    )

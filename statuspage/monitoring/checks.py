"""Runs a batch of checks and writes their results while it runs."""

import asyncio
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

import msgspec
from django.conf import settings
from django.db import transaction

from probes.instrument.codebook import CodeBook
from probes.instrument.gateways.protocol import Gateway
from probes.instrument.gateways.registry import make_gateway
from probes.instrument.runner import run_checks
from probes.instrument.runs import CheckOrder, CheckRun
from probes.instrument.specs import EndpointAccess
from probes.network.exchange import tls_context
from probes.network.proxies import Proxy
from probes.vocabulary.exclusions import Exclusion
from probes.vocabulary.outcomes import Outcome
from statuspage.monitoring.codes import note_unmapped, site_code_book
from statuspage.monitoring.dispatch import DueCheck, latest_start, on_record, record_missed
from statuspage.monitoring.lateness import concluded_until, is_late
from statuspage.monitoring.models import CheckResult, Endpoint, Probe, Vantage
from statuspage.monitoring.usual import learn, usual_of

# Results wait at most so long for others, to be written together.
CHUNK_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchResult:
    """How many checks of a batch were run, begun too late, or already on record."""

    run: int = 0
    missed: int = 0
    known: int = 0


def run_batch(due: Sequence[DueCheck], *, clock: Callable[[], datetime]) -> BatchResult:
    """Run the checks of one batch side by side and store each result within about a second of its end.

    A check that is on record already is not run again; one that would begin too late is stored as missed, for
    asking now would say nothing about its own moment.
    """
    started = clock()
    probes = _probes(due)
    known = on_record(due)
    open_checks = [check for check in due if check.probe_id in probes and check not in known]
    late = [check for check in open_checks if latest_start(probes[check.probe_id], check.tick) < started]
    if late:
        record_missed(late, now=started)
    written_off = set(late)
    wanted = [check for check in open_checks if check not in written_off]
    book = site_code_book()
    orders = [order_of(probes[check.probe_id], check.tick) for check in wanted]
    asked = {probes[check.probe_id].slug: probes[check.probe_id] for check in wanted}
    for chunk in _chunks(orders, book, clock):
        store_runs(chunk, asked, book, now=clock())
    return BatchResult(run=len(wanted), missed=len(late), known=len(due) - len(open_checks))


def store_runs(
    runs: Sequence[CheckRun], probes: Mapping[str, Probe], book: CodeBook, *, now: datetime
) -> list[CheckResult]:
    """Store results, each once by its probe and tick; ``probes`` by slug."""
    with transaction.atomic():
        until = concluded_until()
        rows = [_row(run, probes[run.probe].pk, now, late=is_late(run.ended_at, until)) for run in runs]
        CheckResult.objects.bulk_create(rows, ignore_conflicts=True)
        note_unmapped(runs, book, now=now)
        learn(runs, probes)
    return rows


def _probes(due: Iterable[DueCheck]) -> dict[int, Probe]:
    related = Probe.objects.select_related("persona", "vantage", "endpoint", "usual_page")
    return related.in_bulk({check.probe_id for check in due})


def order_of(probe: Probe, tick: datetime, vantage: Vantage | None = None) -> CheckOrder:
    """One run of ``probe``, with the settings of ``vantage`` or else of its own."""
    place = vantage or probe.vantage
    return CheckOrder(
        probe=probe.slug,
        tick=tick,
        gateway=_gateway_of(probe.endpoint),
        operation=probe.operation,
        payer=probe.persona.payer if probe.persona is not None else {},
        options=probe.options,
        usual=usual_of(probe),
        connect_to=place.connect_to,
        proxy=_proxy_of(place.slug),
        timeout_s=probe.timeout_seconds,
        slow_after_ms=probe.slow_after_ms,
    )


def _proxy_of(vantage: str) -> Proxy | None:
    name = re.sub(r"\W", "_", vantage).upper()
    proxies: dict[str, Proxy | None] = settings.PROBE_PROXIES
    common: Proxy | None = settings.PROBE_PROXY
    return proxies.get(name, common)


def _gateway_of(endpoint: Endpoint) -> Gateway:
    credentials = msgspec.json.encode(endpoint.credentials, order="sorted")
    return _gateway(endpoint.slug, endpoint.gateway, endpoint.base_url, credentials)


@lru_cache(maxsize=64)
def _gateway(slug: str, gateway: str, base_url: str, credentials: bytes) -> Gateway:
    """One gateway for as long as its endpoint stays as it is: it keeps keys and certificates."""
    return make_gateway(
        EndpointAccess(
            slug=slug,
            gateway=gateway,
            base_url=base_url.rstrip("/"),
            credentials=msgspec.json.decode(credentials),
        )
    )


def _chunks(
    orders: Sequence[CheckOrder], book: CodeBook, clock: Callable[[], datetime]
) -> Iterable[list[CheckRun]]:
    """Results as they come, some at a time."""
    if not orders:
        return
    # 1. Asking has a thread of its own, with the event loop in it: Django's connections belong to the thread
    #    that opened them, so rows are written in the caller's, while other checks are still waiting.
    results: SimpleQueue[CheckRun | None] = SimpleQueue()
    asking = Thread(target=_ask, args=(orders, book, clock, results), name="checks", daemon=True)
    asking.start()
    finished = False
    while not finished:
        # 2. Wait for the first result as long as it takes, then for others to share its transaction, but only
        #    briefly: what is not stored within the settling time is late and never judged.
        chunk: list[CheckRun] = []
        closes = time.monotonic() + CHUNK_S
        result = results.get()
        while result is not None:
            chunk.append(result)
            try:
                result = results.get(timeout=max(0.0, closes - time.monotonic()))
            except Empty:
                break
        else:
            # 3. None ends the stream: the asking thread puts it there even where it broke down.
            finished = True
        if chunk:
            yield chunk
    asking.join()


def _ask(
    orders: Sequence[CheckOrder],
    book: CodeBook,
    clock: Callable[[], datetime],
    results: "SimpleQueue[CheckRun | None]",
) -> None:
    async def ask() -> None:
        context = tls_context(settings.PROBE_CA_BUNDLE)
        async for run in run_checks(orders, book=book, context=context, clock=clock):
            results.put(run)

    try:
        asyncio.run(ask())
    finally:
        results.put(None)


def _row(run: CheckRun, probe_id: int, now: datetime, *, late: bool) -> CheckResult:
    return CheckResult(
        probe_id=probe_id,
        tick=run.tick,
        at=run.ended_at,
        stored_at=now,
        outcome=run.outcome,
        error=run.error,
        http_status=run.http_status,
        code=run.code,
        message=run.message,
        latency_ms=run.latency_ms,
        phases=dict(run.phases_ms),
        hung_phase=run.hung_phase,
        steps=_steps(run),
        certificate_expires_at=run.certificate_expires_at,
        excluded=Exclusion.STARVED if run.starved else "",
        late=late,
    )


def _steps(run: CheckRun) -> list[dict[str, Any]]:
    """The steps as evidence; a single accepted one would only repeat the row."""
    if len(run.steps) == 1 and run.outcome is Outcome.ACCEPTED:
        return []
    return [asdict(step) for step in run.steps]

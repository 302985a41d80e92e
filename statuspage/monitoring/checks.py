"""Writes what came of checks, and runs a batch of them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from probes.instrument.codebook import CodeBook
from probes.instrument.runs import CheckRun
from probes.vocabulary.exclusions import Exclusion
from probes.vocabulary.outcomes import Outcome
from statuspage.monitoring.codes import note_unmapped
from statuspage.monitoring.inserting import insert_new
from statuspage.monitoring.lateness import concluded_until, is_late
from statuspage.monitoring.models import CheckResult, Probe
from statuspage.monitoring.usual import learn


def store_runs(
    runs: Sequence[CheckRun], probes: Mapping[str, Probe], book: CodeBook, *, now: datetime
) -> None:
    """Store results, each once by its probe and tick; ``probes`` by slug."""
    with transaction.atomic():
        until = concluded_until()
        rows = [_row(run, probes[run.probe].pk, now, late=is_late(run.ended_at, until)) for run in runs]
        insert_new(CheckResult, rows)
        note_unmapped(runs, book, now=now)
        learn(runs, probes)


def _row(run: CheckRun, probe_id: int, now: datetime, *, late: bool) -> dict[str, Any]:
    return {
        "probe_id": probe_id,
        "tick": run.tick,
        "at": run.ended_at,
        "stored_at": now,
        "outcome": run.outcome,
        "error": run.error,
        "http_status": run.http_status,
        "code": run.code,
        "message": run.message,
        "latency_ms": run.latency_ms,
        "phases": dict(run.phases_ms),
        "hung_phase": run.hung_phase,
        "steps": _steps(run),
        "certificate_expires_at": run.certificate_expires_at,
        "excluded": Exclusion.STARVED if run.starved else "",
        "late": late,
    }


def _steps(run: CheckRun) -> list[dict[str, Any]]:
    """The steps as evidence; a single accepted one would only repeat the row."""
    if len(run.steps) == 1 and run.outcome is Outcome.ACCEPTED:
        return []
    return [asdict(step) for step in run.steps]

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
from statuspage.monitoring.models import CheckResult, Probe, Progress
from statuspage.monitoring.usual import learn


def store_runs(
    runs: Sequence[CheckRun], probes: Mapping[str, Probe], book: CodeBook, *, now: datetime
) -> None:
    """Store results, each once by its probe and tick; ``probes`` by slug."""
    with transaction.atomic():
        until = concluded_until()
        rows = [_row(run, probes[run.probe].pk, now, late=is_late(run.ended_at, until)) for run in runs]
        if insert_new(CheckResult, rows) < len(rows):
            _put_in_place_of_missed(rows)
        note_unmapped(runs, book, now=now)
        learn(runs, probes)


def _put_in_place_of_missed(rows: Sequence[dict[str, Any]]) -> None:
    """Store what another worker could not begin in time and called missed, while it is not counted.

    The same tick is handed to two workers where nobody could claim it, as long as the database was away.
    """
    made = {(row["probe_id"], row["tick"]): row for row in rows if row["outcome"] != Outcome.MISSED}
    if not made:
        return
    missed = CheckResult.objects.filter(
        outcome=Outcome.MISSED,
        probe__in={probe for probe, _ in made},
        tick__gte=min(tick for _, tick in made),
        tick__lte=max(tick for _, tick in made),
    )
    if tallied := Progress.objects.values_list("tallied_until", flat=True).first():
        missed = missed.filter(at__gt=tallied)
    found = {(probe, tick): pk for pk, probe, tick in missed.values_list("pk", "probe_id", "tick")}
    replaced = found.keys() & made.keys()
    if replaced:
        CheckResult.objects.filter(pk__in=[found[key] for key in replaced]).delete()
        insert_new(CheckResult, [made[key] for key in replaced])


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

"""Reads a site's database for the harness: a process that is asked by lines and answers by lines of JSON."""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402  (Django has to be set up first)
from django.db import connection  # noqa: E402
from django.db.models import Max  # noqa: E402

from statuspage import clock  # noqa: E402
from statuspage.incidents.models import BlindSpell, Incident  # noqa: E402
from statuspage.monitoring.counts import WindowCounts  # noqa: E402
from statuspage.monitoring.minutes import minutes_between  # noqa: E402
from statuspage.monitoring.models import CheckResult, CheckTotal, Progress, Rollup  # noqa: E402
from statuspage.monitoring.selectors import standing_probes  # noqa: E402
from statuspage.monitoring.standing import LATEST, StandingProbes  # noqa: E402
from statuspage.monitoring.sweeping import MARGIN, SWEEP_EVERY  # noqa: E402
from statuspage.monitoring.tallies import counts_of  # noqa: E402
from tests.bench.faults.audit import UNWATCHED_S  # noqa: E402

FIRST = datetime(2020, 1, 1, tzinfo=UTC)

# A tick has a row at the latest so long after it: when the sweep has passed over it.
SWEPT = LATEST + MARGIN + SWEEP_EVERY + timedelta(seconds=10)
UNWATCHED = timedelta(seconds=UNWATCHED_S)


def newest() -> dict[str, Any]:
    """When each probe's newest check that was made ended, and until when all is concluded."""
    made = CheckResult.objects.exclude(outcome="missed")
    by_probe = made.values_list("probe__slug").annotate(newest=Max("at")).order_by()
    until = Progress.objects.values_list("concluded_until", flat=True).first()
    return {
        "probes": {slug: at.timestamp() for slug, at in by_probe},
        "wanted": standing_probes().count(),
        "concluded": until.timestamp() if until else 0.0,
        "clock": clock.now().timestamp(),
    }


def rows() -> dict[str, Any]:
    """By probe, the ticks that were due until now since it was made, and those of checks that were made."""
    due: defaultdict[str, list[float]] = defaultdict(list)
    made: defaultdict[str, list[float]] = defaultdict(list)
    standing = StandingProbes()
    standing.refresh()
    for rota in standing.rotas().values():
        first = min(probe.created_at for probe in rota.probes.values())
        for check in rota.due(first, clock.now()):
            due[rota.probes[check.probe_id].slug].append(check.tick.timestamp())
    rows = CheckResult.objects.exclude(outcome="missed").order_by("tick")
    for slug, tick in rows.values_list("probe__slug", "tick"):
        made[slug].append(tick.timestamp())
    return {"due": due, "made": made}


def audit() -> dict[str, Any]:
    """All that is wrong with what is stored, in words."""
    return {"wrong": [*_ticks(), *_counts(), *_totals(), *_unwatched()], "incidents": list(_incidents())}


def _ticks() -> Iterator[str]:
    now = clock.now()
    standing = StandingProbes()
    standing.refresh()
    for rota in standing.rotas().values():
        known: defaultdict[int, set[datetime]] = defaultdict(set)
        rows = CheckResult.objects.filter(probe__in=list(rota.probes))
        for probe, tick in rows.values_list("probe_id", "tick"):
            known[probe].add(tick)
        since = min(min(ticks) for ticks in known.values()) if known else now
        due = [check for check in rota.due(since, now - SWEPT) if check.tick > min(known[check.probe_id])]
        without = [check.tick for check in due if check.tick not in known[check.probe_id]]
        if without:
            span = f"{without[0]:%H:%M:%S} to {without[-1]:%H:%M:%S}"
            yield f"{rota.vantage}: {len(without)} of {len(due)} ticks without a row, {span}"


def _counts() -> Iterator[str]:
    until = Progress.objects.values_list("tallied_until", flat=True).first()
    if until is None:
        return
    judged = CheckResult.objects.filter(late=False, at__lte=until)
    stored = Counter(judged.values_list("outcome", flat=True).order_by())
    counted: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in Rollup.objects.all():
        _add(counted[row.grain], counts_of(row))
    for _, cells in minutes_between(FIRST, until + timedelta(days=2)):
        for cell in cells.values():
            _add(counted["minute"], cell)
    for grain in ("minute", "hour", "day"):
        if +counted[grain] != stored:
            more, less = dict(counted[grain] - stored), dict(stored - counted[grain])
            yield f"counts by the {grain}: {more} too many, {less} too few"


def _add(counted: Counter[str], cell: WindowCounts) -> None:
    counted.update(cell.outcomes)
    for outcomes in cell.excluded.values():
        counted.update(outcomes)


def _totals() -> Iterator[str]:
    until = Progress.objects.values_list("counted_until", flat=True).first()
    if until is None:
        return
    stored = CheckResult.objects.filter(late=False, at__lte=until).count()
    counted = sum(CheckTotal.objects.values_list("count", flat=True))
    if counted < stored:
        yield f"totals: {counted} counted of {stored}"


def _unwatched() -> Iterator[str]:
    """Times in which nothing was judged and yet nobody said that it is unknown how things stand."""
    until = Progress.objects.values_list("concluded_until", flat=True).first()
    judged = CheckResult.objects.filter(late=False, excluded="").exclude(outcome="missed")
    for component in {probe.component for probe in standing_probes() if probe.component}:
        moments = sorted(judged.filter(probe__component=component).values_list("at", flat=True))
        for since, at in zip(moments, [*moments[1:], until], strict=True):
            if at is not None and at - since > UNWATCHED:
                spells = BlindSpell.objects.filter(component=component, started_at__lt=at)
                if not spells.exclude(ended_at__lte=since).exists():
                    span = f"{since:%H:%M:%S} to {at:%H:%M:%S}"
                    yield f"{component.slug}: nothing judged from {span}, and not unknown"


def _incidents() -> Iterator[dict[str, Any]]:
    for row in Incident.objects.prefetch_related("components").order_by("started_at"):
        yield {
            "id": row.public_id,
            "cause": row.cause,
            "components": sorted(component.slug for component in row.components.all()),
            "started": row.started_at.timestamp(),
            "resolved": row.resolved_at.timestamp() if row.resolved_at else None,
        }


QUESTIONS = {"newest": newest, "rows": rows, "audit": audit}


def main() -> None:
    """Answer every line until the end of input; an error is an answer, too."""
    assert settings.configured
    for line in sys.stdin:
        try:
            answer = QUESTIONS[line.strip()]()
        except Exception as error:  # noqa: BLE001  (the harness decides what an error means)
            answer = {"error": f"{type(error).__name__}: {error}"}
        finally:
            connection.close()
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()

"""Reads the checks and reports behind an incident: counted in full, and the first of them one by one."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from probes.vocabulary.outcomes import Outcome
from statuspage.analysis.values import Evidence, ReportEvidence
from statuspage.monitoring.blocks import Result, unpack_ended
from statuspage.monitoring.models import CheckBlock, CheckResult, Probe, Report
from statuspage.monitoring.raw_answers import shown
from statuspage.monitoring.results import BODIES, CHUNK, MOST_BETWEEN_ENDS
from statuspage.why.values import ChainedCheck, ChainedReport, CheckSeries, ReportSignal

LATE, HIDDEN, REPEATS = "late", "hidden", "repeats another"
MOST_TEXT = 160  # characters of an answer or a post


def series_behind(
    probes: Iterable[Probe], evidence: Evidence | None, since: datetime, until: datetime, *, most: int
) -> Iterator[CheckSeries]:
    """What each probe measured in [since, until], with ``most`` single checks of each."""
    weights = {
        (one.component, one.persona, one.vantage): one.weight for one in (evidence.probes if evidence else ())
    }
    for probe in probes:
        component = probe.component.slug if probe.component else ""
        persona = probe.persona.slug if probe.persona else ""
        yield _series(
            probe,
            (component, persona, probe.vantage.slug),
            weights.get((component, persona, probe.vantage.slug)),
            _results(probe, since - timedelta(microseconds=1), until),
            most,
        )


def _series(
    probe: Probe, place: tuple[str, str, str], weight: float | None, results: Iterable[Result], most: int
) -> CheckSeries:
    outcomes, excluded = Counter[str](), Counter[str]()
    kept: list[ChainedCheck] = []
    for result in results:
        reason = LATE if result.late else result.excluded
        if reason:
            excluded[reason] += 1
        else:
            outcomes[result.outcome] += 1
        if len(kept) < most and (reason or result.outcome != Outcome.ACCEPTED):
            kept.append(_check(probe, result, reason))
    return CheckSeries(
        probe=probe.slug,
        component=place[0],
        persona=place[1],
        vantage=place[2],
        weight=weight,
        outcomes=dict(outcomes.most_common()),
        excluded=dict(excluded.most_common()),
        checks=tuple(kept),
    )


def _check(probe: Probe, result: Result, reason: str) -> ChainedCheck:
    return ChainedCheck(
        id=f"{probe.slug}@{result.tick.isoformat()}",
        ended_at=result.at,
        outcome=result.outcome,
        error=result.error,
        http_status=result.http_status,
        answer=told(" ".join(filter(None, (result.code, result.message)))),
        latency_ms=result.latency_ms,
        excluded=reason,
    )


def _results(probe: Probe, since: datetime, until: datetime) -> Iterator[Result]:
    """Those that ended in (since, until], packed ones first.

    Rows are asked for before blocks: what is packed between the two is in both then, not in neither.
    """
    rows = CheckResult.objects.filter(probe=probe, at__gt=since, at__lte=until).order_by("tick")
    fresh = [Result(*row) for row in rows.values_list(*Result._fields).iterator(chunk_size=CHUNK)]
    known = {result.tick for result in fresh}
    blocks = CheckBlock.objects.filter(
        probe=probe, first_at__lte=until, last_at__gt=since, last_at__lte=until + MOST_BETWEEN_ENDS
    ).order_by("start")
    for body in blocks.values_list("body", flat=True).iterator(chunk_size=BODIES):
        for result in unpack_ended(bytes(body), since, until):
            if result.tick not in known:
                yield result
    yield from fresh


def reports_behind(
    evidence: Evidence | None, since: datetime, until: datetime, *, most: int
) -> tuple[ReportSignal, ...]:
    """What the evidence says of reports, each with the first ``most`` that are stored of it."""
    told_of = evidence.reports if evidence else ()
    return tuple(_signal(said, said.since or since, until, most) for said in told_of)


def _signal(said: ReportEvidence, since: datetime, until: datetime, most: int) -> ReportSignal:
    rows = Report.objects.filter(symptom=said.symptom, at__gte=since, at__lte=until)
    if said.products:
        rows = rows.filter(product__in=said.products)
    return ReportSignal(
        symptom=said.symptom,
        since=since,
        people=said.count,
        usual=said.usual,
        weight=said.weight,
        reports=tuple(map(_report, rows.select_related("source").order_by("at", "pk")[:most])),
    )


def _report(row: Report) -> ChainedReport:
    excluded = HIDDEN if row.hidden_at else LATE if row.late else REPEATS if row.repost_of_id else ""
    return ChainedReport(
        id=row.pk,
        source=row.source.slug,
        at=row.at,
        product=row.product,
        probability=row.probability,
        text=told(row.text),
        excluded=excluded,
    )


def told(text: str) -> str:
    """In one line, without keys and personal data, and cut."""
    line = " ".join(shown(text, ()).split())
    return line if len(line) <= MOST_TEXT else f"{line[:MOST_TEXT]}…"

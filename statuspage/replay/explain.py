"""Tells in plain text why the machine believes what it says of each incident."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from statuspage.analysis.values import ProbeEvidence, ReportEvidence, SignalEvidence, Verdict


def explain(verdicts: Iterable[Verdict]) -> Iterator[str]:
    """Lines of text, an empty one after each incident."""
    for verdict in verdicts:
        yield from _incident(verdict)
        yield ""


def _incident(verdict: Verdict) -> Iterator[str]:
    yield f"{verdict.cause.value} on {', '.join(verdict.components)} ({verdict.impact.value})"
    yield f"  began {_time(verdict.started_at)}, opened {_time(verdict.detected_at)}"
    confirmed = _time(verdict.confirmed_at) if verdict.confirmed_at else "never: a suspicion only"
    resolved = _time(verdict.resolved_at) if verdict.resolved_at else "still open"
    yield f"  confirmed {confirmed}, resolved {resolved}"
    held = ", then ".join(f"{c.cause.value} {c.confidence:.0%} at {_time(c.at)}" for c in verdict.causes)
    yield f"  held to be {held}"
    others = ", ".join(f"{name} {share:.1%}" for name, share in verdict.alternatives if share >= 0.001)
    yield f"  last confidence {verdict.confidence:.1%}" + (f"; else {others}" if others else "")
    if verdict.evidence.maintenance:
        yield f"  inside the announced window {verdict.evidence.maintenance}"
    for evidence in verdict.evidence.probes:
        yield "  " + _probe(evidence)
    for spoken in verdict.evidence.reports:
        yield from _reports(spoken)
    for signal in verdict.evidence.signals:
        yield "  " + _signal(signal)


def _probe(evidence: ProbeEvidence) -> str:
    failed = evidence.checks - evidence.accepted
    outcomes = ", ".join(f"{count} {outcome.value}" for outcome, count in evidence.outcomes)
    sample = f' e.g. "{evidence.sample}"' if evidence.sample else ""
    return (
        f"{evidence.component} as {evidence.persona} ({evidence.tier.value}) from {evidence.vantage}: "
        f"{failed} of {evidence.checks} not accepted, usually {evidence.usual_failure_ratio:.1%}; "
        f"weight {evidence.weight:+.1f} nats" + (f"; {outcomes};{sample}" if outcomes else "")
    )


def _reports(evidence: ReportEvidence) -> Iterator[str]:
    yield (
        f"  posts: {evidence.count} of {evidence.symptom.value} by {evidence.authors} authors, "
        f"usually {evidence.usual:.1f}; weight {evidence.weight:+.1f} nats"
    )
    for quote in evidence.quotes:
        yield f"    “{' '.join(quote.split())}”"


def _signal(evidence: SignalEvidence) -> str:
    ended = "goes on" if evidence.ended_at is None else f"until {_time(evidence.ended_at)}"
    return (
        f"signals: {evidence.count} of {evidence.sender} for {evidence.cause.value} since "
        f"{_time(evidence.since)}, {ended}; weight {evidence.weight:+.1f} nats each"
    )


def _time(at: datetime) -> str:
    return at.isoformat(sep=" ", timespec="seconds").replace("+00:00", "Z")

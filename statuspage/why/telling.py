"""Writes the chain for a terminal, from what is told down to what was observed."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from statuspage.why.values import ChainedCheck, CheckSeries, ReportSignal, SaidUpdate, Why


def lines_of(chain: Why) -> Iterator[str]:
    """The chain in lines; times are UTC."""
    yield f"{chain.id} (#{chain.number})  {chain.title}"
    yield f"  {chain.address}"
    yield f"  {chain.status} · {chain.cause} · {chain.certainty} · {chain.probability:.0%}"
    yield f"  {', '.join(chain.components)}"
    yield f"  {chain.origin}; led by {chain.led_by}; {chain.publication}; confirmation {chain.confirmation}"
    yield "  " + ", ".join(f"{name} {_at(at)}" for name, at in _moments(chain) if at is not None)
    if chain.merged_from:
        yield f"  merged into it: {', '.join(chain.merged_from)}"
    if chain.maintenance:
        yield f"  explained by the planned work {chain.maintenance}"
    yield from (f"  note: {note}" for note in chain.notes)
    yield from _part("said", (line for update in chain.updates for line in _update(update)))
    yield from _part("decided", _decisions(chain))
    yield from _part("verdicts", _verdicts(chain))
    yield from _part("checks", (line for series in chain.series for line in _series(series)))
    yield from _part("reports", (line for signal in chain.reports for line in _signal(signal)))


def _moments(chain: Why) -> tuple[tuple[str, datetime | None], ...]:
    return (
        ("started", chain.started_at),
        ("detected", chain.detected_at),
        ("confirmed", chain.confirmed_at),
        ("resolved", chain.resolved_at),
    )


def _part(name: str, lines: Iterator[str]) -> Iterator[str]:
    yield ""
    yield f"{name}:"
    first = next(lines, None)
    yield "  none" if first is None else first
    yield from lines


def _update(update: SaidUpdate) -> Iterator[str]:
    corrects = " · corrects" if update.corrects else ""
    told = f"{update.status} · {update.cause} · {update.certainty}{corrects}"
    yield f"  {update.sequence}. {_at(update.at)}  {update.id}  {told}, by {update.by}"
    yield f"     {update.text}"
    if update.written_for:
        yield f"     written for {update.written_for}"
    if update.verdict_at:
        yield f"     by the verdict of {_at(update.verdict_at)}"


def _decisions(chain: Why) -> Iterator[str]:
    for each in chain.decisions:
        yield f"  {_at(each.at)}  log {each.log}  {each.what}, by {each.by}"
        yield from (f"     {field}: {before} → {after}" for field, before, after in each.changes)


def _verdicts(chain: Why) -> Iterator[str]:
    for each in chain.verdicts:
        yield f"  {_at(each.at)}  {each.cause} {each.probability:.1%}"
        if each.alternatives:
            yield "     else " + ", ".join(f"{name} {share:.1%}" for name, share in each.alternatives)


def _series(series: CheckSeries) -> Iterator[str]:
    weight = "not in the evidence" if series.weight is None else f"weight {series.weight:+.1f}"
    left_out = f"; left out: {_counts(series.excluded)}" if series.excluded else ""
    yield f"  {series.probe}  ({weight})  {_counts(series.outcomes) or 'no check that counts'}{left_out}"
    yield from map(_check, series.checks)


def _check(check: ChainedCheck) -> str:
    status = f" HTTP {check.http_status}" if check.http_status else ""
    left_out = f"  [left out: {check.excluded}]" if check.excluded else ""
    said = " ".join(filter(None, (check.error, check.answer)))
    return f"     {check.id}  {check.outcome}{status} {said}{left_out}".rstrip()


def _signal(signal: ReportSignal) -> Iterator[str]:
    yield (
        f"  {signal.symptom} since {_at(signal.since)}: {signal.people} people, usual {signal.usual:g} "
        f"(weight {signal.weight:+.1f})"
    )
    for each in signal.reports:
        left_out = f"  [left out: {each.excluded}]" if each.excluded else ""
        text = each.text or "(no text is kept)"
        yield f"     {each.id}  {_at(each.at)}  {each.source}  {each.probability:.0%}  {text}{left_out}"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def _at(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"

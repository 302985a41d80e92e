"""The evidence of an incident, arranged for reading: who was asked from where, and what came back."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause
from probes.vocabulary.outcomes import Outcome
from probes.vocabulary.symptoms import Symptom
from probes.vocabulary.tiers import RiskTier
from statuspage.analysis.values import Evidence, ProbeEvidence, ReportEvidence, SignalEvidence
from statuspage.public.read.values import IncidentView, Names

LINES_SHOWN = 24
QUOTES_SHOWN = 3
TELLING_SPREAD = 0.2  # tiers matter where the shares that are accepted are this far apart
LIKELY = 0.05  # what is less likely than this is not worth a reader's worry
# A sample begins with what only programs read: an error, an HTTP status and a code.
_MACHINE_PART = re.compile(
    r"(?:(?:timeout|connect|dns|tls|protocol)(?: |$))?"
    r"(?:[1-5]\d\d(?: |$))?"
    r"(?:(?:[A-Z0-9][A-Z0-9_.-]+|[a-z0-9]+_[a-z0-9_]+)(?: |$))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceLine:
    """One kind of payer at one component from one vantage; the component is named where there are several."""

    component: Bilingual | None
    payer: Bilingual
    vantage: Bilingual
    met: ProbeEvidence
    share: float
    usual_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedBar:
    """The share (0 to 1) of the checks of a tier that were accepted, and of all of them without one."""

    tier: RiskTier | None
    accepted: int
    checks: int
    usual: float

    @property
    def share(self) -> float:
        return self.accepted / self.checks

    @property
    def percent(self) -> int:
        """How long the bar is drawn."""
        return round(self.share * 100)

    @property
    def usual_percent(self) -> int:
        """Where the mark of the usual stands, within the bar."""
        return min(99, round(self.usual * 100))


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedAnswer:
    """What most of those who were not accepted got to read, and all that the answer said."""

    text: str
    raw: str
    outcome: Outcome | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldQuote:
    """What one user said of it."""

    text: str
    symptom: Symptom


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceTable:
    """In brief, and all of it, the weightiest first; ``hidden`` lines are left out for length."""

    bars: tuple[AcceptedBar, ...]
    answer: RefusedAnswer | None
    quotes: tuple[ToldQuote, ...]
    probes: tuple[EvidenceLine, ...]
    hidden: int
    reports: tuple[ReportEvidence, ...]
    maintenance: str | None
    signals: tuple[SignalEvidence, ...] = ()

    @property
    def rows(self) -> int:
        """How many lines there are."""
        return len(self.probes) + self.hidden


def evidence_table(
    incident: IncidentView, names: Names, components: Mapping[str, Bilingual]
) -> EvidenceTable | None:
    """None where the incident is a person's and nothing was measured for it."""
    evidence = incident.evidence
    if evidence is None:
        return None
    several = len({probe.component for probe in evidence.probes}) > 1
    ordered = sorted(evidence.probes, key=lambda probe: (-probe.weight, probe.persona, probe.vantage))
    return EvidenceTable(
        bars=accepted_bars(evidence),
        answer=usual_answer(evidence.probes),
        quotes=told_quotes(evidence.reports),
        probes=tuple(
            _line(probe, names, components.get(probe.component) if several else None)
            for probe in ordered[:LINES_SHOWN]
        ),
        hidden=max(0, len(ordered) - LINES_SHOWN),
        reports=tuple(report for report in evidence.reports if report.count),
        maintenance=evidence.maintenance,
        signals=evidence.signals,
    )


def _line(probe: ProbeEvidence, names: Names, component: Bilingual | None) -> EvidenceLine:
    return EvidenceLine(
        component=component,
        payer=names.persona(probe.persona),
        vantage=names.vantage(probe.vantage),
        met=probe,
        share=probe.accepted / probe.checks if probe.checks else 0.0,
        usual_share=1 - probe.usual_failure_ratio,
    )


def accepted_bars(evidence: Evidence) -> tuple[AcceptedBar, ...]:
    """One bar per risk tier where tiers fare differently, or else one of all checks; none without checks."""
    by_tier = [(tier, [probe for probe in evidence.probes if probe.tier is tier]) for tier in RiskTier]
    bars = [_bar(tier, own) for tier, own in by_tier if any(probe.checks for probe in own)]
    if not bars:
        return ()
    shares = [bar.share for bar in bars]
    if max(shares) - min(shares) >= TELLING_SPREAD:
        return tuple(bars)
    return (_bar(None, evidence.probes),)


def _bar(tier: RiskTier | None, probes: Sequence[ProbeEvidence]) -> AcceptedBar:
    checks = sum(probe.checks for probe in probes)
    usual = sum(probe.checks * (1 - probe.usual_failure_ratio) for probe in probes)
    return AcceptedBar(
        tier=tier, accepted=sum(probe.accepted for probe in probes), checks=checks, usual=usual / checks
    )


def usual_answer(probes: Sequence[ProbeEvidence]) -> RefusedAnswer | None:
    """The answer that stands for most checks that were not accepted; None where none was refused."""
    refused: Counter[str] = Counter()
    outcomes: Counter[Outcome] = Counter()
    for probe in probes:
        refused[probe.sample] += probe.checks - probe.accepted
        outcomes.update(dict(probe.outcomes))
    if not refused.total():
        return None
    raw = refused.most_common(1)[0][0]
    return RefusedAnswer(
        text=_MACHINE_PART.sub("", raw, count=1).strip(),
        raw=raw,
        outcome=outcomes.most_common(1)[0][0] if outcomes else None,
    )


def told_quotes(reports: Sequence[ReportEvidence]) -> tuple[ToldQuote, ...]:
    """A few of what users said, of what most of them said first, each once."""
    quotes = {
        quote: report.symptom
        for report in sorted(reports, key=lambda report: -report.count)
        for quote in report.quotes
    }
    return tuple(ToldQuote(text=text, symptom=symptom) for text, symptom in quotes.items())[:QUOTES_SHOWN]


def other_causes(incident: IncidentView) -> tuple[tuple[Cause, float], ...]:
    """What else it could be, and how likely, the likeliest first: causes only, and only likely ones."""
    return tuple(
        (Cause(name), probability)
        for name, probability in incident.alternatives
        if name in set(Cause) and name != incident.cause and probability >= LIKELY
    )

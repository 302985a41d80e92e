"""The evidence of an incident, arranged for reading: who was asked from where, and what came back."""

from collections.abc import Mapping
from dataclasses import dataclass

from probes.vocabulary.bilingual import Bilingual
from statuspage.analysis.values import ProbeEvidence, ReportEvidence
from statuspage.public.read.values import IncidentView, Names

LINES_SHOWN = 24


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
class EvidenceTable:
    """All of it, the weightiest first; ``hidden`` lines are left out for length."""

    probes: tuple[EvidenceLine, ...]
    hidden: int
    reports: tuple[ReportEvidence, ...]
    maintenance: str | None


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
        probes=tuple(
            _line(probe, names, components.get(probe.component) if several else None)
            for probe in ordered[:LINES_SHOWN]
        ),
        hidden=max(0, len(ordered) - LINES_SHOWN),
        reports=tuple(report for report in evidence.reports if report.count),
        maintenance=evidence.maintenance,
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

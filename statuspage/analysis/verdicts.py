"""Puts into values that a person can read what the machine believes of an incident, and why."""

from collections.abc import Mapping
from operator import itemgetter

from probes.vocabulary.outcomes import Outcome
from statuspage.analysis.filter import ComponentFilter
from statuspage.analysis.incident import DetectedIncident
from statuspage.analysis.kinds import ACCEPTED, TIERS
from statuspage.analysis.moments import moment
from statuspage.analysis.values import CauseHeld, Evidence, ProbeEvidence, ReportEvidence, Verdict


def verdict_of(
    incident: DetectedIncident,
    now: float,
    *,
    filters: Mapping[str, ComponentFilter],
    told: ReportEvidence | None,
) -> Verdict:
    """All that is believed of ``incident`` at ``now``, and what users ``told`` of it."""
    probes = [
        evidence
        for slug, component in sorted(incident.components.items())
        if slug in filters
        for evidence in _probes(filters[slug], component.hypothesis)
    ]
    return Verdict(
        key=incident.key,
        at=moment(now),
        cause=incident.cause,
        components=tuple(sorted(incident.components)),
        affected=tuple(incident.failing()) if incident.is_open else (),
        impact=incident.impact,
        started_at=moment(incident.started_at),
        detected_at=moment(incident.detected_at),
        confirmed_at=None if incident.confirmed_at is None else moment(incident.confirmed_at),
        resolved_at=None if incident.resolved_at is None else moment(incident.resolved_at),
        confidence=round(incident.confidence, 4),
        alternatives=tuple(incident.alternatives),
        causes=tuple(
            CauseHeld(at=moment(at), cause=c, confidence=round(p, 4)) for at, c, p in incident.causes
        ),
        evidence=Evidence(
            window_seconds=round(now - incident.started_at, 3),
            probes=tuple(probes),
            reports=() if told is None else (told,),
            maintenance=incident.window,
        ),
    )


def _probes(component: ComponentFilter, hypothesis: str) -> list[ProbeEvidence]:
    return [
        ProbeEvidence(
            component=component.slug,
            persona=met.persona,
            tier=TIERS[met.tier],
            vantage=met.vantage,
            checks=sum(met.kinds),
            accepted=met.kinds[ACCEPTED],
            outcomes=tuple((Outcome(name), count) for name, count in _most_first(met.outcomes)),
            sample=met.sample,
            usual_failure_ratio=round(component.usual_failure_ratio(met.tier), 5),
            weight=round(component.weight(met, hypothesis), 3),
        )
        for _, met in sorted(component.memory.answers.items())
    ]


def _most_first(counts: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=itemgetter(1), reverse=True)

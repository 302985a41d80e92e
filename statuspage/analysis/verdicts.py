"""Puts into values that a person can read what the machine believes of an incident, and why."""

from collections.abc import Mapping
from datetime import UTC, datetime
from operator import itemgetter

from probes.vocabulary.outcomes import Outcome
from probes.vocabulary.symptoms import Symptom
from statuspage.analysis.filter import ComponentFilter
from statuspage.analysis.incident import DetectedIncident
from statuspage.analysis.kinds import ACCEPTED, TIERS
from statuspage.analysis.values import CauseHeld, Evidence, ProbeEvidence, ReportEvidence, Verdict
from statuspage.analysis.waves import Waves


def moment(epoch_seconds: float) -> datetime:
    """Aware UTC datetime of seconds since the epoch, to the millisecond."""
    return datetime.fromtimestamp(round(epoch_seconds, 3), UTC)


def verdict_of(
    incident: DetectedIncident,
    now: float,
    *,
    filters: Mapping[str, ComponentFilter],
    waves: Waves,
    hour: int,
) -> Verdict:
    """All that is believed of ``incident`` at ``now``, which lies in the local ``hour``."""
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
            reports=_reports(incident, now, waves, hour),
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


def _reports(incident: DetectedIncident, now: float, waves: Waves, hour: int) -> tuple[ReportEvidence, ...]:
    symptom = Symptom.of(incident.cause)
    wave = waves.of(symptom)
    if wave is None or wave.level <= 0.0:
        return ()
    minutes = max(0.0, now - wave.rose_at) / 60.0
    return (
        ReportEvidence(
            symptom=symptom,
            since=moment(wave.rose_at),
            count=wave.authors,
            usual=round(wave.baseline.per_minute(hour) * minutes, 3),
            authors=wave.authors,
            quotes=tuple(wave.quotes),
            weight=round(wave.level, 3),
        ),
    )

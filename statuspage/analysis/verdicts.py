"""Puts into values that a person can read what the machine believes of an incident, and why."""

from collections.abc import Mapping
from operator import itemgetter

from probes.vocabulary.causes import Extent
from probes.vocabulary.outcomes import Outcome
from statuspage.analysis.answered import AnswerCounts, added
from statuspage.analysis.filter import ComponentFilter
from statuspage.analysis.incident import DetectedIncident
from statuspage.analysis.kinds import ACCEPTED, TIERS
from statuspage.analysis.moments import moment
from statuspage.analysis.values import (
    CauseHeld,
    Evidence,
    ProbeEvidence,
    ReportEvidence,
    SignalEvidence,
    Verdict,
)


def verdict_of(
    incident: DetectedIncident,
    now: float,
    *,
    filters: Mapping[str, ComponentFilter],
    told: ReportEvidence | None,
    signals: tuple[SignalEvidence, ...] = (),
) -> Verdict:
    """All that is believed of ``incident`` at ``now``, what users ``told`` of it, and what other monitors."""
    probes = [
        evidence
        for slug in sorted(incident.components)
        if slug in filters
        for evidence in _probes(incident, filters[slug], now)
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
            extents=_extents(incident),
            told_only=incident.told_only,
            signals=signals,
        ),
    )


def _extents(incident: DetectedIncident) -> tuple[tuple[str, Extent], ...]:
    known = sorted(incident.components.items())
    return tuple((slug, component.extent) for slug, component in known if component.extent is not None)


def _probes(incident: DetectedIncident, component: ComponentFilter, now: float) -> list[ProbeEvidence]:
    affected = incident.components[component.slug]
    answers = affected.answers
    if affected.failing or not affected.told_until:
        answers = added([*answers, *_met(incident, component, now)])
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
            weight=round(component.weight(met, affected.hypothesis), 3),
        )
        for met in answers
    ]


def keep_evidence(incident: DetectedIncident, component: ComponentFilter, now: float) -> None:
    """Keep what a component's payers met in ``incident`` up to now, when it has just ceased to fail in it.

    What they met once it was well again is no evidence of it.
    """
    well_since = incident.components[component.slug].well_since
    until = now if well_since is None else component.memory.answers.last_unaccepted(well_since)
    incident.keep(component.slug, _met(incident, component, until), now)


def _met(incident: DetectedIncident, component: ComponentFilter, until: float) -> list[AnswerCounts]:
    """What a component's payers met since ``incident`` began, but for what is kept already."""
    told_until = incident.components[component.slug].told_until
    return component.memory.answers.between(incident.started_at, until, after=told_until)


def _most_first(counts: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=itemgetter(1), reverse=True)

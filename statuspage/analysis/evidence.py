"""Puts into values that a person can read why the machine believes what it says."""

from datetime import UTC, datetime
from operator import itemgetter

from probes.vocabulary.outcomes import Outcome
from probes.vocabulary.symptoms import Symptom
from statuspage.analysis.component import ComponentFilter
from statuspage.analysis.kinds import ACCEPTED, TIERS
from statuspage.analysis.story import Story
from statuspage.analysis.values import CauseHeld, Evidence, ProbeEvidence, ReportEvidence, Verdict
from statuspage.analysis.voices import CAUSE_OF_SYMPTOM, Voices

_SYMPTOM_OF_CAUSE = {cause: symptom for symptom, cause in CAUSE_OF_SYMPTOM.items()}


def moment(epoch_seconds: float) -> datetime:
    """Aware UTC datetime of seconds since the epoch, to the millisecond."""
    return datetime.fromtimestamp(round(epoch_seconds, 3), UTC)


def verdict_of(
    story: Story, now: float, filters: dict[str, ComponentFilter], voices: Voices, hour: int
) -> Verdict:
    """All that is believed of ``story`` at ``now``."""
    return Verdict(
        key=story.key,
        at=moment(now),
        cause=story.cause,
        components=tuple(sorted(story.members)),
        affected=tuple(story.active_members()) if story.open else (),
        impact=story.impact,
        started_at=moment(story.started_at),
        detected_at=moment(story.detected_at),
        confirmed_at=None if story.confirmed_at is None else moment(story.confirmed_at),
        resolved_at=None if story.resolved_at is None else moment(story.resolved_at),
        confidence=round(story.confidence, 4),
        alternatives=tuple(story.alternatives),
        causes=tuple(CauseHeld(at=moment(at), cause=c, confidence=round(p, 4)) for at, c, p in story.causes),
        evidence=_evidence(story, now, filters, voices, hour),
    )


def _evidence(
    story: Story, now: float, filters: dict[str, ComponentFilter], voices: Voices, hour: int
) -> Evidence:
    probes = []
    for slug in sorted(story.members):
        if slug in filters:
            probes += _probes(filters[slug], story.members[slug].hypothesis)
    return Evidence(
        window_seconds=round(now - story.started_at, 3),
        probes=tuple(probes),
        reports=_reports(story, now, voices, hour),
        maintenance=story.window,
    )


def _probes(component: ComponentFilter, hypothesis: str) -> list[ProbeEvidence]:
    return [
        ProbeEvidence(
            component=component.slug,
            persona=cell.persona,
            tier=TIERS[cell.tier],
            vantage=cell.vantage,
            checks=sum(cell.kinds),
            accepted=cell.kinds[ACCEPTED],
            outcomes=tuple((Outcome(name), count) for name, count in _most_first(cell.outcomes)),
            sample=cell.sample,
            usual_failure_ratio=round(component.usual_failure_ratio(cell.tier), 5),
            weight=round(component.weight(cell, hypothesis), 3),
        )
        for _, cell in sorted(component.state.cells.items())
    ]


def _most_first(counts: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=itemgetter(1), reverse=True)


def _reports(story: Story, now: float, voices: Voices, hour: int) -> tuple[ReportEvidence, ...]:
    symptom: Symptom = _SYMPTOM_OF_CAUSE[story.cause]
    kept = voices.state.symptoms.get(symptom.value)
    if kept is None or kept.level <= 0.0:
        return ()
    minutes = max(0.0, now - kept.rose_at) / 60.0
    return (
        ReportEvidence(
            symptom=symptom,
            count=kept.authors,
            usual=round(voices.usual_per_minute(kept, hour) * minutes, 3),
            authors=kept.authors,
            quotes=tuple(kept.quotes),
            weight=round(kept.level, 3),
        ),
    )

"""Builders whose arguments all have defaults."""

from datetime import UTC, datetime, timedelta

from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.outcomes import Outcome
from probes.vocabulary.symptoms import Symptom
from probes.vocabulary.tiers import RiskTier
from statuspage.analysis.values import CauseHeld, Evidence, ProbeEvidence, ReportEvidence, Verdict
from statuspage.monitoring.models import Component, ComponentGroup

START = datetime(2026, 3, 2, 4, 3, tzinfo=UTC)  # 12:03 in Shanghai


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def evidence() -> Evidence:
    """Two payers refused from one vantage, and users who say so."""
    probes = tuple(
        ProbeEvidence(
            component="fenfu-qr",
            persona=persona,
            tier=tier,
            vantage="east",
            checks=10,
            accepted=2,
            outcomes=((Outcome.TIMEOUT, 8),),
            sample="timeout",
            usual_failure_ratio=0.02,
            weight=9.0,
        )
        for persona, tier in (("ordinary", RiskTier.LOW), ("reseller", RiskTier.HIGH))
    )
    reports = ReportEvidence(
        symptom=Symptom.PAYMENT_FAILURE,
        since=at(0),
        count=212,
        usual=6.2,
        authors=200,
        quotes=("转圈",),
        weight=4.0,
    )
    return Evidence(window_seconds=600, probes=probes, reports=(reports,))


def verdict(
    *,
    key: str = "fenfu-qr/1",
    seconds: float = 60,
    cause: Cause = Cause.OUTAGE,
    components: tuple[str, ...] = ("fenfu-qr",),
    affected: tuple[str, ...] | None = None,
    impact: Impact = Impact.MAJOR,
    confirmed: bool = True,
    resolved: float | None = None,
    confidence: float = 0.97,
    causes: tuple[tuple[float, Cause], ...] = (),
) -> Verdict:
    return Verdict(
        key=key,
        at=at(seconds),
        cause=cause,
        components=components,
        affected=(components if resolved is None else ()) if affected is None else affected,
        impact=impact,
        started_at=at(0),
        detected_at=at(60),
        confirmed_at=at(60) if confirmed else None,
        resolved_at=None if resolved is None else at(resolved),
        confidence=confidence,
        alternatives=(("normal", round(1 - confidence, 2)),),
        causes=tuple(CauseHeld(at=at(s), cause=c, confidence=0.9) for s, c in causes),
        evidence=evidence(),
    )


def plant_components(*slugs: str) -> list[Component]:
    """Components of one group."""
    group = ComponentGroup.objects.create(slug="fenfu", name_zh="分付", name_en="Fenfu")
    return [
        Component.objects.create(slug=slug, name_zh=f"名{number}", name_en=f"Name {number}", group=group)
        for number, slug in enumerate(slugs or ("fenfu-qr", "fenfu-online"), start=1)
    ]

"""What may happen to an incident, and that each of it is told."""

from collections.abc import Callable

import pytest

from probes.vocabulary.causes import Cause, Impact
from statuspage.analysis.incident import DetectedIncident
from statuspage.analysis.model import RECOVERY

ENOUGH = 20.0  # nats of health that suffice for any cause
LONG = 3600.0  # and seconds that do


def _incident(*components: str, cause: Cause = Cause.OUTAGE) -> DetectedIncident:
    incident = DetectedIncident.open(
        key="fenfu-qr@100", cause=cause, started_at=90.0, now=100.0, confidence=0.6, alternatives=[]
    )
    for component in components or ("fenfu-qr",):
        incident.join(component, 100.0)
    incident.tell(100.0)
    return incident


@pytest.mark.parametrize(
    "verb",
    [
        pytest.param(lambda i: i.join("fenfu-online", 110.0), id="it is joined"),
        pytest.param(lambda i: i.confirm(110.0), id="it is confirmed"),
        pytest.param(lambda i: i.rename(Cause.RISK_CONTROL, 110.0, 0.8), id="it is renamed"),
        pytest.param(lambda i: i.worsen(Impact.MAJOR), id="it is worse"),
        pytest.param(lambda i: i.leave("fenfu-qr"), id="a component leaves it"),
        pytest.param(lambda i: i.resolve(110.0), id="it is resolved"),
        pytest.param(lambda i: i.relapse(), id="it relapses"),
    ],
)
def test_incident_is_told_once_when(verb: Callable[[DetectedIncident], None]) -> None:
    incident = _incident()

    verb(incident)

    assert incident.tell(110.0)
    assert not incident.tell(115.0)


def test_incident_is_told_with_the_next_refresh_only_when_its_confidence_moves() -> None:
    incident = _incident()

    incident.lean("fenfu-qr", "outage-mixed", 0.9, [])

    assert not incident.tell(110.0)
    assert incident.tell(160.0)


def test_incident_keeps_its_worst_impact_when_it_gets_better() -> None:
    incident = _incident()
    incident.worsen(Impact.CRITICAL)

    incident.worsen(Impact.MAJOR)

    assert incident.impact is Impact.CRITICAL


def test_incident_keeps_only_what_probes_see_when_a_suspicion_by_posts_is_confirmed() -> None:
    incident = _incident()
    incident.blame(["fenfu-online", "fenfu-repay"])
    incident.join("fenfu-repay", 200.0)

    incident.confirm(200.0)

    assert list(incident.components) == ["fenfu-repay"]
    assert not incident.reports_only


def test_component_recovers_only_when_health_is_strong_and_lasts() -> None:
    incident = _incident()

    tests = [
        incident.recover("fenfu-qr", health, 60.0, at)
        for health, at in ((1.0, 100.0), (ENOUGH, 105.0), (ENOUGH, 110.0), (ENOUGH, 105.0 + LONG))
    ]

    assert tests == [False, False, False, True]
    assert incident.failing() == []


def test_component_must_be_well_for_longer_when_it_has_relapsed() -> None:
    steady, relapsed = _incident(), _incident()
    for incident in (steady, relapsed):
        incident.recover("fenfu-qr", ENOUGH, 120.0, 100.0)
    relapsed.recover("fenfu-qr", 0.0, 120.0, 125.0)

    assert relapsed.components["fenfu-qr"].relapses == 1
    assert steady.recover("fenfu-qr", ENOUGH, 120.0, 130.0)
    relapsed.recover("fenfu-qr", ENOUGH, 120.0, 130.0)
    assert not relapsed.recover("fenfu-qr", ENOUGH, 120.0, 180.0)
    assert relapsed.recover("fenfu-qr", ENOUGH, 120.0, 190.0)


def test_withdrawal_asks_for_more_health_when_it_is_tested_for_recovery() -> None:
    outage, withdrawal = _incident(), _incident(cause=Cause.POLICY_CHANGE)
    for incident in (outage, withdrawal):
        incident.recover("fenfu-qr", 7.0, 60.0, 100.0)

    assert outage.recover("fenfu-qr", 7.0, 60.0, 100.0 + LONG)
    assert not withdrawal.recover("fenfu-qr", 7.0, 60.0, 100.0 + LONG)


def test_component_that_fails_again_needs_more_health_than_one_that_failed_once() -> None:
    incident = _incident()
    incident.leave("fenfu-qr")
    incident.join("fenfu-qr", 200.0)
    incident.join("fenfu-repay", 200.0)
    enough_once = RECOVERY.needed_nats + 0.5

    for slug in ("fenfu-qr", "fenfu-repay"):
        incident.recover(slug, enough_once, 60.0, 300.0)
        incident.recover(slug, enough_once, 60.0, 300.0 + LONG)

    assert incident.failing() == ["fenfu-qr"]

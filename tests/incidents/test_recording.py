"""Verdicts become incidents and their timelines."""

from dataclasses import replace
from datetime import timedelta

import pytest

from probes.vocabulary.causes import Cause
from probes.vocabulary.symptoms import Product, Symptom
from statuspage.incidents.evidence import evidence_from_json
from statuspage.incidents.models import Incident, Maintenance
from statuspage.incidents.recording import close_orphans, record_verdicts
from statuspage.incidents.timeline import public_id
from statuspage.monitoring.models import Source, Voices
from tests.incidents.building import at, evidence, plant_components, verdict

pytestmark = pytest.mark.django_db


def test_a_verdict_becomes_an_incident_with_its_evidence_when_it_is_new() -> None:
    plant_components()

    recorded = record_verdicts([verdict()])

    incident = Incident.objects.get()
    assert (recorded.incidents, recorded.earliest) == (1, at(0))
    assert (incident.title_zh, incident.title_en) == ("分付 · 名1：系统故障", "Fenfu · Name 1: system outage")
    assert (incident.status, incident.certainty, incident.impact) == ("identified", "confirmed", "major")
    assert evidence_from_json(incident.evidence) == evidence()
    assert [component.slug for component in incident.components.all()] == ["fenfu-qr"]
    assert incident.updates.get().by_machine


def test_verdicts_recorded_again_change_nothing() -> None:
    plant_components()
    told = [verdict(), verdict(seconds=500, resolved=480)]
    record_verdicts(told)
    first = Incident.objects.values().get(), list(Incident.objects.get().updates.values())

    record_verdicts(told[1:])

    assert (Incident.objects.values().get(), list(Incident.objects.get().updates.values())) == first


def test_a_wave_that_ends_is_not_called_quiet_where_its_source_cannot_be_read() -> None:
    plant_components()
    Source.objects.create(
        slug="weibo",
        name_zh="微博",
        name_en="Weibo",
        kind="rss",
        url="https://x.example/",
        last_error="HTTP 500",
    )
    wave = verdict(confirmed=False, resolved=480)

    record_verdicts(
        [
            replace(told, evidence=replace(told.evidence, told_only=True))
            for told in (verdict(confirmed=False), replace(wave, at=at(500)))
        ]
    )

    newest = Incident.objects.get().updates.latest("sequence")
    assert "微博上的帖子现在读不到" in newest.body_zh


def test_addresses_follow_from_the_key_so_that_a_rebuilt_incident_keeps_its_own() -> None:
    plant_components()

    record_verdicts([verdict()])

    incident = Incident.objects.get()
    assert incident.public_id == public_id("incident", "fenfu-qr/1")
    assert len(incident.public_id) == 12
    assert incident.updates.get().public_id == public_id("update", "fenfu-qr/1", 1)


def test_an_incident_is_as_sure_as_it_ever_was_when_evidence_fades_with_recovery() -> None:
    plant_components()

    record_verdicts([verdict(confidence=0.9), verdict(seconds=300, confidence=0.2)])

    incident = Incident.objects.get()
    assert incident.confidence == 0.9
    assert incident.alternatives == [["normal", 0.1]]


def test_another_cause_is_told_and_starts_with_its_own_confidence_when_the_machine_changes_its_mind() -> None:
    plant_components()
    turned = verdict(seconds=300, cause=Cause.RISK_CONTROL, confidence=0.7)

    record_verdicts([verdict(confidence=0.9), turned])

    incident = Incident.objects.get()
    assert (incident.cause, incident.confidence) == ("risk_control", 0.7)
    assert incident.updates.all()[0].body_zh.startswith("更正：原因不是系统故障")


def test_an_incident_knows_its_window_when_the_evidence_names_one() -> None:
    component, _ = plant_components()
    window = Maintenance.objects.create(
        slug="upgrade",
        public_id="m",
        title_zh="升级",
        title_en="Upgrade",
        starts_at=at(0),
        ends_at=at(900),
        announced_at=at(-900),
        updated_at=at(-900),
    )
    window.components.add(component)
    told = verdict(cause=Cause.MAINTENANCE)
    explained = replace(told, evidence=replace(told.evidence, maintenance="upgrade"))

    record_verdicts([explained])

    assert Incident.objects.get().maintenance == window


def test_an_incident_of_a_person_is_not_moved() -> None:
    plant_components()
    record_verdicts([verdict()])
    Incident.objects.update(taken_over=True)

    recorded = record_verdicts([verdict(seconds=500, resolved=480)])

    assert recorded.incidents == 0
    assert Incident.objects.get().resolved_at is None


def test_the_machine_says_so_when_it_gets_back_an_incident_that_a_person_had_called_over() -> None:
    plant_components()
    record_verdicts([verdict()])
    Incident.objects.update(status="resolved", resolved_at=at(300))

    record_verdicts([verdict(seconds=600)])

    incident = Incident.objects.get()
    assert (incident.status, incident.resolved_at) == ("identified", None)
    assert incident.updates.latest("sequence").body_zh.startswith("问题再次出现。")


def test_orphans_are_closed_when_the_detector_lost_its_memory() -> None:
    plant_components()
    record_verdicts([verdict()])

    closed = close_orphans(at=at(600))

    incident = Incident.objects.get()
    assert closed == 1
    assert (incident.status, incident.resolved_at) == ("resolved", at(600))
    assert incident.updates.count() == 2


def test_an_end_is_unseen_until_somebody_says_more_when_the_detector_lost_its_memory() -> None:
    plant_components()
    record_verdicts([verdict()])
    seen_before = Incident.objects.get().end_unseen
    close_orphans(at=at(600))
    unseen = Incident.objects.get().end_unseen

    record_verdicts([verdict(seconds=660)])

    assert (seen_before, unseen, Incident.objects.get().end_unseen) == (False, True, False)


def test_evidence_tells_the_usual_of_the_page_when_there_are_weeks_of_posts() -> None:
    plant_components()
    for day in range(29):
        for product, count in ((Product.FENFU, 3), (Product.NONE, 1), (Product.OTHER, 50)):
            Voices.objects.create(
                slot=at(0).replace(minute=0) - timedelta(days=day),
                product=product,
                symptom=Symptom.PAYMENT_FAILURE,
                people=count,
            )

    record_verdicts([verdict(seconds=450)])

    incident = Incident.objects.get()
    told = evidence_from_json(incident.evidence)
    assert told is not None
    assert (told.reports[0].count, told.reports[0].usual) == (212, 2.0)
    assert "212 people reported it (usually about 2)." in incident.updates.get().body_en

"""`manage.py why` leads from what the page says to single checks, and says what is missing on the way."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from pytest_django import Settings

from probes.vocabulary.symptoms import Product, Symptom
from statuspage.incidents.models import Incident, Maintenance
from statuspage.incidents.recording import record_verdicts
from statuspage.logbook.deeds import noted_action
from statuspage.monitoring.models import CheckResult, Report, Source
from statuspage.monitoring.packing import pack_settled
from statuspage.why.reading import why
from tests.incidents.building import at as minutes_at
from tests.incidents.building import plant_components, verdict
from tests.pipeline.day import END, FAULT, QUIET, advance_to, plant_outage
from tests.pipeline.planting import at


def told(*words: str) -> str:
    out = StringIO()
    call_command("why", *words, stdout=out)
    return out.getvalue()


def chain_of(incident: Incident, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(told(incident.public_id, "--json", *words))
    return found


@pytest.fixture
def outage(db: None) -> Incident:
    """Five minutes of errors at one of two components, judged and over."""
    plant_outage()
    advance_to(END)
    return Incident.objects.get()


def test_why_leads_from_each_sentence_to_the_checks_when_a_component_failed(outage: Incident) -> None:
    chain = chain_of(outage)

    sentences, verdicts = chain["updates"], {each["at"] for each in chain["verdicts"]}
    assert [each["id"] for each in sentences] == list(
        outage.updates.order_by("sequence").values_list("public_id", flat=True)
    )
    assert all(each["by"] == "the machine" and each["verdict_at"] in verdicts for each in sentences)
    assert {each["probe"] for each in chain["series"]} == {
        f"fenfu-qr.{persona}.{vantage}"
        for persona in ("ordinary", "reseller")
        for vantage in ("east", "south")
    }
    probe, _, tick = chain["series"][0]["checks"][0]["id"].partition("@")
    first = CheckResult.objects.get(probe__slug=probe, tick=tick)
    assert (first.outcome, first.http_status, first.code) == ("server_error", 500, "SYSTEM_ERROR")
    assert sum(each["outcomes"]["server_error"] for each in chain["series"]) == 40
    assert all(each["weight"] is not None and each["weight"] > 0 for each in chain["series"])


def test_why_finds_the_same_checks_when_they_were_packed(outage: Incident) -> None:
    before = chain_of(outage)["series"]

    advance_to(4 * 3600, step=1800, start=END)
    pack_settled(now=at(END) + timedelta(days=1))

    assert not CheckResult.objects.filter(at__lt=at(FAULT)).exists()
    assert chain_of(outage)["series"] == before


@pytest.mark.parametrize(
    "words",
    [
        "{pk}",
        "{id}",
        "{update}",
        "https://status.example.com/incidents/{id}/",
        "https://status.example.com/en/incidents/{id}/#update-{update}",
        "https://status.example.com/admin/incidents/incident/{pk}/change/",
    ],
)
@pytest.mark.django_db
def test_why_finds_the_incident_when_it_is_named_in_any_way(words: str) -> None:
    plant_components()
    record_verdicts([verdict()])
    incident = Incident.objects.get()
    update = incident.updates.all()[0].public_id

    said = told(words.format(pk=incident.pk, id=incident.public_id, update=update))

    assert said.startswith(f"{incident.public_id} (#{incident.pk})")


@pytest.mark.django_db
def test_why_says_what_was_expected_when_nothing_is_meant() -> None:
    with pytest.raises(CommandError, match="'nothing-like-it': there is no such incident; expected"):
        told("nothing-like-it")


@pytest.mark.django_db
def test_why_names_the_incidents_of_planned_work_when_that_is_meant() -> None:
    plant_components()
    record_verdicts([verdict()])
    work = Maintenance.objects.create(
        public_id="planned00001",
        slug="work",
        title_en="Work",
        starts_at=minutes_at(0),
        ends_at=minutes_at(900),
        announced_at=minutes_at(0),
        updated_at=minutes_at(0),
    )
    Incident.objects.update(maintenance=work)
    incident = Incident.objects.get()

    with pytest.raises(CommandError, match=f"planned work, not an incident.*{incident.public_id}"):
        told("planned00001")

    assert f"explained by the planned work {work.public_id}" in told(incident.public_id)


@pytest.mark.django_db
def test_why_shows_reports_redacted_and_which_count_for_nothing_when_people_complained() -> None:
    plant_components()
    record_verdicts([verdict()])
    source = Source.objects.create(
        slug="forum", kind="rss", url="http://127.0.0.1/", name_zh="名", name_en="Forum"
    )
    common: dict[str, Any] = {
        "source": source,
        "symptom": Symptom.PAYMENT_FAILURE,
        "product": Product.FENFU,
        "probability": 0.9,
    }
    Report.objects.create(
        external_id="a", at=minutes_at(10), text="付不了 电话 13912345678\x1b[2J 转圈", **common
    )
    Report.objects.create(external_id="b", at=minutes_at(20), text="假的", hidden_at=minutes_at(30), **common)

    said = chain_of(Incident.objects.get())["reports"][0]

    assert (said["symptom"], said["people"]) == ("payment_failure", 212)
    assert [each["excluded"] for each in said["reports"]] == ["", "hidden"]
    assert "付不了" in said["reports"][0]["text"]
    assert "13912345678" not in said["reports"][0]["text"]
    assert "\x1b" not in said["reports"][0]["text"]


@pytest.mark.django_db
def test_why_tells_who_decided_what_when_a_person_took_part() -> None:
    plant_components()
    record_verdicts([verdict()])
    incident = Incident.objects.get()
    with noted_action("take over", incident, now=minutes_at(90)):
        Incident.objects.update(taken_over=True, lead=User.objects.create(username="ling"))
    incident.refresh_from_db()

    chain = why(incident, now=minutes_at(100))

    assert chain.led_by == "ling"
    assert [(each.what, each.by) for each in chain.decisions] == [("take over", "the command line")]
    assert ("taken over", "No", "Yes") in chain.decisions[0].changes


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({"key": None, "evidence": {}}, "no verdict stands behind it", id="a person opened it"),
        pytest.param({"imported_from": "instatus"}, "imported from instatus", id="it was imported"),
        pytest.param({"withdrawn_at": minutes_at(120)}, "withdrawn at 2026-03-02T04:05:00", id="withdrawn"),
        pytest.param({"end_unseen": True}, "its end was not seen", id="closed unseen"),
    ],
)
def test_why_says_how_it_is_otherwise_when(changed: dict[str, Any], expected: str) -> None:
    plant_components()
    record_verdicts([verdict()])
    Incident.objects.update(**changed)

    assert expected in told(Incident.objects.get().public_id)


@pytest.mark.django_db
def test_why_tells_both_ways_when_one_was_merged_into_another() -> None:
    plant_components()
    record_verdicts([verdict(), verdict(key="fenfu-online/1", components=("fenfu-online",))])
    kept, gone = Incident.objects.order_by("pk")
    Incident.objects.filter(pk=gone.pk).update(merged_into=kept)

    assert f"merged into it: {gone.public_id}" in told(kept.public_id)
    assert f"note: merged into {kept.public_id}" in told(gone.public_id)


@pytest.mark.django_db
def test_why_says_what_was_pruned_when_the_incident_is_old(settings: Settings) -> None:
    plant_components()
    record_verdicts([verdict()])
    incident = Incident.objects.get()

    fresh = why(incident, now=incident.started_at + timedelta(days=1)).notes
    old = why(incident, now=incident.started_at + timedelta(days=settings.RAW_DAYS + 1)).notes

    assert not any("pruned" in note for note in fresh)
    assert [note.partition(" of before")[0] for note in old if "pruned" in note] == ["checks"]


def test_why_lists_no_more_than_was_asked_for_when_many_failed(outage: Incident) -> None:
    assert {len(each["checks"]) for each in chain_of(outage, "--most=2")["series"]} == {2}
    assert {len(each["checks"]) for each in chain_of(outage, "--most=0")["series"]} == {0}


def test_why_says_which_checks_were_left_out_when_their_vantage_was_cut_off(outage: Incident) -> None:
    failed = CheckResult.objects.filter(
        probe__slug="fenfu-qr.ordinary.east", at__gt=at(QUIET), at__lte=at(FAULT)
    )
    pks = list(failed.order_by("at").values_list("pk", flat=True)[:3])
    CheckResult.objects.filter(pk__in=pks).update(excluded="vantage_lost")

    series = next(one for one in chain_of(outage)["series"] if one["probe"] == "fenfu-qr.ordinary.east")

    assert sum(series["excluded"].values()) == 3
    assert "[left out: vantage_lost]" in told(outage.public_id)

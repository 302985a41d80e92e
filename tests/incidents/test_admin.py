"""What an admin does reaches the page, and wins over the machine."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from probes.vocabulary.exclusions import Exclusion
from probes.vocabulary.outcomes import Outcome
from statuspage.analysis.values import Conditions
from statuspage.incidents.joining import merge
from statuspage.incidents.models import (
    Announcement,
    ComponentStatus,
    Incident,
    IncidentUpdate,
    Maintenance,
    MaintenanceNotice,
)
from statuspage.incidents.recording import record_verdicts
from statuspage.incidents.statuses import refresh_statuses
from statuspage.incidents.totals import corrected_ever, opened_ever
from statuspage.monitoring.models import CheckResult, Component, Probe, Progress
from tests.incidents.building import at, plant_components, verdict
from tests.support.probe_rows import build_probe

pytestmark = pytest.mark.django_db
SILENT = {"updates-TOTAL_FORMS": 0, "updates-INITIAL_FORMS": 0}
ENGLISH = {"accept-language": "en"}
TEXTS = {"title_zh": "标题", "title_en": "Title", "body_zh": "正文", "body_en": "Text"}


@pytest.fixture
def admin(settings: Settings) -> Client:
    """Somebody who may do everything, on a site whose files were not collected."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    client = Client()
    client.force_login(User.objects.create(username="boss", is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def incident() -> Incident:
    """One that the machine opened."""
    plant_components()
    record_verdicts([verdict()])
    refresh_statuses(since=at(0), at=at(60), blind=())
    return Incident.objects.get()


def _form(incident: Incident, **changes: Any) -> dict[str, Any]:
    return {
        "title_zh": incident.title_zh,
        "title_en": incident.title_en,
        "components": [component.pk for component in incident.components.all()] if incident.pk else [],
        "cause": incident.cause,
        "impact": incident.impact,
        "certainty": incident.certainty,
        "started_at_0": "2026-03-02",
        "started_at_1": "12:03:00",
        "postmortem_zh": "",
        "postmortem_en": "",
        "updates-TOTAL_FORMS": 1,
        "updates-INITIAL_FORMS": 0,
        "updates-0-status": "",
        "updates-0-body_zh": "",
        "updates-0-body_en": "",
        **changes,
    }


def _update(status: str, *, zh: str, en: str) -> dict[str, str]:
    return {"updates-0-status": status, "updates-0-body_zh": zh, "updates-0-body_en": en}


def _post(admin: Client, path: str, data: dict[str, Any]) -> None:
    answer = admin.post(f"/admin/incidents/{path}", data)
    assert answer.status_code == 302, answer.context["errors"]


def _window(starts: timedelta, ends: timedelta) -> dict[str, Any]:
    begin, end = (timezone.localtime() + delta for delta in (starts, ends))
    return {
        "starts_at_0": f"{begin:%Y-%m-%d}",
        "starts_at_1": f"{begin:%H:%M:%S}",
        "ends_at_0": f"{end:%Y-%m-%d}",
        "ends_at_1": f"{end:%H:%M:%S}",
    }


def _machine_says_it_is_over() -> None:
    record_verdicts([verdict(seconds=900, resolved=880)])


def test_an_announcement_asks_for_publication_at_once_when_it_is_saved(admin: Client) -> None:
    before = timezone.now()

    _post(
        admin,
        "announcement/add/",
        {**TEXTS, "published": "on", **_window(timedelta(), timedelta(hours=1))},
    )

    assert Announcement.objects.get().title_zh == "标题"
    changed_at = Progress.objects.get().changed_at
    assert changed_at is not None
    assert changed_at >= before


def test_an_announcement_is_refused_with_a_reason_when_it_ends_before_it_starts(admin: Client) -> None:
    window = _window(timedelta(hours=1), timedelta())

    in_chinese = admin.post("/admin/incidents/announcement/add/", {**TEXTS, **window})
    in_english = admin.post(
        "/admin/incidents/announcement/add/", {**TEXTS, **window}, headers={"accept-language": "en"}
    )

    assert "结束时间必须晚于开始时间" in in_chinese.content.decode()
    assert "It must end after it starts." in in_english.content.decode()
    assert not Announcement.objects.exists()


def test_an_incident_counts_under_its_first_cause_when_an_admin_opens_and_corrects_it(
    admin: Client, incident: Incident
) -> None:
    own = {"title_zh": "标题", "title_en": "Title", "components": [incident.components.get().pk]}
    _post(admin, "incident/add/", _form(Incident(cause="maintenance"), **own))

    _post(admin, f"incident/{incident.pk}/change/", _form(incident, cause="risk_control"))

    assert opened_ever() == {"outage": 1, "maintenance": 1}
    assert corrected_ever() == {("outage", "risk_control"): 1}


def test_an_incident_is_taken_over_when_a_person_changes_what_is_told(
    admin: Client, incident: Incident
) -> None:
    _post(admin, f"incident/{incident.pk}/change/", _form(incident, cause="risk_control"))
    _machine_says_it_is_over()

    after = Incident.objects.get()
    assert (after.taken_over, after.cause, after.status) == (True, "risk_control", "identified")
    assert ComponentStatus.objects.get(component__slug="fenfu-qr").state == "degraded_performance"


def test_all_components_of_an_incident_fail_when_a_person_adds_one_in_its_form(
    admin: Client, incident: Incident
) -> None:
    both = [component.pk for component in Component.objects.all()]

    _post(admin, f"incident/{incident.pk}/change/", _form(incident, components=both, impact="minor"))

    assert set(ComponentStatus.objects.values_list("state", flat=True)) == {"degraded_performance"}
    assert set(Incident.objects.get().affected) == {"fenfu-qr", "fenfu-online"}


def test_an_incident_stays_the_machines_when_a_person_only_adds_a_word(
    admin: Client, incident: Incident
) -> None:
    words = _update("identified", zh="已联系", en="We called.")

    _post(admin, f"incident/{incident.pk}/change/", _form(incident, **words))
    _machine_says_it_is_over()

    after = Incident.objects.get()
    told = list(after.updates.order_by("sequence").values_list("by_machine", "status"))
    assert (after.taken_over, after.status) == (False, "resolved")
    assert told == [(True, "identified"), (False, "identified"), (True, "resolved")]


def test_an_incident_is_over_when_a_person_resolves_it_by_an_update(
    admin: Client, incident: Incident
) -> None:
    words = _update("resolved", zh="误报", en="A false alarm.")

    _post(admin, f"incident/{incident.pk}/change/", _form(incident, **words))

    after = Incident.objects.get()
    assert (after.taken_over, after.status) == (True, "resolved")
    assert after.resolved_at is not None
    author = after.updates.latest("sequence").author
    assert author is not None
    assert author.get_username() == "boss"
    assert ComponentStatus.objects.get(component__slug="fenfu-qr").state == "operational"


def test_form_of_a_merged_incident_refuses_a_word_and_keeps_it_to_be_copied(
    admin: Client, incident: Incident
) -> None:
    record_verdicts([verdict(), verdict(key="fenfu-online/2", components=("fenfu-online",))])
    into = Incident.objects.get(key="fenfu-online/2")
    merge(incident, into=into, author=None, now=at(90))
    words = _update("identified", zh="", en="It is not over.")

    answer = admin.post(
        f"/admin/incidents/incident/{incident.pk}/change/", _form(incident, **words), headers=ENGLISH
    )

    page = answer.content.decode()
    assert "It was merged into another incident: open that one." in page
    assert "It is not over." in page
    assert Incident.objects.get(pk=incident.pk).resolved_at is not None


@pytest.mark.parametrize(
    ("action", "taken_over", "status"), [("take_over", True, "identified"), ("resolve", True, "resolved")]
)
def test_an_action_on_the_list_moves_the_chosen_incidents(
    admin: Client, incident: Incident, action: str, taken_over: bool, status: str
) -> None:
    _post(admin, "incident/", {"action": action, "_selected_action": [incident.pk]})

    after = Incident.objects.get()
    assert (after.taken_over, after.status) == (taken_over, status)


def test_the_machine_leads_again_when_an_incident_is_given_back(admin: Client, incident: Incident) -> None:
    _post(admin, "incident/", {"action": "take_over", "_selected_action": [incident.pk]})

    _post(admin, "incident/", {"action": "give_back", "_selected_action": [incident.pk]})
    _machine_says_it_is_over()

    assert Incident.objects.get().status == "resolved"


def test_a_person_can_open_an_incident_of_their_own(admin: Client) -> None:
    first, _ = plant_components()
    blank = Incident(title_zh="市场停电", title_en="Blackout", cause="outage", impact="major")
    words = _update("investigating", zh="正在了解", en="We are looking into it.")
    form = _form(blank, components=[first.pk], **words)

    _post(admin, "incident/add/", form)

    incident = Incident.objects.get()
    assert (incident.key, incident.status) == (None, "investigating")
    assert IncidentUpdate.objects.get().by_machine is False
    assert ComponentStatus.objects.get(component=first).state == "major_outage"


def test_a_window_tells_the_detector_of_every_change_when_it_is_saved(admin: Client) -> None:
    first, _ = plant_components()
    window = _window(timedelta(minutes=-5), timedelta(hours=1))
    form = {
        **TEXTS,
        **window,
        **SILENT,
        "components": [first.pk],
        "status": "scheduled",
        "remind_hours": 0,
        "slug": "upgrade",
    }

    _post(admin, "maintenance/add/", form)
    row = Maintenance.objects.get()
    begun = row.status
    _post(admin, f"maintenance/{row.pk}/change/", {**form, "status": "cancelled"})

    row.refresh_from_db()
    notices = list(MaintenanceNotice.objects.values_list("components", "cancelled"))
    assert begun == "in_progress"
    assert (row.status, row.revision) == ("cancelled", 2)
    assert notices == [(["fenfu-qr"], False), (["fenfu-qr"], True)]


def test_a_state_set_by_hand_wins_over_the_machine(admin: Client, incident: Incident) -> None:
    status = ComponentStatus.objects.get(component__slug="fenfu-qr")

    _post(admin, f"componentstatus/{status.pk}/change/", {"override": "operational"})

    status.refresh_from_db()
    assert (status.state, status.override) == ("major_outage", "operational")
    assert Progress.objects.get().changed_at is not None


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    "path",
    ["incident/", "incident/{pk}/change/", "maintenance/add/", "announcement/add/", "componentstatus/"],
)
def test_the_admin_answers_in_both_languages(
    admin: Client, incident: Incident, language: str, path: str
) -> None:
    answer = admin.get(
        f"/admin/incidents/{path.format(pk=incident.pk)}", headers={"accept-language": language}
    )

    assert answer.status_code == 200
    assert f'lang="{language}"' in answer.content.decode()


def test_the_evidence_is_shown_as_text_when_an_endpoint_answered_with_markup(
    admin: Client, incident: Incident
) -> None:
    evidence = incident.evidence
    evidence["probes"][0]["sample"] = "<script>alert(1)</script>"
    Incident.objects.update(evidence=evidence)

    page = admin.get(f"/admin/incidents/incident/{incident.pk}/change/").content.decode()

    assert "<script>alert(1)</script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_what_is_wrong_with_the_instrument_is_listed_for_the_admin(admin: Client) -> None:
    lost = Conditions(at=timezone.now(), lost_vantages=("east",))
    Progress.objects.create(conditions=msgspec.to_builtins(lost))

    page = admin.get("/admin/monitoring/progress/1/change/").content.decode()

    assert "east" in page


def test_what_refused_probes_were_answered_is_shown_with_what_to_do(admin: Client) -> None:
    probes = [build_probe("fenfu-qr.ordinary.east"), build_probe("fenfu-qr.ordinary.south", vantage="south")]
    for probe in probes:
        _answer(probe, timedelta(minutes=2), Outcome.UNAUTHENTICATED, code="OLDER")
        _answer(
            probe, timedelta(minutes=1), Outcome.UNAUTHENTICATED, code="SIGN_ERROR", message="<b>签名</b>"
        )
        _answer(probe, timedelta(0), Outcome.ACCEPTED, code="SUCCESS")
    refused = Conditions(
        at=timezone.now(),
        misconfigured_probes=tuple(probe.slug for probe in probes),
        blind_components=("fenfu-qr",),
        blind_because={"fenfu-qr": Exclusion.UNAUTHENTICATED},
    )
    Progress.objects.create(conditions=msgspec.to_builtins(refused))

    page = admin.get("/admin/monitoring/progress/1/change/", headers={"accept-language": "en"})

    told = page.content.decode()
    assert (
        "fenfu-qr.ordinary.east, fenfu-qr.ordinary.south: 401 SIGN_ERROR &lt;b&gt;签名&lt;/b&gt; — Look"
        in told
    )
    assert "OLDER" not in told
    assert "fenfu-qr (our keys or clock not accepted)" in told


def _answer(probe: Probe, ago: timedelta, outcome: Outcome, **said: str) -> None:
    at = timezone.now() - ago
    CheckResult.objects.create(
        probe=probe, tick=at, at=at, stored_at=at, outcome=outcome, http_status=401, **said
    )


def test_what_is_said_of_planned_work_is_told_as_it_is_written_when_it_moves_on(admin: Client) -> None:
    plant_components()
    form = {
        **TEXTS,
        "slug": "upgrade",
        "status": "scheduled",
        "remind_hours": 0,
        "components": list(Component.objects.values_list("pk", flat=True)[:1]),
        **_window(timedelta(hours=1), timedelta(hours=2)),
        **SILENT,
    }
    _post(admin, "maintenance/add/", form)
    row = Maintenance.objects.get()
    said = {"updates-TOTAL_FORMS": 1, "updates-0-body_zh": "提前取消", "updates-0-body_en": "Called off"}

    _post(admin, f"maintenance/{row.pk}/change/", {**form, **said, "status": "cancelled"})

    told = [(update.status, update.by_machine) for update in row.updates.order_by("sequence")]
    assert told == [("scheduled", True), ("cancelled", False)]
    assert row.updates.get(sequence=2).body_en == "Called off"

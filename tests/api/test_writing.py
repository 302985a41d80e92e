"""Writing by the API: who may, what becomes of it, and what is refused."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from statuspage.api.models import ApiToken, Scope
from statuspage.incidents.models import (
    Announcement,
    ComponentStatus,
    Incident,
    Maintenance,
    MaintenanceNotice,
)
from statuspage.logbook.models import Deed, DeedKind, DoerKind
from statuspage.monitoring.models import Progress
from tests.api.conftest import Program
from tests.support.public_rows import World, make_incident

TITLE = {"zh": "分付扫码支付：系统故障", "en": "Fenfu QR payment: system outage"}
SAID = {"zh": "付款失败。", "en": "Payments fail."}
INCIDENT = {
    "title": TITLE,
    "cause": "outage",
    "impact": "major",
    "components": ["fenfu-qr"],
    "body": SAID,
}
Programs = Callable[..., Program]


def maintenance(now: datetime, **fields: Any) -> dict[str, Any]:
    starts = now + timedelta(hours=1)
    return {
        "title": TITLE,
        "components": ["fenfu-qr"],
        "starts_at": starts.isoformat(),
        "ends_at": (starts + timedelta(hours=2)).isoformat(),
        **fields,
    }


def test_incident_is_public_when_a_program_opens_it(world: World, program: Programs, owner: User) -> None:
    response = program(Scope.INCIDENTS).send("POST", "/incidents", INCIDENT)

    body = response.json()
    row = Incident.objects.get(public_id=body["id"])
    assert response.status_code == 201
    assert response.headers["Location"] == f"/api/v1/incidents/{row.public_id}"
    assert (body["led_by"], body["certainty"], body["affected"]) == ("person", "confirmed", ["fenfu-qr"])
    assert row.updates.get().author == owner
    assert Progress.objects.get().changed_at is not None


def test_incident_ends_when_a_program_says_that_it_is_resolved(world: World, program: Programs) -> None:
    robot = program()
    address = robot.send("POST", "/incidents", INCIDENT).json()["id"]

    response = robot.send("POST", f"/incidents/{address}/updates", {"status": "resolved", "body": SAID})

    assert response.status_code == 201
    assert Incident.objects.get(public_id=address).resolved_at is not None


def test_program_leads_when_it_changes_what_the_machine_said(world: World, program: Programs) -> None:
    incident = make_incident(world)

    response = program().send("PATCH", f"/incidents/{incident.public_id}", {"cause": "risk_control"})

    assert (response.json()["cause"], response.json()["led_by"]) == ("risk_control", "person")


def test_what_was_measured_gives_way_when_a_program_gives_the_impact(world: World, program: Programs) -> None:
    incident = make_incident(world)
    incident.evidence["extents"] = [["fenfu-qr", "all"]]
    incident.save()

    program().send("PATCH", f"/incidents/{incident.public_id}", {"impact": "minor"})

    assert ComponentStatus.objects.get(component__slug="fenfu-qr").state == "degraded_performance"


def test_machine_still_leads_when_a_program_adds_a_postmortem(world: World, program: Programs) -> None:
    incident = make_incident(world, lasted=timedelta(minutes=9))

    response = program().send("PATCH", f"/incidents/{incident.public_id}", {"postmortem": SAID})

    assert (response.json()["postmortem"], response.json()["led_by"]) == (SAID, "machine")


def test_detector_is_told_when_a_program_plans_and_withdraws(world: World, program: Programs) -> None:
    robot = program(Scope.MAINTENANCE)

    planned = robot.send("POST", "/maintenance", maintenance(world.now)).json()
    withdrawn = robot.send("PATCH", f"/maintenance/{planned['id']}", {"status": "cancelled"}).json()

    notices = MaintenanceNotice.objects.order_by("pk").values_list("cancelled", flat=True)
    assert list(notices) == [False, True]
    assert (planned["status"], withdrawn["status"]) == ("scheduled", "cancelled")
    assert withdrawn["revision"] == planned["revision"] + 1


def test_announcement_is_told_and_withdrawn_when_a_program_says_so(world: World, program: Programs) -> None:
    robot = program(Scope.ANNOUNCEMENTS)

    told = robot.send("POST", "/announcements", {"title": TITLE, "body": SAID, "pinned": True}).json()
    listed = robot.get("/announcements").json()["items"]
    gone = robot.send("DELETE", f"/announcements/{told['id']}", None)

    assert [item["id"] for item in listed] == [told["id"]]
    assert (gone.status_code, Announcement.objects.count()) == (204, 0)


def test_announcement_to_come_is_hidden_when_read_without_a_token(world: World, program: Programs) -> None:
    robot = program(Scope.ANNOUNCEMENTS)
    later = (world.now + timedelta(days=1)).isoformat()
    told = robot.send("POST", "/announcements", {"title": TITLE, "body": SAID, "starts_at": later}).json()

    response = Client().get(f"/api/v1/announcements/{told['id']}")

    assert response.status_code == 404
    assert Client().get("/api/v1/announcements").json()["items"] == []


@pytest.mark.parametrize("scope", [Scope.MAINTENANCE, Scope.ANNOUNCEMENTS])
def test_incident_is_refused_when_the_token_has_another_scope(
    world: World, program: Programs, scope: Scope
) -> None:
    response = program(scope).send("POST", "/incidents", INCIDENT)

    assert response.status_code == 403
    assert not Incident.objects.exists()


@pytest.mark.parametrize("lost", ["add_incident", "change_incident"])
def test_incident_is_refused_when_the_owner_may_write_none_any_more(
    world: World, program: Programs, owner: User, lost: str
) -> None:
    robot = program()
    owner.user_permissions.remove(Permission.objects.get(codename=lost))

    response = robot.send("POST", "/incidents", INCIDENT)

    assert response.status_code == 403
    assert not Incident.objects.exists()
    assert robot.send("POST", "/maintenance", maintenance(world.now)).status_code == 201


def test_announcement_to_come_is_hidden_when_the_owner_may_write_none_any_more(
    world: World, program: Programs, owner: User
) -> None:
    robot = program(Scope.ANNOUNCEMENTS)
    later = (world.now + timedelta(days=1)).isoformat()
    robot.send("POST", "/announcements", {"title": TITLE, "body": SAID, "starts_at": later})
    read = {"Authorization": f"Bearer {robot.secret}"}
    assert len(robot.get("/announcements", **read).json()["items"]) == 1

    owner.user_permissions.clear()

    assert robot.get("/announcements", **read).json()["items"] == []


@pytest.mark.parametrize(
    "change",
    [
        {"revoked": True},
        {"expires_at": datetime(2020, 1, 1, tzinfo=UTC)},
        {"digest": "0" * 64},
    ],
    ids=["revoked", "expired", "unknown"],
)
def test_incident_is_refused_when_the_token_is_not_valid(
    world: World, program: Programs, change: dict[str, Any]
) -> None:
    robot = program()
    ApiToken.objects.update(**change)

    response = robot.send("POST", "/incidents", INCIDENT)

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_incident_is_refused_when_the_owner_has_left(world: World, program: Programs, owner: User) -> None:
    robot = program()
    User.objects.filter(pk=owner.pk).update(is_active=False)

    response = robot.send("POST", "/incidents", INCIDENT)

    assert response.status_code == 401


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"components": ["fenfu-teleport"]}, 409, "fenfu-teleport"),
        ({"components": []}, 422, "components"),
        ({"started_at": "2099-01-01T00:00:00Z"}, 409, "future"),
        ({"title": {"zh": " ", "en": ""}}, 422, "one of them is enough"),
        ({"severity": "high"}, 422, "severity"),
    ],
    ids=["unknown component", "no component", "future", "blank title", "unknown field"],
)
def test_incident_is_refused_with_the_reason_when_it_makes_no_sense(
    world: World, program: Programs, change: dict[str, Any], status: int, said: str
) -> None:
    response = program().send("POST", "/incidents", {**INCIDENT, **change})

    assert response.status_code == status
    assert said in response.json()["detail"]


def test_maintenance_is_refused_when_it_ends_before_it_starts(world: World, program: Programs) -> None:
    order = maintenance(world.now, ends_at=world.now.isoformat())

    response = program().send("POST", "/maintenance", order)

    assert response.status_code == 409
    assert not Maintenance.objects.exists()


def test_token_is_kept_only_as_a_hash_when_made(program: Programs) -> None:
    secret = program().secret

    row = ApiToken.objects.get()

    assert secret.startswith("fb_")
    assert secret not in f"{row.digest}{row.start}{row.name}"


def test_token_is_shown_once_when_made_in_the_admin(db: None, settings: Any) -> None:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    User.objects.create_superuser("root", password="x")
    browser = Client()
    browser.login(username="root", password="x")
    form = {"name": "robot", "scopes": ["incidents"], "expires_at_0": "", "expires_at_1": ""}

    told = browser.post("/admin/api/apitoken/add/", form, follow=True).content.decode()
    later = browser.get("/admin/api/apitoken/").content.decode()

    row = ApiToken.objects.get()
    assert f"<code>{row.start}" in told
    assert "<code>" not in later
    assert row.scopes == ["incidents"]


def test_what_a_program_writes_is_in_the_log_with_its_token_when_it_did(
    world: World, program: Programs, owner: User
) -> None:
    robot = program()
    address = robot.send("POST", "/incidents", INCIDENT).json()["id"]
    robot.send("PATCH", f"/incidents/{address}", {"impact": "critical"})
    robot.send("POST", f"/incidents/{address}/updates", {"status": "investigating", "body": SAID})
    told = robot.send("POST", "/announcements", {"title": TITLE, "body": SAID}).json()["id"]
    robot.send("DELETE", f"/announcements/{told}", None)
    robot.send("PATCH", f"/incidents/{address}", {"components": ["nowhere"]})

    opened, changed, added, announced, withdrawn = Deed.objects.order_by("pk")
    assert {deed.by for deed in Deed.objects.all()} == {DoerKind.PROGRAM}
    assert opened.user == owner
    assert opened.who == str(ApiToken.objects.get())
    assert ["impact", "major", "critical"] in changed.changes
    said = {field: after for field, _, after in added.changes}
    assert "Payments fail." in said["incidents.incidentupdate"]
    assert (announced.kind, withdrawn.kind) == (DeedKind.ADDED, DeedKind.DELETED)
    assert withdrawn.object_id == told

"""Reading by the API: bodies, filters, pages, conditional requests."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime

import jsonschema_rs
import pytest
from django.test import Client

from probes.vocabulary.causes import Cause
from probes.vocabulary.outcomes import Outcome
from probes.vocabulary.states import ComponentState
from probes.vocabulary.tiers import RiskTier
from statuspage.incidents.models import MaintenanceSeries
from statuspage.incidents.planned_updates import tell
from statuspage.monitoring.models import Progress
from tests.api.conftest import Program
from tests.support.minutes import set_minutes
from tests.support.public_rows import World, make_incident, make_maintenance, make_past_day, set_state
from tests.support.responses import Response


def get(client: Client, path: str, **headers: str) -> Response:
    return client.get(f"/api/v1{path}", headers=headers)


def test_incident_tells_cause_evidence_and_probabilities_when_read(world: World, client: Client) -> None:
    incident = make_incident(world, cause=Cause.RISK_CONTROL)

    body = get(client, f"/incidents/{incident.public_id}").json()

    assert (body["cause"], body["certainty"], body["led_by"]) == ("risk_control", "confirmed", "machine")
    assert body["title"] == {"zh": incident.title_zh, "en": incident.title_en}
    assert {line["tier"] for line in body["evidence"]["probes"]} == set(RiskTier)
    assert body["evidence"]["reports"][0]["usual"] == 6.0
    assert body["alternatives"][0] == {"explanation": "normal", "probability": 0.01}
    assert [update["status"] for update in body["updates"]] == ["identified", "investigating"]


def test_incident_says_so_when_nobody_saw_it_end(world: World, client: Client) -> None:
    incident = make_incident(world, lasted=timedelta(minutes=5), end_unseen=True)

    assert get(client, f"/incidents/{incident.public_id}").json()["end_unseen"] is True


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("cause=outage", 1),
        ("component=fenfu-online", 1),
        ("component=nothing", 0),
        ("open=true", 1),
        ("open=false", 1),
        ("certainty=suspected", 0),
        ("from=2100-01-01T00:00:00Z", 0),
        ("to=0001-01-01T00:00:00%2B23:59", 0),
    ],
)
def test_incidents_are_filtered_when_a_query_says_so(
    world: World, client: Client, query: str, expected: int
) -> None:
    make_incident(world, cause=Cause.OUTAGE)
    make_incident(world, cause=Cause.POLICY_CHANGE, components=("fenfu-online",), lasted=timedelta(minutes=5))

    body = get(client, f"/incidents?{query}").json()

    assert (body["total"], len(body["items"])) == (expected, expected)


def test_incidents_come_page_by_page_when_new_ones_arrive_meanwhile(world: World, client: Client) -> None:
    made = [
        make_incident(world, ago=timedelta(hours=hours), lasted=timedelta(minutes=3)) for hours in (1, 2, 3)
    ]

    first = get(client, "/incidents?limit=2").json()
    make_incident(world, ago=timedelta(minutes=1))
    second = get(client, f"/incidents?limit=2&after={first['next']}").json()

    seen = [item["id"] for item in first["items"] + second["items"]]
    assert seen == [incident.public_id for incident in made]
    assert second["next"] is None


def test_incident_answers_304_when_the_reader_has_it(world: World, client: Client) -> None:
    incident = make_incident(world)
    path = f"/incidents/{incident.public_id}"

    first = get(client, path)
    by_tag = get(client, path, **{"If-None-Match": first.headers["ETag"]})
    by_date = get(client, path, **{"If-Modified-Since": first.headers["Last-Modified"]})

    assert (first.status_code, by_tag.status_code, by_date.status_code) == (200, 304, 304)
    assert by_tag.headers["ETag"] == first.headers["ETag"]
    assert "stale-if-error" in first.headers["Cache-Control"]
    assert first.headers["Access-Control-Allow-Origin"] == "*"


def test_components_are_unknown_when_the_monitor_is_blind(world: World, client: Client) -> None:
    set_state(world, "fenfu-qr", ComponentState.OPERATIONAL)
    Progress.objects.update(concluded_until=world.now - timedelta(minutes=10))

    body = get(client, "/components?group=fenfu").json()

    assert {item["state"] for item in body["items"]} == {"unknown"}
    assert get(client, "/now").json()["blind"] is True


def test_components_come_page_by_page_when_there_are_more(world: World, client: Client) -> None:
    first = get(client, "/components?limit=5").json()
    second = get(client, f"/components?limit=5&after={first['next']}").json()

    assert [item["slug"] for item in first["items"] + second["items"]] == list(world.components)
    assert (first["total"], second["next"]) == (7, None)


def test_uptime_gives_days_with_their_formula_when_asked(world: World, client: Client) -> None:
    body = get(client, "/components/fenfu-qr/uptime").json()

    assert len(body["days"]) == 10
    assert 0.9 <= body["uptime"] <= 1
    assert body["zone"] == "Asia/Shanghai"
    assert "÷" in body["formula"]["en"]


def test_outcome_shares_differ_by_tier_when_a_risk_wave_is_on(world: World, client: Client) -> None:
    make_past_day(world, bad={RiskTier.HIGH.value: Outcome.DECLINED_RISK})
    since = (world.now - timedelta(minutes=15)).isoformat().replace("+00:00", "Z")

    body = get(client, f"/components/fenfu-qr/outcomes?grain=minute&from={since}").json()

    last = {window["tier"]: window["shares"] for window in body["windows"]}
    assert last["high"]["declined_risk"] > 0.9
    assert last["low"]["accepted"] > 0.9


def test_outcome_shares_leave_out_what_says_nothing_and_count_it_apart(world: World, client: Client) -> None:
    make_past_day(world)
    since = (world.now - timedelta(minutes=15)).isoformat().replace("+00:00", "Z")
    set_minutes(
        outcomes={"accepted": 3, "timeout": 1, "missed": 4},
        excluded={"vantage_lost": {"timeout": 7, "connect": 1}, "starved": {"missed": 2}},
    )

    window = get(client, f"/components/fenfu-qr/outcomes?grain=minute&from={since}").json()["windows"][0]

    personas = window["checks"] // 4
    assert personas > 0
    assert window["shares"] == {"accepted": 0.75, "timeout": 0.25}
    assert window["excluded"] == {"starved": 2 * personas, "vantage_lost": 8 * personas}
    assert window["missed"] == 4 * personas


def test_reports_stand_beside_the_usual_when_there_are_weeks_of_them(world: World, client: Client) -> None:
    make_past_day(world, bad={RiskTier.LOW.value: Outcome.TIMEOUT})

    hours = get(client, "/reports?symptom=payment_failure").json()["hours"]

    assert len(hours) in (24, 25)
    assert all(hour["usual_low"] <= hour["usual"] <= hour["usual_high"] for hour in hours)
    assert sum(hour["count"] for hour in hours[-2:]) > sum(hour["usual_high"] for hour in hours[-2:])


def test_maintenance_is_listed_when_planned(world: World, client: Client) -> None:
    row = make_maintenance(world)
    tell(row)

    body = get(client, "/maintenance?status=scheduled&component=fenfu-repay").json()

    (item,) = body["items"]
    assert item["id"] == row.public_id
    assert item["url"] == f"http://127.0.0.1:8000/maintenance/{row.public_id}/"
    assert [(update["status"], update["by_machine"]) for update in item["updates"]] == [("scheduled", True)]
    assert item == get(client, f"/maintenance/{row.public_id}").json()


def test_planned_work_that_comes_again_is_told_with_its_rule(world: World, client: Client) -> None:
    values = {"first_on": date(2026, 3, 8), "starts_at": time(1, 0), "zone": "Asia/Shanghai"}
    row = MaintenanceSeries.objects.create(
        title_zh="例行维护", rule="FREQ=WEEKLY", except_on="2026-12-27\n2026-03-15", **values
    )
    MaintenanceSeries.objects.create(title_zh="已停用", rule="FREQ=DAILY", active=False, **values)
    row.components.add(world.components["fenfu-repay"])
    once, again = make_maintenance(world), make_maintenance(world, series=row)

    (item,) = get(client, "/maintenance/series").json()["items"]

    assert (item["title"]["zh"], item["rule"], item["starts_at"]) == ("例行维护", "FREQ=WEEKLY", "01:00:00")
    assert (item["components"], item["except_on"]) == (["fenfu-repay"], ["2026-03-15", "2026-12-27"])
    told = [get(client, f"/maintenance/{one.public_id}").json()["series"] for one in (once, again)]
    assert told == [None, item["id"]]


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("/incidents?limit=0", "query.limit"),
        ("/incidents?limit=5_0", "query.limit"),
        ("/incidents?cause=weather", "query.cause"),
        ("/incidents?from=yesterday", "query.from"),
        ("/components/fenfu-qr/uptime?to=2026-11-22T00:00:00", "query.to"),
    ],
)
def test_answer_names_the_place_when_a_query_is_wrong(
    world: World, client: Client, path: str, where: str
) -> None:
    response = get(client, path)

    assert response.status_code == 422
    assert response.json()["faults"][0]["where"] == where


def test_answer_is_404_when_there_is_no_such_incident(world: World, client: Client) -> None:
    response = get(client, "/incidents/nothing%00here")

    assert response.status_code == 404
    assert response.json()["title"] == "not found"


def test_last_modified_is_no_later_than_now_when_given(world: World, program: Callable[..., Program]) -> None:
    make_incident(world)

    response = program().get("/incidents")

    told = parsedate_to_datetime(response.headers["Last-Modified"])
    assert told <= datetime.now(tz=UTC)


PATHS = [
    "/now",
    "/components",
    "/components/fenfu-qr",
    "/components/fenfu-qr/uptime",
    "/components/fenfu-qr/outcomes?to=2026-11-22T00:00:00Z",
    "/reports?to=2026-11-22T00:00:00Z",
    "/incidents",
    "/maintenance",
    "/announcements",
]


@pytest.mark.parametrize("path", PATHS)
def test_head_tells_what_get_would_when_anything_is_read(world: World, client: Client, path: str) -> None:
    shown = get(client, path)

    head = client.head(f"/api/v1{path}")

    assert (shown.status_code, head.status_code, head.content) == (200, 200, b"")
    assert parsedate_to_datetime(head.headers["Last-Modified"]) <= datetime.now(tz=UTC)
    assert head.headers["Content-Type"] == shown.headers["Content-Type"]
    if path != "/now":  # which tells the moment itself
        assert head.headers["ETag"] == shown.headers["ETag"]
        assert head.headers["Content-Length"] == str(len(shown.content))


def test_methods_are_told_when_one_is_not_allowed(world: World, client: Client) -> None:
    response = client.delete("/api/v1/incidents")

    assert response.status_code == 405
    assert {"GET", "HEAD", "POST"} <= set(response.headers["Allow"].split(", "))


def test_description_gives_a_valid_example_of_every_answer_when_read(world: World, client: Client) -> None:
    description = get(client, "/openapi.json").json()
    schemas = description["components"]["schemas"]

    answers = {
        answer["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        for operations in description["paths"].values()
        for operation in operations.values()
        for status, answer in operation["responses"].items()
        if status in {"200", "201"}
    }

    assert description["openapi"].startswith("3.1")
    for name in answers:
        for one in schemas[name]["examples"]:
            jsonschema_rs.validate({**description, "$ref": f"#/components/schemas/{name}"}, one)

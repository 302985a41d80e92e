"""The Statuspage API: shape, words and the order of its parts, against what real pages send."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.states import ComponentState
from statuspage.monitoring.models import Component, Progress
from statuspage.public.read.snapshot import build
from statuspage.public.render.api_v2 import body
from tests.support.public_rows import World, make_incident, make_maintenance, set_state

SCHEMA = json.loads((Path(__file__).parent / "observed_schema.json").read_text())
OURS_MAY_ALSO = {("component", "group_id"): {"str"}, ("incident", "resolved_at"): {"str"}}
TYPE_NAMES = {str: "str", int: "int", bool: "bool", type(None): "null", list: "list", dict: "dict"}


def body_of(world: World, name: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps(body(name, build(world.now))))
    return made


def assert_shape(kind: str, value: dict[str, Any]) -> None:
    """Each key that real bodies always have is there, with a type that they have; others begin with x_."""
    schema = {key: types for key, types in SCHEMA[kind].items() if key != "__n__"}
    always = {key for key, types in schema.items() if sum(types.values()) == SCHEMA[kind]["__n__"]["n"]}
    extra = {key for key in value if key not in schema and not key.startswith("x_")}
    assert always <= value.keys()
    assert extra <= ({"components"} if value.get("group") else set())
    for key in schema.keys() & value.keys():
        allowed = set(schema[key]) | OURS_MAY_ALSO.get((kind, key), set())
        assert TYPE_NAMES[type(value[key])] in allowed, (kind, key, value[key])


def test_summary_has_the_shape_of_real_ones_when_much_is_going_on(world: World) -> None:
    make_incident(world, cause=Cause.OUTAGE)
    make_maintenance(world)
    set_state(world, "fenfu-qr", ComponentState.MAJOR)

    summary = body_of(world, "summary.json")

    assert list(summary) == ["page", "components", "incidents", "scheduled_maintenances", "status"]
    assert_shape("page", summary["page"])
    assert_shape("status", summary["status"])
    for component in summary["components"]:
        assert_shape("component", component)
    [incident] = summary["incidents"]
    assert_shape("incident", incident)
    for update in incident["incident_updates"]:
        assert_shape("incident_update", update)
    for affected in incident["incident_updates"][0]["affected_components"]:
        assert_shape("affected_component", affected)
    [maintenance] = summary["scheduled_maintenances"]
    assert_shape("scheduled_maintenance", maintenance)


@pytest.mark.parametrize("cause", list(Cause))
def test_incident_tells_cause_and_certainty_when_it_is_open(world: World, cause: Cause) -> None:
    make_incident(world, cause=cause)

    [incident] = body_of(world, "incidents/unresolved.json")["incidents"]

    assert (incident["x_cause"], incident["x_certainty"]) == (cause.value, "confirmed")
    assert incident["x_confidence"] == 0.97
    assert incident["started_at"].endswith("Z")
    assert incident["incident_updates"][0]["created_at"] > incident["incident_updates"][1]["created_at"]


ALL = "all"
INDICATORS = [
    ("none", "All Systems Operational", {}),
    ("minor", "Partially Degraded Service", {"fenfu-qr": ComponentState.DEGRADED}),
    ("minor", "Minor Service Outage", {"fenfu-qr": ComponentState.PARTIAL}),
    ("major", "Partial System Outage", {"fenfu-qr": ComponentState.MAJOR}),
    ("critical", "Major Service Outage", {ALL: ComponentState.MAJOR}),
    ("maintenance", "Service Under Maintenance", {"fenfu-qr": ComponentState.MAINTENANCE}),
    (
        "minor",
        "Minor Service Outage",
        {"fenfu-qr": ComponentState.PARTIAL, "fenfu-repay": ComponentState.MAINTENANCE},
    ),
    ("minor", "Status Unknown", {"fenfu-qr": ComponentState.UNKNOWN}),
]


@pytest.mark.parametrize(("indicator", "description", "states"), INDICATORS)
def test_indicator_follows_the_components_whatever_the_incidents_say(
    world: World, indicator: str, description: str, states: dict[str, ComponentState]
) -> None:
    make_incident(world, cause=Cause.OUTAGE, impact=Impact.CRITICAL)
    for slug, state in states.items():
        for each in world.components if slug == ALL else [slug]:
            set_state(world, each, state)

    status = body_of(world, "status.json")["status"]

    assert (status["indicator"], status["description"]) == (indicator, description)


def test_indicator_is_unknown_when_nothing_is_watched(world: World) -> None:
    Component.objects.update(retired=True)

    status = body_of(world, "status.json")["status"]

    assert status == {"indicator": "minor", "description": "Status Unknown", "x_unknown": True}


def test_component_is_not_operational_when_nothing_was_concluded_for_long(world: World) -> None:
    Progress.objects.update(concluded_until=world.now - timedelta(minutes=10))

    components = body_of(world, "components.json")["components"]

    assert {row["status"] for row in components} == {"degraded_performance"}
    assert {row["x_state"] for row in components if not row["group"]} == {"unknown"}


def test_groups_list_their_components_when_there_are_groups(world: World) -> None:
    components = body_of(world, "components.json")["components"]

    groups = [row for row in components if row["group"]]
    members = {row["id"] for row in components if not row["group"]}
    assert {member for group in groups for member in group["components"]} == members
    assert {row["group_id"] for row in components if not row["group"]} == {group["id"] for group in groups}
    assert [row["position"] for row in components] == list(range(1, len(components) + 1))


def test_incidents_lists_the_fifty_newest_when_there_are_more(world: World) -> None:
    for index in range(52):
        make_incident(world, ago=timedelta(hours=index + 1), lasted=timedelta(minutes=5))

    incidents = body_of(world, "incidents.json")["incidents"]

    assert len(incidents) == 50
    assert incidents == sorted(incidents, key=lambda row: row["started_at"], reverse=True)
    assert all(row["resolved_at"] for row in incidents)


def test_maintenances_are_sorted_by_where_they_stand_when_asked_for(world: World) -> None:
    make_maintenance(world, public_id="ahead")
    make_maintenance(world, public_id="running", status="in_progress", starts_in=timedelta(minutes=-5))
    make_maintenance(world, public_id="over", status="completed", starts_in=timedelta(days=-2))

    names = {
        name: [
            row["id"]
            for row in body_of(world, f"scheduled-maintenances{name}.json")["scheduled_maintenances"]
        ]
        for name in ("", "/upcoming", "/active")
    }

    assert names == {"": ["ahead", "running", "over"], "/upcoming": ["ahead"], "/active": ["running"]}

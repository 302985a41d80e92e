"""Each open incident that is told is told of once, with its id, and nothing of those that are not."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from probes.vocabulary.causes import Cause
from statuspage.analysis.values import Certainty
from statuspage.incidents.models import Incident
from statuspage.metrics.incidents import MOST_NAMED
from statuspage.monitoring.models import Component
from tests.metrics.scraping import label_sets, scrape, value, values
from tests.support.public_rows import World, make_incident

BOTH = ("fenfu-online", "fenfu-qr")


def _hold(incident: Incident, confidence: float, **others: float) -> None:
    incident.confidence, incident.alternatives = confidence, [list(pair) for pair in others.items()]
    incident.save()


def test_an_incident_counts_once_when_it_has_several_components(fresh_world: World, client: Client) -> None:
    make_incident(fresh_world, components=BOTH)

    text = scrape(client)

    assert value(text, "fogbreak_incidents_open", cause="outage", certainty="confirmed") == 1
    assert sum(values(text, "fogbreak_incidents_open")) == 1
    assert sum(values(text, "fogbreak_incidents")) == 2


def test_an_incident_is_told_with_the_path_of_its_page_when_it_is_open(
    fresh_world: World, client: Client, settings: Settings
) -> None:
    settings.SITE_PATH = "/status"
    one = make_incident(fresh_world, cause=Cause.RISK_CONTROL, components=BOTH, ago=timedelta(minutes=7))

    text = scrape(client)

    assert label_sets(text, "fogbreak_incident_info") == [
        {
            "incident": one.public_id,
            "cause": "risk_control",
            "certainty": "confirmed",
            "impact": "major",
            "components": "fenfu-online,fenfu-qr",
            "path": f"/status/incidents/{one.public_id}/",
        }
    ]
    began = value(text, "fogbreak_incident_start_timestamp_seconds", incident=one.public_id)
    assert began == pytest.approx(one.started_at.timestamp(), abs=0.001)
    parts = label_sets(text, "fogbreak_incident_component")
    assert [part["component"] for part in parts] == [*BOTH]


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"publication": "held"}, id="held back"),
        pytest.param({"publication": "waiting"}, id="waiting"),
        pytest.param({"publication": "dropped"}, id="dropped"),
        pytest.param({"lasted": timedelta(minutes=3)}, id="over"),
    ],
)
def test_no_series_is_made_of_an_incident_when_it_is(
    fresh_world: World, client: Client, fields: dict[str, object]
) -> None:
    one = make_incident(fresh_world, **fields)  # type: ignore[arg-type]  # fields of all kinds

    text = scrape(client)

    assert one.public_id not in text
    assert sum(values(text, "fogbreak_incidents_open")) == 0
    assert values(text, "fogbreak_cause_probability_ratio") == []


def test_the_stored_verdict_is_told_when_an_incident_is_open(fresh_world: World, client: Client) -> None:
    _hold(make_incident(fresh_world), 0.9, normal=0.02, maintenance=0.08)

    text = scrape(client)

    told = dict.fromkeys(Cause, 0.0) | {"normal": 0.02, "outage": 0.9, "maintenance": 0.08}
    found = {
        cause: value(text, "fogbreak_cause_probability_ratio", component="fenfu-qr", cause=cause)
        for cause in told
    }
    assert found == told
    assert values(text, "fogbreak_cause_probability_ratio", component="fenfu-online") == []


def test_the_surest_verdict_is_told_when_a_component_has_two_incidents(
    fresh_world: World, client: Client
) -> None:
    _hold(make_incident(fresh_world), 0.9)
    suspected = make_incident(fresh_world, cause=Cause.RISK_CONTROL, certainty=Certainty.SUSPECTED)
    _hold(suspected, 0.6, outage=0.3)

    text = scrape(client)

    one = {"component": "fenfu-qr"}
    assert value(text, "fogbreak_cause_probability_ratio", **one, cause="outage") == 0.9
    assert value(text, "fogbreak_cause_probability_ratio", **one, cause="risk_control") == 0


def test_the_label_of_components_is_cut_when_there_are_many(fresh_world: World, client: Client) -> None:
    one = make_incident(fresh_world)
    one.components.set(
        Component.objects.create(slug=f"c-{number:02}", name_zh="支付", name_en="Pay")
        for number in range(MOST_NAMED + 1)
    )

    text = scrape(client)

    (labels,) = label_sets(text, "fogbreak_incident_info")
    assert labels["components"].split(",")[-2:] == [f"c-{MOST_NAMED - 1:02}", "…"]
    assert len(values(text, "fogbreak_incident_component")) == MOST_NAMED + 1

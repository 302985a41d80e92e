"""From a signal in the tables to what the public, the admin, metrics and a replay are told."""

from datetime import timedelta

import pytest
from django.test import Client

from probes.vocabulary.observations import OutsideSignal
from probes.vocabulary.traces import read_trace
from statuspage.incidents.models import Incident
from statuspage.outside.models import Sender
from statuspage.outside.posted import AlertmanagerPost, told
from statuspage.outside.receiving import take_in
from statuspage.pipeline.export import export
from tests.outside.building import alert, make_rule, make_sender, post
from tests.pipeline.day import END, advance_to
from tests.pipeline.planting import at, plant_catalog, rounds, small_catalog, store

pytestmark = pytest.mark.django_db
SAID, OVER = 600.0, 1500.0


@pytest.fixture
def suspected() -> Incident:
    """What becomes of a signal about a component whose checks are all well, while it goes on."""
    catalog = small_catalog()
    plant_catalog(catalog)
    store(rounds(catalog, since=0, until=END))
    make_rule("fenfu-qr")
    say("firing", SAID)
    advance_to(OVER - 300)
    return Incident.objects.get()


def say(status: str, second: float) -> None:
    sender = Sender.objects.first() or make_sender(now=at(0))[0]
    body = AlertmanagerPost.model_validate(post(alert(status=status, starts_at=at(SAID))))
    take_in(sender, [told(one) for one in body.alerts], now=at(second))


def test_incident_is_only_suspected_and_ends_with_its_signal_when_checks_are_well(
    suspected: Incident,
) -> None:
    say("resolved", OVER)
    advance_to(END, start=OVER - 300)

    over = Incident.objects.get()
    assert (suspected.certainty, suspected.cause, suspected.resolved_at) == ("suspected", "outage", None)
    assert over.certainty == "suspected"
    assert over.resolved_at is not None
    assert over.resolved_at - at(OVER) < timedelta(seconds=10)


def test_replay_of_what_was_exported_has_the_signal_as_it_was_judged(suspected: Incident) -> None:
    lines = list(read_trace(export(since=None, until=None), "here"))

    (signal,) = [line for line in lines if isinstance(line, OutsideSignal)]
    assert (signal.sender, signal.name, signal.components) == ("Prometheus", "PaymentErrors", ("fenfu-qr",))
    assert (signal.since, signal.at) == (at(SAID), at(SAID))


def test_evidence_names_the_sender_in_the_api_and_its_names_for_signals_in_the_admin_alone(
    suspected: Incident, client: Client, admin_client: Client
) -> None:
    Incident.objects.update(publication="published")

    answer = client.get(f"/api/v1/incidents/{suspected.public_id}")
    page = admin_client.get(f"/admin/incidents/incident/{suspected.pk}/change/").content.decode()

    (line,) = answer.json()["evidence"]["signals"]
    assert (line["sender"], line["count"], line["ended_at"]) == ("Prometheus", 1, None)
    assert "PaymentErrors" not in answer.content.decode()
    assert "PaymentErrors" in page

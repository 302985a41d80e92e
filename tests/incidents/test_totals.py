"""What was counted of incidents stays counted, whatever becomes of them afterwards."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from probes.vocabulary.causes import Cause
from statuspage.api import orders, writing
from statuspage.incidents.models import Incident
from statuspage.incidents.recording import record_verdicts
from statuspage.incidents.totals import corrected_ever, opened_ever
from tests.incidents.building import plant_components, verdict

pytestmark = pytest.mark.django_db


def test_an_incident_counts_once_when_the_machine_tells_it_again_and_then_corrects_itself() -> None:
    plant_components()
    for _ in range(2):
        record_verdicts([verdict(), verdict(seconds=70)])
    record_verdicts([verdict(seconds=80, cause=Cause.RISK_CONTROL)])

    Incident.objects.all().delete()

    assert opened_ever() == {"outage": 1}
    assert corrected_ever() == {("outage", "risk_control"): 1}


def test_an_incident_counts_under_its_first_cause_when_a_program_opens_and_corrects_it() -> None:
    plant_components()
    author, now = User.objects.create_user("a"), timezone.now()
    text = {"zh": "付款失败", "en": "Payments fail"}
    order = {"title": text, "body": text, "cause": "outage", "components": ["fenfu-qr"]}
    opened = writing.open_incident(orders.NewIncident.model_validate(order), author=author, now=now)
    change = orders.IncidentChange.model_validate({"cause": "policy_change"})

    for minutes in range(2):
        writing.change_incident(opened, change, author=author, now=now + timedelta(minutes=minutes))

    assert opened_ever() == {"outage": 1}
    assert corrected_ever() == {("outage", "policy_change"): 1}

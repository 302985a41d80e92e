"""What can be done to an incident that is over, withdrawn or not told, and what becomes of it then."""

from datetime import timedelta

import pytest

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.states import IncidentStatus
from statuspage.incidents import publishing
from statuspage.incidents.correcting import withdraw
from statuspage.incidents.handling import UndoableError, give_back, resolve, say, take_over
from statuspage.incidents.joining import merge
from statuspage.incidents.models import Incident, IncidentUpdate
from statuspage.incidents.reading import open_incidents
from statuspage.incidents.recording import move_due, record_verdicts
from tests.incidents.building import at, plant_components, verdict

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident() -> Incident:
    plant_components()
    record_verdicts([verdict()])
    return Incident.objects.get()


def hold_unseen(incident: Incident) -> None:
    Incident.objects.update(publication="held")
    IncidentUpdate.objects.all().delete()
    incident.refresh_from_db()


def test_incident_is_told_as_over_when_it_is_published_after_its_end(incident: Incident) -> None:
    hold_unseen(incident)
    record_verdicts([verdict(seconds=900, resolved=880)])

    publishing.publish_now(incident, author=None, now=at(1000))

    incident.refresh_from_db()
    told = list(incident.updates.order_by("sequence").values_list("status", flat=True))
    assert not open_incidents()
    assert (incident.status, incident.resolved_at) == ("resolved", at(880))
    assert told[-1] == "resolved"


def test_withdrawn_incident_stays_withdrawn_when_its_time_to_be_given_back_comes(incident: Incident) -> None:
    take_over(incident, author=None, now=at(100), until=at(100) + timedelta(minutes=30))
    withdraw(incident, author=None, now=at(200))

    move_due(at=at(4000))

    incident.refresh_from_db()
    assert (incident.status, incident.withdrawn_at, incident.taken_over) == ("resolved", at(200), True)


def test_withdrawn_incident_is_not_given_back(incident: Incident) -> None:
    withdraw(incident, author=None, now=at(200))

    given = give_back(incident, author=None, now=at(300))

    incident.refresh_from_db()
    assert (given, incident.status, incident.withdrawn_at) == (False, "resolved", at(200))


def second(seconds: float = 1000) -> None:
    record_verdicts([verdict(key="fenfu-online/2", seconds=seconds, components=("fenfu-online",))])


def test_incident_goes_on_when_one_that_goes_on_is_merged_into_it(incident: Incident) -> None:
    record_verdicts([verdict(seconds=900, resolved=880)])
    second()
    other = Incident.objects.get(key="fenfu-online/2")

    merge(other, into=incident, author=None, now=at(1100))

    assert [row.pk for row in open_incidents()] == [incident.pk]


def test_what_goes_on_is_not_merged_into_what_a_person_ended(incident: Incident) -> None:
    resolve(incident, author=None, now=at(900))
    second()
    other = Incident.objects.get(key="fenfu-online/2")

    with pytest.raises(UndoableError):
        merge(other, into=incident, author=None, now=at(1100))

    assert [row.pk for row in open_incidents()] == [other.pk]


def test_withdrawn_incident_is_none_no_longer_when_a_person_says_that_it_goes_on(incident: Incident) -> None:
    withdraw(incident, author=None, now=at(200))

    say(
        incident,
        Bilingual(zh="又发生了", en="It goes on"),
        author=None,
        now=at(300),
        status=IncidentStatus.IDENTIFIED,
    )

    incident.refresh_from_db()
    assert (incident.status, incident.withdrawn_at, incident.resolved_at) == ("identified", None, None)

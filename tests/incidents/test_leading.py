"""Who leads an incident: a word leaves it to the machine, which sees on beside a person, and gets it back."""

from datetime import datetime

import pytest
from django.contrib.auth.models import User

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.states import IncidentStatus
from statuspage.incidents.correcting import Amendment, correct
from statuspage.incidents.handling import UndoableError, give_back, resolve, say, take_over
from statuspage.incidents.models import Incident
from statuspage.incidents.recording import close_orphans, move_due, record_verdicts
from statuspage.incidents.reminding import reminders, what_machine_says
from tests.incidents.building import at, plant_components, verdict

pytestmark = pytest.mark.django_db
WORDS = Bilingual("已联系对方。", "We called them.")


@pytest.fixture
def incident() -> Incident:
    plant_components()
    record_verdicts([verdict()])
    return Incident.objects.get()


@pytest.mark.parametrize(
    ("status", "taken"),
    [
        pytest.param(None, False, id="without a status"),
        pytest.param(IncidentStatus.IDENTIFIED, False, id="with the present one"),
        pytest.param(IncidentStatus.MONITORING, True, id="that it is watched"),
        pytest.param(IncidentStatus.RESOLVED, True, id="that it is over"),
    ],
)
def test_person_leads_only_when_a_word_says_something_new(
    incident: Incident, status: IncidentStatus | None, taken: bool
) -> None:
    boss = User.objects.create(username="boss")

    entry = say(incident, WORDS, status=status, author=boss, now=at(90))

    incident.refresh_from_db()
    assert incident.taken_over is taken
    assert incident.lead == (boss if taken else None)
    assert (entry.status, entry.author) == (status or "identified", boss)


def test_word_is_said_under_the_present_status_when_the_machine_moved_meanwhile(incident: Incident) -> None:
    stale = Incident.objects.get()
    record_verdicts([verdict(seconds=900, resolved=880)])

    entry = say(stale, WORDS, author=None, now=at(901))

    assert entry.status == "resolved"
    assert Incident.objects.get().resolved_at == at(880)


def test_machine_sees_on_beside_what_a_person_tells(incident: Incident) -> None:
    take_over(incident, author=None, now=at(90))

    record_verdicts([verdict(seconds=900, resolved=880)])

    incident.refresh_from_db()
    says = what_machine_says(incident)
    assert says is not None
    assert (incident.resolved_at, says.over_since) == (None, at(880))
    assert [row for row, _ in reminders(at(901))] == [incident]


def test_nobody_is_reminded_when_the_machine_agrees(incident: Incident) -> None:
    take_over(incident, author=None, now=at(90))

    record_verdicts([verdict(seconds=120)])

    assert reminders(at(901)) == []


def test_person_is_told_when_the_machine_changes_its_mind(incident: Incident) -> None:
    take_over(incident, author=None, now=at(90))

    record_verdicts([verdict(seconds=300, cause=Cause.RISK_CONTROL, impact=Impact.MINOR)])

    ((_, says),) = reminders(at(301))
    assert (says.cause, says.impact) == (Cause.RISK_CONTROL, Impact.MINOR)


def test_incident_ends_when_it_is_given_back_after_its_trouble_ended(incident: Incident) -> None:
    take_over(incident, author=None, now=at(90))
    record_verdicts([verdict(seconds=900, resolved=880)])

    given = give_back(incident, author=None, now=at(1000))

    incident.refresh_from_db()
    last = incident.updates.latest("sequence")
    assert given
    assert (incident.status, incident.resolved_at, incident.taken_over) == ("resolved", at(880), False)
    assert (last.status, last.created_at, last.by_machine) == ("resolved", at(1000), True)


@pytest.mark.parametrize(("now", "taken"), [(at(599), True), (at(601), False)])
def test_machine_gets_an_incident_back_when_the_time_is_up(
    incident: Incident, now: datetime, taken: bool
) -> None:
    take_over(incident, author=None, now=at(90), until=at(600))
    record_verdicts([verdict(seconds=300, resolved=280)])

    move_due(at=now)

    incident.refresh_from_db()
    assert (incident.taken_over, incident.resolved_at is None) == (taken, taken)


def test_time_to_give_back_must_be_ahead(incident: Incident) -> None:
    with pytest.raises(UndoableError):
        take_over(incident, author=None, now=at(90), until=at(90))


def test_own_incident_stays_a_persons_when_it_is_given_back() -> None:
    plant_components()
    own = Incident.objects.create(
        public_id="own",
        title_en="Own",
        cause="outage",
        started_at=at(0),
        detected_at=at(0),
        created_at=at(0),
        updated_at=at(0),
    )

    assert take_over(own, author=None, now=at(1)) is False
    assert give_back(own, author=None, now=at(2)) is False


def test_machine_contradicts_a_person_once_when_it_gets_back_what_was_corrected(incident: Incident) -> None:
    correct(incident, Amendment(cause=Cause.RISK_CONTROL), author=None, now=at(90))

    give_back(incident, author=None, now=at(200))
    record_verdicts([verdict(seconds=900)])

    incident.refresh_from_db()
    words = list(incident.updates.order_by("sequence").values_list("body_zh", flat=True))
    assert incident.cause == "outage"
    assert len(words) == 3
    assert words[1].startswith("更正：原因不是系统故障")
    assert words[2].startswith("更正：原因不是被风控拒绝，而是系统故障")


def test_incident_that_nobody_follows_ends_unseen_when_it_is_given_back(incident: Incident) -> None:
    take_over(incident, author=None, now=at(90))
    close_orphans(at=at(300))
    before = Incident.objects.get()

    give_back(incident, author=None, now=at(400))

    incident.refresh_from_db()
    says = what_machine_says(before)
    assert says is not None
    assert (before.resolved_at, says.lost_at) == (None, at(300))
    assert (incident.resolved_at, incident.end_unseen) == (at(300), True)


def test_incident_is_resolved_once(incident: Incident) -> None:
    assert resolve(incident, author=None, now=at(90)) is True
    assert resolve(incident, author=None, now=at(91)) is False
    assert incident.updates.count() == 2

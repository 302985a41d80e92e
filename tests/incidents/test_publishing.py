"""What is told of an incident follows its policy and whoever decides, and what is not told shows nowhere."""

import pytest
from django.contrib.auth.models import User

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause
from probes.vocabulary.publishing import NextStep
from statuspage.analysis.values import Verdict
from statuspage.incidents.correcting import withdraw
from statuspage.incidents.handling import UndoableError, say, take_over
from statuspage.incidents.models import ComponentStatus, Incident, PublishingPolicy
from statuspage.incidents.publishing import confirm, drop, hold_back, publish_now, what_comes_next
from statuspage.incidents.reading import open_incidents
from statuspage.incidents.recording import move_due, record_verdicts
from statuspage.incidents.statuses import refresh_statuses
from statuspage.public.read.incidents import read_history
from tests.incidents.building import at, plant_components, verdict

pytestmark = pytest.mark.django_db


def wave(seconds: float = 60, *, resolved: float | None = None) -> Verdict:
    return verdict(seconds=seconds, cause=Cause.RISK_CONTROL, resolved=resolved)


def told(*verdicts: Verdict) -> Incident:
    plant_components()
    record_verdicts(verdicts)
    return Incident.objects.get()


def waits(cause: Cause = Cause.OUTAGE, *, mode: str = "after", minutes: int = 5) -> None:
    PublishingPolicy.objects.create(cause=cause, tell=mode, tell_minutes=minutes)


def how(incident: Incident) -> tuple[str, str, list[str]]:
    incident.refresh_from_db()
    entries = incident.updates.order_by("sequence").values_list("status", flat=True)
    return incident.publication, incident.certainty, list(entries)


def test_wave_is_suspected_at_once_and_confirmed_when_two_minutes_have_passed() -> None:
    incident = told(wave())
    first = how(incident)

    too_soon = move_due(at=at(179))
    moved = move_due(at=at(200))

    assert first == ("published", "suspected", ["investigating"])
    assert (too_soon.incidents, moved.incidents, moved.earliest) == (0, 1, at(0))
    assert how(incident) == ("published", "confirmed", ["investigating", "identified"])
    entry = incident.updates.latest("sequence")
    assert (entry.created_at, entry.by_machine) == (at(180), True)
    assert incident.confirmed_at == at(180)


def test_wave_is_confirmed_at_its_moment_when_the_next_verdict_comes_after_it() -> None:
    incident = told(wave(), wave(seconds=400))

    assert how(incident) == ("published", "confirmed", ["investigating", "identified"])
    assert incident.updates.latest("sequence").created_at == at(180)


def test_wave_is_told_as_it_was_when_it_ends_before_its_minutes_have_passed() -> None:
    incident = told(wave(), wave(seconds=150, resolved=140))

    assert how(incident) == ("published", "confirmed", ["investigating", "resolved"])


def test_outage_is_confirmed_at_once() -> None:
    assert how(told(verdict())) == ("published", "confirmed", ["identified"])


def test_wave_is_confirmed_in_a_persons_name_when_a_person_says_so_and_the_machine_leads_on() -> None:
    boss = User.objects.create(username="boss")
    incident = told(wave())

    news = confirm(incident, author=boss, now=at(90))
    record_verdicts([wave(seconds=300, resolved=290)])

    assert news
    assert how(incident) == ("published", "confirmed", ["investigating", "identified", "resolved"])
    second = incident.updates.get(sequence=2)
    assert (second.author, second.by_machine, second.created_at) == (boss, False, at(90))
    assert incident.led_by_person is False


def test_wave_stays_suspected_when_a_person_holds_the_confirmation_back() -> None:
    incident = told(wave())

    hold_back(incident, author=None, now=at(90))
    move_due(at=at(999))
    record_verdicts([wave(seconds=1000)])

    assert how(incident) == ("published", "suspected", ["investigating"])


def test_nothing_can_be_held_back_when_all_of_it_is_told() -> None:
    incident = told(verdict())

    with pytest.raises(UndoableError):
        hold_back(incident, author=None, now=at(90))


def test_incident_shows_nowhere_when_it_waits_to_be_published() -> None:
    waits()
    incident = told(verdict())
    refresh_statuses(since=at(0), at=at(60), blind=())

    assert how(incident) == ("waiting", "confirmed", [])
    assert not open_incidents().exists()
    assert read_history(()) == ((), ())
    assert set(ComponentStatus.objects.values_list("state", flat=True)) == {"operational"}


def test_incident_is_published_when_its_minutes_have_passed() -> None:
    waits()
    incident = told(verdict())

    move_due(at=at(400))

    assert how(incident) == ("published", "confirmed", ["identified"])
    assert incident.updates.get().created_at == at(360)


def test_incident_is_never_told_when_it_ends_before_it_was_to_be_published() -> None:
    waits()
    incident = told(verdict(), verdict(seconds=200, resolved=190))

    move_due(at=at(999))

    assert how(incident) == ("held", "confirmed", [])
    assert incident.resolved_at == at(190)


def test_incident_is_published_only_by_a_person_when_its_policy_says_so() -> None:
    waits(mode="by_person", minutes=0)
    incident = told(verdict())
    move_due(at=at(9999))
    before = how(incident)

    publish_now(incident, author=None, now=at(10_000))

    assert before == ("held", "confirmed", [])
    assert how(incident) == ("published", "confirmed", ["identified"])


def test_what_was_written_before_is_said_when_a_held_incident_is_published() -> None:
    waits(mode="by_person", minutes=0)
    incident = told(verdict())
    take_over(incident, author=None, now=at(70))
    say(incident, Bilingual("先看看", "Looking"), author=None, now=at(80))

    publish_now(incident, author=None, now=at(100))

    entry = incident.updates.get()
    assert (entry.body_en, entry.created_at) == ("Looking", at(100))


@pytest.mark.parametrize("by", [drop, withdraw])
def test_incident_is_never_told_when_it_is_dropped(by: type) -> None:
    waits()
    incident = told(verdict())

    by(incident, author=None, now=at(70))
    record_verdicts([verdict(seconds=900)])
    move_due(at=at(999))

    assert how(incident) == ("dropped", "confirmed", [])
    assert not open_incidents().exists()


def test_what_comes_next_tells_step_moment_and_rule_soonest_first() -> None:
    plant_components()
    waits(cause=Cause.MAINTENANCE, minutes=9)
    waits(cause=Cause.POLICY_CHANGE, mode="by_person", minutes=0)
    causes = (Cause.MAINTENANCE, Cause.RISK_CONTROL, Cause.POLICY_CHANGE, Cause.OUTAGE, Cause.OUTAGE)
    record_verdicts([verdict(key=f"fenfu-qr/{n}", cause=cause) for n, cause in enumerate(causes)])
    taken = Incident.objects.get(key="fenfu-qr/4")
    take_over(taken, author=None, now=at(70), until=at(500))

    found = [(row.incident.key, row.step, row.at) for row in what_comes_next(at(80))]

    assert found == [
        ("fenfu-qr/1", NextStep.CONFIRM, at(180)),
        ("fenfu-qr/4", NextStep.GIVE_BACK, at(500)),
        ("fenfu-qr/0", NextStep.PUBLISH, at(600)),
        ("fenfu-qr/2", NextStep.PUBLISH, None),
    ]


@pytest.mark.parametrize("count", [1, 12])
def test_what_comes_next_asks_as_often_when_there_are_many(
    count: int, django_assert_max_num_queries: object
) -> None:
    plant_components()
    record_verdicts([verdict(key=f"fenfu-qr/{n}", cause=Cause.RISK_CONTROL) for n in range(count)])

    with django_assert_max_num_queries(4):  # type: ignore[operator]  # pytest-django's fixture
        assert len(what_comes_next(at(80))) == count

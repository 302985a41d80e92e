"""Corrections are told and titles follow; what was withdrawn stays in the history and counts for nothing."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause, Impact
from statuspage.analysis.values import Certainty
from statuspage.incidents.correcting import Amendment, correct, reopen, withdraw
from statuspage.incidents.days import recompute_days
from statuspage.incidents.handling import UndoableError, resolve
from statuspage.incidents.models import ComponentDay, ComponentStatus, Incident
from statuspage.incidents.reading import open_incidents, told_incidents
from statuspage.incidents.recording import record_verdicts
from statuspage.incidents.statuses import refresh_statuses
from statuspage.monitoring.models import Component, Progress
from tests.incidents.building import at, plant_components, verdict

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident() -> Incident:
    plant_components()
    record_verdicts([verdict()])
    return Incident.objects.get()


def last_words(incident: Incident) -> Bilingual:
    return incident.updates.latest("sequence").body


def test_correction_of_the_cause_is_told_with_advice_and_the_title_follows(incident: Incident) -> None:
    correct(incident, Amendment(cause=Cause.POLICY_CHANGE), author=None, now=at(90))

    incident.refresh_from_db()
    words = last_words(incident)
    assert incident.title_en == "Fenfu · Name 1: no longer offered to some users"
    assert words.en.startswith("Correction: this is not an outage but a policy change.")
    assert words.zh.startswith("更正：原因不是系统故障，而是政策变化。")
    assert incident.taken_over


def test_title_that_a_person_wrote_stays_when_the_cause_is_corrected(incident: Incident) -> None:
    own = Bilingual("机房停电", "Blackout")
    correct(incident, Amendment(title=own), author=None, now=at(80))
    led_by_machine = not Incident.objects.get().led_by_person

    correct(incident, Amendment(cause=Cause.MAINTENANCE), author=None, now=at(90))
    record_verdicts([verdict(seconds=100)])

    incident.refresh_from_db()
    assert led_by_machine
    assert incident.title == own


@pytest.mark.parametrize(
    ("given", "words"),
    [
        pytest.param(Amendment(impact=Impact.MINOR), "Correction: its impact is minor.", id="impact"),
        pytest.param(
            Amendment(certainty=Certainty.SUSPECTED), "Correction: this is not confirmed yet.", id="certainty"
        ),
        pytest.param(Amendment(started_at=at(-60)), "Its times have been corrected.", id="start"),
    ],
)
def test_each_correction_is_told(incident: Incident, given: Amendment, words: str) -> None:
    correct(incident, given, author=None, now=at(90))

    assert last_words(incident).en == words


def test_components_are_corrected_and_all_of_them_fail_when_a_person_names_them(incident: Incident) -> None:
    both = list(Component.objects.all())

    correct(incident, Amendment(components=both), author=None, now=at(90))

    incident.refresh_from_db()
    assert set(incident.affected) == {"fenfu-qr", "fenfu-online"}
    assert last_words(incident).zh == "更正：受影响的是所有支付方式。"
    assert "所有支付方式" in incident.title_zh


def test_nothing_is_told_when_a_correction_changes_nothing(incident: Incident) -> None:
    same = Amendment(
        cause=Cause.OUTAGE, impact=Impact.MAJOR, components=list(incident.components.all()), started_at=at(0)
    )

    entry = correct(incident, same, author=None, now=at(90))

    assert entry is None
    assert (incident.updates.count(), Incident.objects.get().led_by_person) == (1, False)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(Amendment(started_at=at(91)), id="begins in the future"),
        pytest.param(Amendment(resolved_at=at(80)), id="ends while it goes on"),
    ],
)
def test_times_that_cannot_be_are_refused(incident: Incident, given: Amendment) -> None:
    with pytest.raises(UndoableError):
        correct(incident, given, author=None, now=at(90))

    assert Incident.objects.get().started_at == at(0)


def days(until: float) -> float:
    ComponentStatus.objects.update(watched_since=at(0))
    recompute_days(since=at(0), until=at(until), zone=ZoneInfo("Asia/Shanghai"))
    return sum(ComponentDay.objects.values_list("outage_seconds", flat=True))


def test_withdrawn_incident_stays_in_the_history_and_leaves_uptime_and_states(incident: Incident) -> None:
    refresh_statuses(since=at(0), at=at(60), blind=())
    counted = days(600)
    Progress.objects.update_or_create(pk=1, defaults={"concluded_until": at(600)})

    withdraw(incident, author=None, now=at(600))

    incident.refresh_from_db()
    assert counted == 600
    assert sum(ComponentDay.objects.values_list("outage_seconds", flat=True)) == 0
    assert (incident.status, incident.withdrawn_at) == ("resolved", at(600))
    assert set(ComponentStatus.objects.values_list("state", flat=True)) == {"operational"}
    assert told_incidents().get() == incident
    assert not open_incidents().exists()
    assert last_words(incident).en.startswith("False alarm:")


def test_incident_is_withdrawn_once_and_stays_so_when_the_machine_sees_on(incident: Incident) -> None:
    withdraw(incident, author=None, now=at(90))

    again = withdraw(incident, author=None, now=at(95))
    record_verdicts([verdict(seconds=200)])

    assert again is None
    assert not open_incidents().exists()


def test_what_was_over_is_withdrawn_without_another_end(incident: Incident) -> None:
    record_verdicts([verdict(seconds=600, resolved=580)])

    withdraw(incident, author=None, now=at(900))

    incident.refresh_from_db()
    assert (incident.resolved_at, incident.taken_over) == (at(580), True)
    assert last_words(incident).zh.startswith("误报")


def test_withdrawn_incident_counts_again_when_it_is_reopened(incident: Incident) -> None:
    refresh_statuses(since=at(0), at=at(60), blind=())
    withdraw(incident, author=None, now=at(90))

    entry = reopen(incident, author=None, now=at(120))

    incident.refresh_from_db()
    assert entry is not None
    assert (incident.withdrawn_at, incident.resolved_at, incident.status) == (None, None, "identified")
    assert days(600) == 600
    assert open_incidents().get() == incident


def test_incident_that_is_open_is_not_reopened(incident: Incident) -> None:
    assert reopen(incident, author=None, now=at(90)) is None


def test_end_is_corrected_when_it_is_over(incident: Incident) -> None:
    resolve(incident, author=None, now=at(300))

    correct(incident, Amendment(resolved_at=at(200)), author=None, now=at(400))

    incident.refresh_from_db()
    assert incident.resolved_at - incident.started_at == timedelta(seconds=200)  # type: ignore[operator]

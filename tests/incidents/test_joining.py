"""Two incidents made one, and one made two: their words, components, leads and addresses."""

from collections.abc import Callable

import pytest

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.states import IncidentStatus
from statuspage.incidents.correcting import Amendment, correct, reopen, withdraw
from statuspage.incidents.handling import MERGED, UndoableError, say, take_over
from statuspage.incidents.joining import merge, split
from statuspage.incidents.models import ComponentStatus, Incident
from statuspage.incidents.postmortems import write_postmortem
from statuspage.incidents.reading import told_incidents
from statuspage.incidents.recording import record_verdicts
from statuspage.incidents.statuses import refresh_statuses
from statuspage.monitoring.models import Component
from tests.incidents.building import at, plant_components, verdict

pytestmark = pytest.mark.django_db
FIRST, SECOND = "fenfu-qr/1", "fenfu-online/2"


def second(seconds: float = 70, *, resolved: float | None = None) -> object:
    return verdict(
        key=SECOND,
        seconds=seconds,
        components=("fenfu-online",),
        impact=Impact.CRITICAL,
        resolved=resolved,
    )


@pytest.fixture
def pair() -> tuple[Incident, Incident]:
    plant_components("fenfu-qr", "fenfu-online", "fenfu-repay")
    record_verdicts([verdict(), second()])  # type: ignore[list-item]
    say(Incident.objects.get(key=SECOND), Bilingual("在查", "Looking"), author=None, now=at(75))
    return Incident.objects.get(key=FIRST), Incident.objects.get(key=SECOND)


def record(*verdicts: object) -> None:
    record_verdicts(list(verdicts))  # type: ignore[arg-type]


def test_merged_incident_brings_components_and_words_and_is_told_no_more(
    pair: tuple[Incident, Incident],
) -> None:
    first, other = pair

    merge(other, into=first, author=None, now=at(90))

    first.refresh_from_db()
    entries = list(first.updates.order_by("sequence").values_list("sequence", "created_at", "origin"))
    assert told_incidents().get() == first
    assert {row.slug for row in first.components.all()} == {"fenfu-qr", "fenfu-online"}
    assert (first.impact, set(first.affected)) == ("critical", {"fenfu-qr", "fenfu-online"})
    assert entries == [
        (1, at(60), None),
        (2, at(70), other.pk),
        (3, at(75), other.pk),
        (4, at(90), None),
    ]
    assert "is part of this" in first.updates.get(sequence=4).body_en
    assert not first.led_by_person


def test_machine_leads_on_by_what_it_sees_of_both_when_they_were_merged(
    pair: tuple[Incident, Incident],
) -> None:
    first, other = pair
    merge(other, into=first, author=None, now=at(90))

    record(verdict(seconds=600, resolved=580))
    half = Incident.objects.get(pk=first.pk)
    record(second(seconds=800, resolved=780))

    first.refresh_from_db()
    assert (half.resolved_at, half.affected) == (None, ["fenfu-online"])
    assert (first.status, first.resolved_at) == ("resolved", at(780))
    assert Incident.objects.get(pk=other.pk).merged_into == first


def test_merged_pair_stays_a_persons_when_a_person_leads_it(pair: tuple[Incident, Incident]) -> None:
    first, other = pair
    take_over(first, author=None, now=at(80))
    merge(other, into=first, author=None, now=at(90))

    record(verdict(seconds=600, resolved=580), second(seconds=800, resolved=780))

    assert Incident.objects.get(pk=first.pk).resolved_at is None


def test_incident_is_merged_only_into_another_that_is_told(pair: tuple[Incident, Incident]) -> None:
    first, other = pair

    with pytest.raises(UndoableError):
        merge(first, into=first, author=None, now=at(90))
    merge(other, into=first, author=None, now=at(90))
    with pytest.raises(UndoableError):
        merge(other, into=first, author=None, now=at(91))
    with pytest.raises(UndoableError):
        reopen(other, author=None, now=at(92))


def _speak(row: Incident) -> object:
    return say(
        row, Bilingual("还没好", "Not over"), status=IncidentStatus.IDENTIFIED, author=None, now=at(99)
    )


@pytest.mark.parametrize(
    "do",
    [
        _speak,
        lambda row: correct(row, Amendment(cause=Cause.MAINTENANCE), author=None, now=at(99)),
        lambda row: withdraw(row, author=None, now=at(99)),
        lambda row: write_postmortem(row, Bilingual("字", "Word"), author=None, now=at(99)),
    ],
    ids=["a word", "a correction", "a false alarm", "a post-mortem"],
)
def test_merged_incident_is_told_nothing_more_and_stays_closed(
    pair: tuple[Incident, Incident], do: Callable[[Incident], object]
) -> None:
    first, other = pair
    merge(other, into=first, author=None, now=at(90))
    before = Incident.objects.filter(pk=other.pk).values().get()

    with pytest.raises(UndoableError) as refused:
        do(other)

    assert refused.value.reason is MERGED
    assert Incident.objects.filter(pk=other.pk).values().get() == before
    assert (take_over(other, author=None, now=at(99)), other.taken_over) == (False, False)


def test_component_has_an_incident_of_its_own_when_it_is_split_off(pair: tuple[Incident, Incident]) -> None:
    first, _ = pair
    record(verdict(seconds=80, components=("fenfu-qr", "fenfu-repay")))
    repay = Component.objects.get(slug="fenfu-repay")

    made = split(first, components=[repay], author=None, now=at(90))
    record(verdict(seconds=600, components=("fenfu-qr", "fenfu-repay"), resolved=580))
    refresh_statuses(since=at(0), at=at(600), blind=())

    first.refresh_from_db()
    assert [row.slug for row in first.components.all()] == ["fenfu-qr"]
    assert first.resolved_at == at(580)
    assert (made.led_by_person, made.resolved_at, made.title_en) == (
        True,
        None,
        "Fenfu · Name 3: system outage",
    )
    assert made.updates.count() == 1
    assert ComponentStatus.objects.get(component=repay).state == "major_outage"


@pytest.mark.parametrize("slugs", [(), ("fenfu-qr",), ("fenfu-online",)])
def test_all_or_none_of_its_components_cannot_be_split_off(
    pair: tuple[Incident, Incident], slugs: tuple[str, ...]
) -> None:
    rows = list(Component.objects.filter(slug__in=slugs))

    with pytest.raises(UndoableError):
        split(pair[0], components=rows, author=None, now=at(90))

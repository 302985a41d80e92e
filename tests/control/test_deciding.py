"""What may be decided, and in which order stories stand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from probes.vocabulary.publishing import Confirmation, Publication
from probes.vocabulary.states import IncidentStatus
from statuspage.analysis.values import Certainty
from statuspage.control.deciding import (
    PERMISSIONS,
    Leader,
    Position,
    ToldStanding,
    acts_on,
    leader_of,
    order_of,
    standing_of,
)
from statuspage.incidents.decisions import IncidentDecision

D = IncidentDecision
AT = datetime(2026, 3, 2, 3, tzinfo=UTC)
SUSPECTED = Position(
    cause="risk_control",
    status=IncidentStatus.INVESTIGATING,
    certainty=Certainty.SUSPECTED,
    publication=Publication.PUBLISHED,
    confirmation=Confirmation.BY_POLICY,
    leader=Leader.MACHINE,
)
CONFIRMED = replace(SUSPECTED, certainty=Certainty.CONFIRMED, status=IncidentStatus.IDENTIFIED)


@pytest.mark.parametrize(
    ("position", "standing", "first"),
    [
        (replace(SUSPECTED, publication=Publication.WAITING), ToldStanding.WAITING, D.PUBLISH),
        (replace(SUSPECTED, publication=Publication.HELD), ToldStanding.HELD, D.PUBLISH),
        (SUSPECTED, ToldStanding.SUSPECTED, D.CONFIRM),
        (CONFIRMED, ToldStanding.CONFIRMED, D.SAY),
        (replace(CONFIRMED, status=IncidentStatus.MONITORING), ToldStanding.RECOVERING, D.SAY),
        (replace(CONFIRMED, publication=Publication.DROPPED), ToldStanding.DROPPED, D.PUBLISH),
    ],
    ids=lambda value: value.value if isinstance(value, ToldStanding) else "",
)
def test_first_button_is_what_is_waited_for(
    position: Position, standing: ToldStanding, first: IncidentDecision
) -> None:
    assert (standing_of(position), acts_on(position)[0]) == (standing, first)


@pytest.mark.parametrize("publication", Publication)
def test_acts_give_back_only_what_a_person_took_over(publication: Publication) -> None:
    offered = {
        leader: acts_on(replace(CONFIRMED, publication=publication, leader=leader)) for leader in Leader
    }

    assert [leader for leader, acts in offered.items() if D.GIVE_BACK in acts] == [Leader.PERSON]
    assert [leader for leader, acts in offered.items() if D.TAKE_OVER in acts] == [Leader.MACHINE]


@pytest.mark.parametrize(
    "position",
    [
        replace(SUSPECTED, confirmation=Confirmation.HELD),
        replace(SUSPECTED, leader=Leader.PERSON),
        CONFIRMED,
    ],
    ids=["held already", "led by a person", "told already"],
)
def test_nothing_is_held_back_that_would_not_be_told_by_itself(position: Position) -> None:
    assert D.HOLD_BACK in acts_on(SUSPECTED)
    assert D.HOLD_BACK not in acts_on(position)


@pytest.mark.parametrize(
    ("key", "taken_over", "expected"),
    [(None, False, Leader.OWNER), ("k", True, Leader.PERSON), ("k", False, Leader.MACHINE)],
)
def test_leader_is_the_machine_unless_a_person_opened_it_or_took_it_over(
    key: str | None, taken_over: bool, expected: Leader
) -> None:
    assert leader_of(key=key, taken_over=taken_over) is expected


def test_mark_differs_when_anything_that_a_decision_rests_on_does() -> None:
    others = [
        replace(SUSPECTED, cause="outage"),
        replace(SUSPECTED, status=IncidentStatus.IDENTIFIED),
        replace(SUSPECTED, certainty=Certainty.CONFIRMED),
        replace(SUSPECTED, publication=Publication.HELD),
        replace(SUSPECTED, confirmation=Confirmation.HELD),
        replace(SUSPECTED, leader=Leader.PERSON),
    ]

    assert len({SUSPECTED.mark, *(other.mark for other in others)}) == 7


def test_order_has_first_what_waits_for_a_decision_and_then_the_newest() -> None:
    told = [
        (ToldStanding.RECOVERING, AT),
        (ToldStanding.CONFIRMED, AT - timedelta(hours=1)),
        (ToldStanding.CONFIRMED, AT),
        (ToldStanding.SUSPECTED, AT - timedelta(hours=2)),
        (ToldStanding.WAITING, AT - timedelta(hours=3)),
    ]

    ordered = sorted(told, key=lambda one: order_of(*one))

    assert ordered == [told[4], told[3], told[2], told[1], told[0]]


def test_a_word_needs_less_than_a_decision() -> None:
    assert {act for act in PERMISSIONS if PERMISSIONS[act] != "incidents.change_incident"} == {D.SAY}

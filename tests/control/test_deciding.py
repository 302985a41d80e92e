"""What may be decided, and in which order stories stand."""

from datetime import UTC, datetime, timedelta

import pytest

from probes.vocabulary.states import IncidentStatus
from statuspage.analysis.values import Certainty
from statuspage.control.deciding import (
    Act,
    Leader,
    Standing,
    acts_on,
    leader_of,
    mark_of,
    order_of,
    standing_of,
)

AT = datetime(2026, 3, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize("standing", Standing)
def test_acts_give_back_only_what_a_person_took_over(standing: Standing) -> None:
    offered = {leader: acts_on(standing, leader) for leader in Leader}

    assert [leader for leader, acts in offered.items() if Act.GIVE_BACK in acts] == [Leader.PERSON]
    assert [leader for leader, acts in offered.items() if Act.TAKE_OVER in acts] == [Leader.MACHINE]
    assert all(Act.SAY in acts for acts in offered.values())


@pytest.mark.parametrize(
    ("status", "certainty", "expected"),
    [
        (IncidentStatus.INVESTIGATING, Certainty.SUSPECTED, Standing.SUSPECTED),
        (IncidentStatus.IDENTIFIED, Certainty.CONFIRMED, Standing.CONFIRMED),
        (IncidentStatus.MONITORING, Certainty.CONFIRMED, Standing.RECOVERING),
    ],
)
def test_standing_follows_what_the_public_is_told(
    status: IncidentStatus, certainty: Certainty, expected: Standing
) -> None:
    assert standing_of(status=status, certainty=certainty) is expected


@pytest.mark.parametrize(
    ("key", "taken_over", "expected"),
    [(None, False, Leader.OWNER), ("k", True, Leader.PERSON), ("k", False, Leader.MACHINE)],
)
def test_leader_is_the_machine_unless_a_person_opened_it_or_took_it_over(
    key: str | None, taken_over: bool, expected: Leader
) -> None:
    assert leader_of(key=key, taken_over=taken_over) is expected


def test_mark_differs_when_anything_that_a_decision_rests_on_does() -> None:
    plain = {"cause": "outage", "certainty": "suspected", "status": "investigating"}
    first = mark_of(**plain, leader=Leader.MACHINE)

    others = [mark_of(**{**plain, name: "x"}, leader=Leader.MACHINE) for name in plain]

    assert first not in [*others, mark_of(**plain, leader=Leader.PERSON)]


def test_order_has_first_what_waits_for_a_decision_and_then_the_newest() -> None:
    told = [
        (Standing.RECOVERING, AT),
        (Standing.CONFIRMED, AT - timedelta(hours=1)),
        (Standing.CONFIRMED, AT),
        (Standing.SUSPECTED, AT - timedelta(hours=2)),
    ]

    ordered = sorted(told, key=lambda one: order_of(*one))

    assert ordered == [told[3], told[2], told[1], told[0]]

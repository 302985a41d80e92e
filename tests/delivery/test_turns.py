"""When an incident turned last, and how often it came back."""

from datetime import datetime, timedelta

import pytest

from statuspage.delivery.turns import ToldStep, Turn, last_turn
from tests.support.public_rows import NOW


def at(minute: int) -> datetime:
    return NOW + timedelta(minutes=minute)


def told(steps: str) -> list[ToldStep]:
    """An entry a minute: o on, x over; capital where we were not sure."""
    return [
        ToldStep(at=at(minute), over=step.lower() == "x", sure=step.islower())
        for minute, step in enumerate(steps)
    ]


@pytest.mark.parametrize(
    ("steps", "turn"),
    [
        pytest.param("", None, id="nothing was told"),
        pytest.param("ooo", None, id="it goes on"),
        pytest.param("oox", Turn(at=at(2), over=True, returns=0), id="it is over"),
        pytest.param("oxxx", Turn(at=at(1), over=True, returns=0), id="more is told afterwards"),
        pytest.param("oxo", Turn(at=at(2), over=False, returns=1), id="it came back"),
        pytest.param("oxooxxo", Turn(at=at(6), over=False, returns=2), id="it came back twice"),
        pytest.param("oxox", Turn(at=at(3), over=True, returns=1), id="it is over again"),
        pytest.param("OXo", Turn(at=at(2), over=False, returns=0), id="a suspicion that was right after all"),
    ],
)
def test_turn_is_the_last_change_when_a_timeline_tells_of_it(steps: str, turn: Turn | None) -> None:
    assert last_turn(told(steps)) == turn

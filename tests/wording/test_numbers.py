"""Shares as they are read: to the nearest, and never as all or none where they are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statuspage.wording.numbers import chance, percent

DAYS_90_MIN = 90 * 1440


@pytest.mark.parametrize(
    ("ratio", "told"),
    [
        pytest.param(None, "–", id="not known"),
        pytest.param(1.0, "100%", id="all"),
        pytest.param(0.0, "0%", id="none"),
        pytest.param(1 - 1 / DAYS_90_MIN, "99.99%", id="a minute of ninety days"),
        pytest.param(0.00004, "0.01%", id="next to none"),
        pytest.param(0.0049, "0.49%", id="few"),
        pytest.param(2 / 3, "67%", id="two of three"),
        pytest.param(6 / 100, "6%", id="six of a hundred"),
        pytest.param(0.9567, "95.7%", id="most"),
        pytest.param(0.99936, "99.94%", id="nearly all"),
    ],
)
def test_share_is_told_to_the_nearest_but_never_as_all_or_none_when_it_is_not(
    ratio: float | None, told: str
) -> None:
    assert percent(ratio) == told


@given(st.floats(min_value=0, max_value=1))
def test_share_and_chance_are_near_what_they_tell_when_it_is_any(ratio: float) -> None:
    for told, nearest in ((percent(ratio), 0.5), (chance(ratio), 1.0)):
        assert abs(float(told.removesuffix("%")) - ratio * 100) <= nearest + 1e-9
    assert (percent(ratio) == "100%") == (ratio >= 1)
    assert (float(percent(ratio).removesuffix("%")) == 0) == (ratio <= 0)


@pytest.mark.parametrize(("probability", "told"), [(0.0, "0%"), (0.001, "1%"), (0.666, "67%"), (1.0, "99%")])
def test_chance_is_never_certain_when_it_is_told(probability: float, told: str) -> None:
    assert chance(probability) == told

"""What the harness of faults calls wrong: it must not pass over anything that it looks for."""

from collections.abc import Sequence

import pytest

from tests.bench.faults.audit import Ask, doubled, lost
from tests.bench.faults.watcher import Sample, claims

NOW = 1_000_000.0
WATCHED = {"alpha": [NOW - 9, NOW - 6, NOW - 3]}


def sample(
    *,
    at: float = NOW,
    known_until: float | None = NOW - 4,
    normal: Sequence[str] = ("alpha",),
    is_calm: bool = True,
    made: float | None = NOW - 4,
) -> Sample:
    """A reading of a page on which all is well."""
    return Sample(at=at, known_until=known_until, normal=frozenset(normal), is_calm=is_calm, made=made)


@pytest.mark.parametrize(
    ("made", "missing"),
    [
        pytest.param({"a": [1.0, 4.0]}, [], id="each tick has its result"),
        pytest.param({"a": [4.0]}, [1.1], id="the first was lost"),
        pytest.param({"b": [1.0], "a": [4.0]}, [1.1], id="the result is another probe's"),
        pytest.param({}, [1.1, 3.9], id="all was lost, and one tick asked for twice"),
    ],
)
def test_request_without_a_result_is_found(made: dict[str, list[float]], missing: list[float]) -> None:
    asked = [Ask("a", 1.1), Ask("a", 3.9), Ask("a", 4.2)]

    assert [ask.at for ask in lost(asked, {"a": [1.0, 4.0, 7.0]}, made)] == missing


@pytest.mark.parametrize(
    ("second", "found"),
    [
        pytest.param({"components": ["alpha"], "started": 15.0, "resolved": None}, 1, id="while one is open"),
        pytest.param({"components": ["alpha"], "started": 25.0, "resolved": None}, 0, id="afterwards"),
        pytest.param({"components": ["beta"], "started": 15.0, "resolved": None}, 0, id="of another"),
    ],
)
def test_two_incidents_at_once_are_found(second: dict[str, object], found: int) -> None:
    first = {"components": ["alpha"], "started": 10.0, "resolved": 20.0}

    assert len(doubled([first, second])) == found


@pytest.mark.parametrize(
    ("one", "found"),
    [
        pytest.param(sample(), 0, id="all well and watched"),
        pytest.param(sample(at=NOW + 200, is_calm=False), 1, id="the API says normal of long ago"),
        pytest.param(sample(at=NOW + 200, normal=()), 1, id="the page says normal and is old"),
        pytest.param(sample(at=NOW + 200, normal=(), is_calm=False), 0, id="an old page that says so"),
        pytest.param(sample(known_until=NOW + 60), 1, id="of the future"),
        pytest.param(sample(normal=["alpha", "beta"]), 1, id="nobody looked"),
        pytest.param(sample(known_until=None), 1, id="nothing is known"),
    ],
)
def test_what_nobody_can_know_is_found_when_the_page_claims_it(one: Sample, found: int) -> None:
    assert len(claims([one], WATCHED, unwatched_s=120)) == found


def test_times_of_a_wrong_clock_are_not_compared() -> None:
    one = sample(known_until=NOW + 3600)

    assert claims([one], WATCHED, unwatched_s=120, misdated=[(NOW - 1, NOW + 1)]) == []

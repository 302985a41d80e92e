"""Every situation of the domain, on generated days that the detector was not tuned on."""

from functools import cache

import pytest

from tests.bench.bench_detection import OURS, one
from tests.scenarios.edges import EVERY
from tests.scenarios.score import Score

SEED = 21
NOTHING = (
    "chatter",
    "vantage-cut",
    "vantage-way",
    "account-frozen",
    "blind",
    "festival",
    "noise",
    "quiet",
)
SOMETHING = tuple(name for name in EVERY if name not in NOTHING)


@cache
def _scored(situation: str) -> Score:
    return one((situation, SEED))[OURS]


@pytest.mark.parametrize("situation", SOMETHING)
def test_detector_finds_the_right_cause_when_the_situation_is(situation: str) -> None:
    found = _scored(situation)

    assert [row.answered for row in found.rows] == [row.cause for row in found.rows]
    assert found.false_confirmed == 0


@pytest.mark.parametrize("situation", NOTHING)
def test_detector_confirms_nothing_when_the_situation_is_only(situation: str) -> None:
    found = _scored(situation)

    assert found.false_confirmed == 0
    assert found.false_suspected <= 1  # refusals of the usual kind may coincide once; it is never confirmed

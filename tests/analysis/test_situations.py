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
# Of the harder family those that stand for a kind of their own; `make bench-detection` plays them all.
HARDER_NOTHING = ("frozen-here", "key-expired", "throttled-all", "month-end")
HARDER = (
    "hollow-full",
    "odd-success",
    "not-found",
    "sparse-outage",
    "slow-onset",
    "provider-quarter",
    "twice",
    "ends-blind",
    "given-back",
    "frozen-in-wave",
    "masked-success",
)
SOMETHING = (*(name for name in EVERY if name not in NOTHING), *HARDER)


@cache
def _scored(situation: str) -> Score:
    return one((situation, SEED))[OURS]


@pytest.mark.parametrize("situation", SOMETHING)
def test_detector_finds_the_right_cause_when_the_situation_is(situation: str) -> None:
    found = _scored(situation)

    assert [row.answered for row in found.rows] == [row.cause for row in found.rows]
    assert found.false_confirmed == 0


@pytest.mark.parametrize("situation", [*NOTHING, *HARDER_NOTHING])
def test_detector_confirms_nothing_when_the_situation_is_only(situation: str) -> None:
    found = _scored(situation)

    assert found.false_confirmed == 0
    assert found.false_suspected <= 1  # refusals of the usual kind may coincide once; it is never confirmed


@pytest.mark.parametrize("situation", ["given-back", "ends-blind", "twice", "provider-quarter"])
def test_detector_resolves_soon_after_the_end_when_the_situation_is(situation: str) -> None:
    rows = _scored(situation).rows

    assert all(row.resolve is not None and row.resolve <= 240.0 for row in rows)


def test_detector_tells_a_start_within_minutes_of_the_true_one() -> None:
    errors = [
        row.start_error for name in ("outage-half", "risk-explicit", "twice") for row in _scored(name).rows
    ]

    assert max(errors) <= 120.0

"""No parser of foreign bytes fails or dawdles over inputs such as `make fuzz` makes by the million."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.mutating import mutated
from tests.fuzz.run import fault_of
from tests.fuzz.targets import TARGETS, Target

CORPORA = {target.name: target.corpus for target in TARGETS}


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
@settings(max_examples=10, deadline=None, derandomize=True)
@given(seed=st.integers(min_value=0, max_value=2**32), raw=st.binary(max_size=200))
def test_parser_takes_any_input(target: Target, seed: int, raw: bytes) -> None:
    assert fault_of(target, mutated(CORPORA[target.name], random.Random(seed)))[0] == ""
    assert fault_of(target, raw)[0] == ""


def test_a_fault_is_told_when_a_parser_breaks_or_dawdles() -> None:
    def breaks(data: bytes) -> None:
        raise KeyError(data)

    def dawdles(data: bytes) -> None:
        sorted(data)

    assert fault_of(Target(name="x", run=breaks), b"x")[0].startswith("KeyError in test_fuzz.py:")
    assert (
        fault_of(Target(name="x", run=dawdles, most_ms=0.0, most_ms_per_kb=0.0), b"x" * 9_999)[0]
        == "too slow"
    )


# What was found once.
FOUND = {
    "nested without end": b'[{"slug":"m1","components":' + b"[" * 5_000,
    "half a character": b'[{"slug":"\xed\xa0\x80"}]',
}


@pytest.mark.parametrize("data", FOUND.values(), ids=FOUND)
@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_parser_takes_what_broke_one_before(target: Target, data: bytes) -> None:
    assert fault_of(target, data)[0] == ""

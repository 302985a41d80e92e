"""What is usual is learned from calm times only, however slowly trouble comes."""

import pytest

from statuspage.analysis.baseline import Baseline
from statuspage.analysis.kinds import ACCEPTED, BARE
from statuspage.analysis.model import BASELINE


def _window(baseline: Baseline, *, failed: int, disturbed: bool = False, suspicious: bool = False) -> None:
    for kind, count in ((BARE, failed), (ACCEPTED, 400 - failed)):
        for _ in range(count):
            baseline.count(0, kind, None)
    baseline.close_window(12, 12, disturbed=disturbed, suspicious=suspicious)


def _calm() -> Baseline:
    baseline = Baseline()
    for _ in range(10):
        _window(baseline, failed=0)
    return baseline


@pytest.mark.parametrize(
    ("windows", "learned"),
    [(1, False), (BASELINE.most_waiting, False), (BASELINE.most_waiting + 3, True)],
    ids=["ten minutes", "two hours", "half an hour more"],
)
def test_baseline_learns_what_is_under_suspicion_only_when_that_lasts_for_hours(
    windows: int, learned: bool
) -> None:
    baseline = _calm()
    before = baseline.rates(0)[BARE]

    for _ in range(windows):
        _window(baseline, failed=40, suspicious=True)

    assert (baseline.rates(0)[BARE] > 2 * before) is learned


def test_baseline_learns_what_waited_when_the_suspicion_came_to_nothing() -> None:
    baseline = _calm()
    for _ in range(3):
        _window(baseline, failed=40, suspicious=True)
    before = baseline.rates(0)[BARE]

    _window(baseline, failed=40)

    assert baseline.rates(0)[BARE] > 2 * before


def test_baseline_forgets_what_waited_when_the_suspicion_was_right() -> None:
    baseline = _calm()
    before = baseline.rates(0)[BARE]
    for _ in range(3):
        _window(baseline, failed=40, suspicious=True)
    _window(baseline, failed=200, disturbed=True)

    for _ in range(3):
        _window(baseline, failed=0)

    assert baseline.rates(0)[BARE] <= before

"""Counts by the minute, packed: what is read of them in part is what is read of them as a whole."""

from collections import Counter

from statuspage.monitoring.counts import WindowCounts
from statuspage.monitoring.minutes import outcomes_in, packed, unpacked


def test_outcomes_are_the_same_when_they_are_read_alone() -> None:
    told = packed(
        {
            "1.1.1": WindowCounts(
                outcomes=Counter(accepted=3, timeout=1), latency_sum_ms=451.7, latency_count=3
            ),
            "0.0.2": WindowCounts(excluded={"throttled": Counter(throttled=4)}),
        }
    )

    alone = dict(outcomes_in(told))

    assert alone == {series: counts.outcomes for series, counts in unpacked(told).items()}
    assert alone["1.1.1"] == {"accepted": 3, "timeout": 1}

"""What an entry of a timeline is to those who are told, and whom it may concern."""

import pytest

from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.telling import NewsKind
from statuspage.delivery.kinds import TimelineEntry, kind_of, reach_of


def entry(
    *,
    over: bool = False,
    sure: bool = True,
    cause: Cause = Cause.OUTAGE,
    impact: Impact = Impact.MAJOR,
    withdrawn: bool = False,
) -> TimelineEntry:
    return TimelineEntry(over=over, sure=sure, cause=cause, impact=impact, withdrawn=withdrawn)


SUSPECTED, SURE, OVER = entry(sure=False), entry(), entry(over=True)


@pytest.mark.parametrize(
    ("timeline", "kind"),
    [
        pytest.param([SUSPECTED], None, id="only suspected"),
        pytest.param([SUSPECTED, entry(sure=False, over=True)], None, id="a suspicion that was given up"),
        pytest.param([SURE], NewsKind.BEGAN, id="certain at once"),
        pytest.param([SUSPECTED, SURE], NewsKind.BEGAN, id="certain now"),
        pytest.param([SURE, SURE], NewsKind.UPDATE, id="it goes on"),
        pytest.param([SURE, OVER], NewsKind.OVER, id="it is over"),
        pytest.param([SURE, OVER, OVER], NewsKind.UPDATE, id="a word after its end"),
        pytest.param([SURE, OVER, SURE], NewsKind.RETURNED, id="it is back"),
        pytest.param([SURE, OVER, SURE, OVER], NewsKind.OVER, id="it is over again"),
        pytest.param([SURE, entry(over=True, withdrawn=True)], NewsKind.WITHDRAWN, id="a false alarm"),
        pytest.param([SUSPECTED, entry(withdrawn=True)], None, id="a false alarm that nobody was told"),
    ],
)
def test_entry_is_told_as_what_it_is_when_those_before_it_were_told(
    timeline: list[TimelineEntry], kind: NewsKind | None
) -> None:
    assert kind_of(timeline) is kind


def test_whoever_was_told_is_told_the_end_when_it_became_less_bad_or_another_cause() -> None:
    timeline = [
        entry(cause=Cause.OUTAGE, impact=Impact.CRITICAL),
        entry(cause=Cause.RISK_CONTROL, impact=Impact.MINOR),
    ]

    reach = reach_of(timeline, ["fenfu-qr"])

    assert reach.causes == {Cause.OUTAGE, Cause.RISK_CONTROL}
    assert reach.impact is Impact.CRITICAL
    assert reach.components == {"fenfu-qr"}

"""Sums of a day: outages only, and unknown time left out."""

import pytest

from probes.vocabulary.causes import Cause, Impact
from statuspage.analysis.values import CauseHeld
from statuspage.incidents.uptime import DaySums, Episode, Span, day_sums, episodes_of, formula, uptime_ratio
from tests.incidents.building import at

DAY = Span(start=at(0), end=at(86400))


def episode(start: float, end: float, cause: Cause = Cause.OUTAGE, impact: Impact = Impact.MAJOR) -> Episode:
    return Episode(cause=cause, impact=impact, span=Span(start=at(start), end=at(end)))


def blind(start: float, end: float) -> Span:
    return Span(start=at(start), end=at(end))


@pytest.mark.parametrize(
    ("episodes", "dark", "outage", "unknown"),
    [
        pytest.param([], [], 0, 0, id="nothing happened"),
        pytest.param([episode(0, 600)], [], 600, 0, id="a major outage counts in full"),
        pytest.param([episode(0, 600, impact=Impact.MINOR)], [], 180, 0, id="a minor one at three tenths"),
        pytest.param([episode(0, 600, impact=Impact.NONE)], [], 0, 0, id="one without impact not at all"),
        pytest.param([episode(-600, 60)], [], 60, 0, id="only the part within the day"),
        pytest.param([episode(0, 600), episode(300, 900)], [], 900, 0, id="overlapping ones once"),
        pytest.param(
            [episode(0, 600, impact=Impact.MINOR), episode(0, 600)], [], 600, 0, id="the worse one weighs"
        ),
        pytest.param([episode(0, 600, Cause.RISK_CONTROL)], [], 0, 0, id="refusals are no downtime"),
        pytest.param([episode(0, 600, Cause.MAINTENANCE)], [], 0, 0, id="nor is maintenance"),
        pytest.param([], [blind(0, 600)], 0, 600, id="unseen time is unknown"),
        pytest.param([episode(0, 600)], [blind(300, 900)], 600, 300, id="an outage goes on while unseen"),
    ],
)
def test_day_sums_count_outages_only(
    episodes: list[Episode], dark: list[Span], outage: float, unknown: float
) -> None:
    sums = day_sums(day=DAY, episodes=episodes, blind=dark)

    assert sums.outage_seconds == pytest.approx(outage)
    assert sums.unknown_seconds == unknown
    assert sums.observed_seconds == 86400 - unknown


def test_day_sums_keep_the_other_causes_apart_when_they_happen() -> None:
    sums = day_sums(
        day=DAY,
        episodes=[episode(0, 60, Cause.MAINTENANCE), episode(60, 180, Cause.RISK_CONTROL, Impact.CRITICAL)],
        blind=[],
    )

    assert sums == DaySums(
        observed_seconds=86400,
        maintenance_seconds=60,
        risk_control_seconds=120,
        worst=Impact.CRITICAL,
    )


def _held(*causes: tuple[float, Cause]) -> list[CauseHeld]:
    return [CauseHeld(at=at(s), cause=cause, confidence=0.9) for s, cause in causes]


def test_the_last_word_holds_for_all_of_it_when_an_earlier_one_was_wrong() -> None:
    parts = episodes_of(
        cause=Cause.RISK_CONTROL,
        impact=Impact.MAJOR,
        causes=_held((0, Cause.OUTAGE), (300, Cause.RISK_CONTROL)),
        started_at=at(0),
        ended_at=at(900),
    )

    assert [(part.cause, part.span.start, part.span.end) for part in parts] == [
        (Cause.RISK_CONTROL, at(0), at(900))
    ]


def test_maintenance_stays_maintenance_until_it_overran_when_it_becomes_an_outage() -> None:
    parts = episodes_of(
        cause=Cause.OUTAGE,
        impact=Impact.MAJOR,
        causes=_held((0, Cause.MAINTENANCE), (600, Cause.OUTAGE)),
        started_at=at(0),
        ended_at=at(900),
    )

    assert [(part.cause, part.span.start, part.span.end) for part in parts] == [
        (Cause.MAINTENANCE, at(0), at(600)),
        (Cause.OUTAGE, at(600), at(900)),
    ]


def test_uptime_is_unknown_when_nothing_was_observed() -> None:
    assert uptime_ratio(outage_seconds=0, observed_seconds=0) is None
    assert uptime_ratio(outage_seconds=864, observed_seconds=86400) == pytest.approx(0.99)


def test_the_formula_is_told_in_both_languages() -> None:
    said = formula()

    assert "30%" in said.zh
    assert "30%" in said.en

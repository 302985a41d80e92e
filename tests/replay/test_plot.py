"""The drawing of a replayed day."""

from datetime import UTC, datetime, timedelta

import pytest

from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.exclusions import Exclusion
from probes.vocabulary.observations import Check
from probes.vocabulary.outcomes import Outcome
from statuspage.analysis.values import (
    Conclusions,
    Conditions,
    DetectorInput,
    Evidence,
    ExcludedCheck,
    Observed,
    Verdict,
)
from statuspage.replay.plot import Drawing
from tests.pipeline.planting import small_catalog

START = datetime(2026, 5, 4, tzinfo=UTC)


def _verdict(minute: float, cause: Cause, *, over: bool = False) -> Verdict:
    at = START + timedelta(minutes=minute)
    return Verdict(
        key="fenfu-qr@1",
        at=at,
        cause=cause,
        components=("fenfu-qr",),
        affected=("fenfu-qr",),
        impact=Impact.MAJOR,
        started_at=START + timedelta(minutes=1),
        detected_at=START + timedelta(minutes=2),
        confirmed_at=START + timedelta(minutes=2),
        resolved_at=at if over else None,
        confidence=0.8,
        alternatives=(),
        causes=(),
        evidence=Evidence(window_seconds=60.0),
    )


def _drawn(verdicts: list[Verdict], hours: float = 1.0) -> str:
    drawing = Drawing("day")
    first = Observed(check=Check(at=START, probe="fenfu-qr.ordinary.east"), outcome=Outcome.ACCEPTED)
    until = START + timedelta(hours=hours)
    step = Conclusions(at=until, verdicts=tuple(verdicts), conditions=Conditions(at=until))
    drawing.watch([first], step)
    return drawing.svg(verdicts[-1:])


def test_drawing_lets_go_of_a_cause_when_the_incident_is_renamed() -> None:
    svg = _drawn(
        [_verdict(2, Cause.OUTAGE), _verdict(10, Cause.RISK_CONTROL), _verdict(30, Cause.RISK_CONTROL)]
    )

    (outage,) = [part for part in svg.split("<polyline ") if 'stroke="#c62828"' in part]
    heights = [point.split(",")[1] for point in outage.split('"')[1].split()]
    assert heights[0] == heights[-1]
    assert heights[1] != heights[0]


@pytest.mark.parametrize(("hours", "label"), [(1.0, "00:15"), (18.0, "06:00"), (24.0 * 7, "2026-05-10")])
def test_drawing_names_even_times_when_it_spans(hours: float, label: str) -> None:
    assert f">{label}</text>" in _drawn([_verdict(2, Cause.OUTAGE, over=True)], hours)


def test_drawing_does_not_dip_for_checks_that_were_found_to_say_nothing() -> None:
    drawing = Drawing("day")
    drawing.begin(small_catalog())
    east, south = "fenfu-qr.ordinary.east", "fenfu-qr.ordinary.south"
    seen: list[DetectorInput] = [
        Observed(
            check=Check(at=START + timedelta(seconds=30 * n), probe=probe),
            outcome=Outcome.ACCEPTED if probe == east else Outcome.TIMEOUT,
        )
        for n in range(20)
        for probe in (east, south)
    ]
    lost = tuple(
        ExcludedCheck(probe=south, at=item.at, reason=Exclusion.VANTAGE_LOST)
        for item in seen
        if isinstance(item, Observed) and item.check.probe == south
    )
    for until, excluded in ((10, ()), (11, lost)):
        at = START + timedelta(minutes=until)
        step = Conclusions(at=at, verdicts=(), conditions=Conditions(at=at), excluded=excluded)
        drawing.watch(seen if not excluded else [], step)

    (accepted,) = [part for part in drawing.svg([]).split("<polyline ") if 'stroke="#2e7d32"' in part]
    assert {point.split(",")[1] for point in accepted.split('"')[1].split()} == {"60.0"}

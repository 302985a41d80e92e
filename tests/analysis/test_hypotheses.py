"""How explanations are told apart by one answer."""

import math

from statuspage.analysis.hypotheses import FailureMode, Hypothesis, component_hypotheses
from statuspage.analysis.kinds import ACCEPTED, SPOKEN

CAP = 6.0
HIGH_TIER = 2


def _deepest(mode: FailureMode, name: str) -> Hypothesis:
    return next(h for h in component_hypotheses((), ()) if h.mode is mode and h.name == name)


def test_log_ratio_keeps_explanations_apart_when_the_answer_is_rarer_than_the_bound() -> None:
    shallow = _deepest(FailureMode.TECHNICAL, "outage-spoken-0.45-0.45-0.45")
    masked = _deepest(FailureMode.MASKED, "masked-0.3-0.62-0.85")

    apart = masked.log_ratio(HIGH_TIER, SPOKEN, 1e-6, CAP) - shallow.log_ratio(HIGH_TIER, SPOKEN, 1e-6, CAP)

    assert math.isclose(apart, math.log(0.85 / 0.45), abs_tol=0.01)


def test_log_ratio_stays_within_its_bound_when_an_answer_is_never_seen() -> None:
    for hypothesis in component_hypotheses(("east",), ("ordinary",)):
        for kind in (ACCEPTED, SPOKEN):
            assert abs(hypothesis.log_ratio(HIGH_TIER, kind, 1e-9, CAP)) <= CAP

"""Every assumption of the detector, with its unit and its reason; no part has numbers of its own.

:class:`DetectorSettings` is what the operator wants. All else is what is believed of the world, one frozen
group for each part that it serves. Units stand in the names. ``nats`` are natural logarithms of likelihood
ratios: 3 are odds of twenty to one, 7 of a thousand to one. Only what endpoints answer under each hypothesis
stands with the hypotheses themselves, in :mod:`statuspage.analysis.hypotheses`.
"""

from statuspage.analysis.model.checks import (
    BASELINE,
    DAY_SECONDS,
    EVIDENCE,
    FILTER,
    INCIDENTS,
    LATENCY,
    PLAN,
    RECOVERY,
    TICKS,
    WINDOWS,
)
from statuspage.analysis.model.ours import FORMS, INSTRUMENT, REFUSALS
from statuspage.analysis.model.outside import OUTSIDE
from statuspage.analysis.model.posts import ECHO, LEAKS, REPORTS, STORIES, WAVE_END
from statuspage.analysis.model.wishes import FALSE_ALARMS, DetectorSettings, Thresholds

__all__ = [
    "BASELINE",
    "DAY_SECONDS",
    "ECHO",
    "EVIDENCE",
    "FALSE_ALARMS",
    "FILTER",
    "FORMS",
    "INCIDENTS",
    "INSTRUMENT",
    "LATENCY",
    "LEAKS",
    "OUTSIDE",
    "PLAN",
    "RECOVERY",
    "REFUSALS",
    "REPORTS",
    "STORIES",
    "TICKS",
    "WAVE_END",
    "WINDOWS",
    "DetectorSettings",
    "Thresholds",
]

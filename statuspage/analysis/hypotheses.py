"""What may be the matter with a component, and how often each tier would then meet each kind of answer."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from probes.vocabulary.causes import Cause
from statuspage.analysis.kinds import (
    AMBIGUOUS,
    BARE,
    KINDS,
    MAINTENANCE,
    PAYER,
    POLICY,
    RISK,
    SILENT,
    SLOW,
    SPOKEN,
    TIERS,
)


class FailureMode(StrEnum):
    """The sort of explanation; it says when a hypothesis may be held."""

    TECHNICAL = "technical"
    # The endpoint says itself that it is being worked on.
    OWNED_UP = "owned_up"
    # Risk control that says so, and risk control behind "system busy".
    EXPLICIT = "explicit"
    MASKED = "masked"
    # A product taken away for good.
    WITHDRAWN = "withdrawn"
    # Trouble of our own, which is no incident: a vantage cut off, an account frozen.
    VANTAGE = "vantage"
    PERSONA = "persona"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """How often each tier would meet each kind of answer, if this were the matter.

    ``extra[tier][kind]`` is the probability of that answer on top of the normal ones, ``affected`` by tier
    the share of checks that it befalls, ``depth`` their mean, for the impact. ``handicap`` (nats) is how much
    less likely it is beforehand than a plain outage. ``only`` names the one vantage or persona it is about.
    """

    name: str
    mode: FailureMode
    cause: Cause | None
    extra: tuple[tuple[float, ...], ...]
    affected: tuple[float, ...]
    handicap: float = 0.0
    depth: float = 1.0
    only: str = ""

    @property
    def crawls(self) -> bool:
        """Whether what it befalls is mostly answered, but too late."""
        return any(
            2 * answers[SLOW] > share > 0 for answers, share in zip(self.extra, self.affected, strict=True)
        )

    def log_ratio(self, tier: int, kind: int, usual: float, cap: float) -> float:
        """Log-likelihood ratio of one answer against normality, where ``usual`` is its normal probability.

        Nothing counts as rarer than ``exp(-cap)``: that bounds what one answer says, for every hypothesis
        alike, so that they are still told apart.
        """
        usual = max(usual, math.exp(-cap))
        ratio = (self.extra[tier][kind] + (1.0 - self.affected[tier]) * usual) / usual
        return max(-cap, math.log(ratio))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pattern:
    """Hypotheses that answer alike: shares by kind of answer, and the depths told apart, each by tier.

    A depth is the share of a tier's checks that is befallen.
    """

    name: str
    mode: FailureMode
    cause: Cause | None
    answers: Mapping[int, float]
    depths: tuple[tuple[float, ...], ...]
    handicap: float = 0.0


def _even(*depths: float) -> tuple[tuple[float, ...], ...]:
    """Depths that are the same for every tier."""
    return tuple((depth,) * len(TIERS) for depth in depths)


def _outage(how: str, answers: Mapping[int, float], handicap: float = 1.0) -> _Pattern:
    return _Pattern(
        name=f"outage-{how}",
        mode=FailureMode.TECHNICAL,
        cause=Cause.OUTAGE,
        answers=answers,
        depths=_even(0.95, 0.7, 0.45, 0.22),
        handicap=handicap,
    )


def _withdrawal(group: str, high: float, elevated: float, low: float) -> _Pattern:
    """A product taken from a group of tiers (1: it is, 0: it is not), as far as that is rolled out."""
    return _Pattern(
        name=f"policy-{group}",
        mode=FailureMode.WITHDRAWN,
        cause=Cause.POLICY_CHANGE,
        answers={POLICY: 0.85, AMBIGUOUS: 0.1, RISK: 0.05},
        depths=tuple((depth * low, depth * elevated, depth * high) for depth in (0.06, 0.3, 0.9)),
        handicap=1.0,
    )


_PATTERNS = (
    # Most faults speak in one way, which is not known beforehand.
    _outage("mixed", {SPOKEN: 0.33, BARE: 0.34, SILENT: 0.33}, handicap=0.0),
    _outage("spoken", {SPOKEN: 0.9, BARE: 0.06, SILENT: 0.04}),
    _outage("bare", {SPOKEN: 0.04, BARE: 0.9, SILENT: 0.06}),
    _outage("silent", {SPOKEN: 0.04, BARE: 0.06, SILENT: 0.9}),
    # Refused without a reason that anybody knows, whoever asks.
    _Pattern(
        name="outage-refused",
        mode=FailureMode.TECHNICAL,
        cause=Cause.OUTAGE,
        answers={AMBIGUOUS: 0.92, SPOKEN: 0.04, BARE: 0.04},
        depths=_even(0.95, 0.6),
        handicap=2.0,
    ),
    _Pattern(
        name="crawl",
        mode=FailureMode.TECHNICAL,
        cause=Cause.OUTAGE,
        answers={SLOW: 0.92, SILENT: 0.05, BARE: 0.03},
        depths=_even(0.9, 0.5),
        handicap=1.0,
    ),
    _Pattern(
        name="owned-up",
        mode=FailureMode.OWNED_UP,
        cause=Cause.MAINTENANCE,
        answers={MAINTENANCE: 0.88, BARE: 0.08, SILENT: 0.04},
        depths=_even(0.95, 0.45),
    ),
    _Pattern(
        name="risk",
        mode=FailureMode.EXPLICIT,
        cause=Cause.RISK_CONTROL,
        answers={RISK: 0.86, AMBIGUOUS: 0.12, POLICY: 0.02},
        depths=(
            (0.0, 0.22, 0.45),
            (0.01, 0.5, 0.8),
            (0.03, 0.85, 0.95),
            (0.2, 0.45, 0.8),
            (0.45, 0.8, 0.92),
            (0.95, 0.95, 0.95),
        ),
        handicap=0.5,
    ),
    # It answers as a spoken outage does: only the tiers tell them apart.
    _Pattern(
        name="masked",
        mode=FailureMode.MASKED,
        cause=Cause.RISK_CONTROL,
        answers={SPOKEN: 0.9, BARE: 0.06, SILENT: 0.04},
        depths=(
            (0.0, 0.22, 0.45),
            (0.01, 0.5, 0.8),
            (0.02, 0.85, 0.95),
            (0.12, 0.55, 0.9),
            (0.3, 0.62, 0.85),
        ),
        handicap=2.0,
    ),
    _withdrawal("high", high=1, elevated=0, low=0),
    _withdrawal("watched", high=1, elevated=1, low=0),
    _withdrawal("all", high=1, elevated=1, low=1),
)
_NUISANCES = {
    FailureMode.VANTAGE: {SILENT: 0.85, BARE: 0.08, SLOW: 0.05, SPOKEN: 0.02},
    FailureMode.PERSONA: {RISK: 0.4, PAYER: 0.3, AMBIGUOUS: 0.2, SPOKEN: 0.05, POLICY: 0.05},
}
# An account is frozen or it is not; a vantage may lose a part of what it asks.
_NUISANCE_DEPTHS = {FailureMode.VANTAGE: (0.95, 0.5), FailureMode.PERSONA: (0.95,)}


def _hypothesis(pattern: _Pattern, depths: tuple[float, ...]) -> Hypothesis:
    return Hypothesis(
        name=f"{pattern.name}-" + "-".join(f"{depth:g}" for depth in depths),
        mode=pattern.mode,
        cause=pattern.cause,
        extra=_extra(pattern.answers, depths),
        affected=depths,
        handicap=pattern.handicap,
        depth=sum(depths) / len(depths),
    )


def _nuisance(mode: FailureMode, only: str, depth: float) -> Hypothesis:
    affected = (depth,) * len(TIERS)
    return Hypothesis(
        name=f"{mode}:{only}-{depth:g}",
        mode=mode,
        cause=None,
        extra=_extra(_NUISANCES[mode], affected),
        affected=affected,
        depth=depth,
        only=only,
    )


def _extra(answers: Mapping[int, float], depths: tuple[float, ...]) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(depth * answers.get(kind, 0.0) for kind in range(KINDS)) for depth in depths)


_OF_CAUSES = tuple(_hypothesis(pattern, depths) for pattern in _PATTERNS for depths in pattern.depths)


def component_hypotheses(vantages: tuple[str, ...], personas: tuple[str, ...]) -> tuple[Hypothesis, ...]:
    """All explanations for a component that is asked from ``vantages`` as ``personas``."""
    asked = {FailureMode.VANTAGE: vantages, FailureMode.PERSONA: personas}
    nuisances = [
        _nuisance(mode, name, depth)
        for mode, names in asked.items()
        for name in names
        for depth in _NUISANCE_DEPTHS[mode]
    ]
    return (*_OF_CAUSES, *nuisances)

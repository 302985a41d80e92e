"""What may be the matter with a component, and how often each tier would then meet each kind of answer."""

import math
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


class Form(StrEnum):
    """The sort of explanation; it says when a hypothesis may be held."""

    TECHNICAL = "technical"
    OWNED_UP = "owned_up"  # the endpoint says that it is being worked on
    EXPLICIT = "explicit"
    MASKED = "masked"
    WITHDRAWN = "withdrawn"
    VANTAGE = "vantage"
    PERSONA = "persona"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """``extra[tier][kind]`` is the probability of that answer on top of the normal ones.

    ``only`` names the one vantage or persona it is about; ``handicap`` (nats) is how much less likely it is
    beforehand than a plain outage.
    """

    name: str
    form: Form
    cause: Cause | None
    extra: tuple[tuple[float, ...], ...]
    spoilt: tuple[float, ...]  # by tier, the share of checks that it spoils
    handicap: float = 0.0
    depth: float = 1.0  # share of checks that it spoils, for the impact
    only: str = ""  # the vantage or persona that it is about

    def log_ratio(self, tier: int, kind: int, usual: float, cap: float) -> float:
        """Log-likelihood ratio of one answer against normality, where ``usual`` is its normal probability.

        Nothing counts as rarer than ``exp(-cap)``: that bounds what one answer says, for every hypothesis
        alike, so that they are still told apart.
        """
        usual = max(usual, math.exp(-cap))
        ratio = (self.extra[tier][kind] + (1.0 - self.spoilt[tier]) * usual) / usual
        return max(-cap, math.log(ratio))


_OUTAGES = (  # (how it speaks, shares, handicap): most faults speak in one way, which is not known beforehand
    ("mixed", {SPOKEN: 0.33, BARE: 0.34, SILENT: 0.33}, 0.0),
    ("spoken", {SPOKEN: 0.9, BARE: 0.06, SILENT: 0.04}, 1.0),
    ("bare", {SPOKEN: 0.04, BARE: 0.9, SILENT: 0.06}, 1.0),
    ("silent", {SPOKEN: 0.04, BARE: 0.06, SILENT: 0.9}, 1.0),
)
_CRAWL = {SLOW: 0.92, SILENT: 0.05, BARE: 0.03}
_OWNED_UP = {MAINTENANCE: 0.88, BARE: 0.08, SILENT: 0.04}
_EXPLICIT = {RISK: 0.86, AMBIGUOUS: 0.12, POLICY: 0.02}
_MASKED = {SPOKEN: 0.9, BARE: 0.06, SILENT: 0.04}  # as a spoken outage: only tiers tell them apart
_WITHDRAWN = {POLICY: 0.85, AMBIGUOUS: 0.1, RISK: 0.05}
_FROZEN = {RISK: 0.4, PAYER: 0.3, AMBIGUOUS: 0.2, SPOKEN: 0.05, POLICY: 0.05}
_CUT_OFF = {SILENT: 0.85, BARE: 0.08, SLOW: 0.05, SPOKEN: 0.02}

_DEPTHS = (0.95, 0.7, 0.45, 0.22)
_CRAWL_DEPTHS = (0.9, 0.5)
_OWNED_UP_DEPTHS = (0.95, 0.45)
_WAVES = (
    (0.0, 0.22, 0.45),
    (0.01, 0.5, 0.8),
    (0.03, 0.85, 0.95),
    (0.2, 0.45, 0.8),
    (0.45, 0.8, 0.92),
    (0.95, 0.95, 0.95),
)
_MASKED_WAVES = (
    (0.0, 0.22, 0.45),
    (0.01, 0.5, 0.8),
    (0.02, 0.85, 0.95),
    (0.12, 0.55, 0.9),
    (0.3, 0.62, 0.85),
)
_GROUPS = {"high": (0, 0, 1), "watched": (0, 1, 1), "all": (1, 1, 1)}
_ROLLED_OUT = (0.06, 0.3, 0.9)


def component_hypotheses(vantages: tuple[str, ...], personas: tuple[str, ...]) -> tuple[Hypothesis, ...]:
    """All explanations for a component that is asked from ``vantages`` as ``personas``."""
    outages = [
        _flat(f"outage-{way}", Form.TECHNICAL, Cause.OUTAGE, shares, depth, handicap)
        for way, shares, handicap in _OUTAGES
        for depth in _DEPTHS
    ]
    crawls = [_flat("crawl", Form.TECHNICAL, Cause.OUTAGE, _CRAWL, depth, 1.0) for depth in _CRAWL_DEPTHS]
    owned_up = [
        _flat("owned-up", Form.OWNED_UP, Cause.MAINTENANCE, _OWNED_UP, depth) for depth in _OWNED_UP_DEPTHS
    ]
    waves = [
        _tiered("risk", Form.EXPLICIT, Cause.RISK_CONTROL, _EXPLICIT, profile, 0.5) for profile in _WAVES
    ]
    masked = [
        _tiered("masked", Form.MASKED, Cause.RISK_CONTROL, _MASKED, profile, 2.0) for profile in _MASKED_WAVES
    ]
    withdrawals = [
        _tiered(
            f"policy-{group}", Form.WITHDRAWN, Cause.POLICY_CHANGE, _WITHDRAWN, _scaled(members, depth), 1.0
        )
        for group, members in _GROUPS.items()
        for depth in _ROLLED_OUT
    ]
    about = [_about(Form.VANTAGE, name, _CUT_OFF) for name in vantages]
    about += [_about(Form.PERSONA, name, _FROZEN) for name in personas]
    return (*outages, *crawls, *owned_up, *waves, *masked, *withdrawals, *about)


def _scaled(members: tuple[int, ...], depth: float) -> tuple[float, ...]:
    return tuple(depth * member for member in members)


def _row(shares: dict[int, float], depth: float) -> tuple[float, ...]:
    return tuple(depth * shares.get(kind, 0.0) for kind in range(KINDS))


def _flat(
    name: str, form: Form, cause: Cause, shares: dict[int, float], depth: float, handicap: float = 0.0
) -> Hypothesis:
    return Hypothesis(
        name=f"{name}-{depth:g}",
        form=form,
        cause=cause,
        extra=(_row(shares, depth),) * len(TIERS),
        spoilt=(depth,) * len(TIERS),
        handicap=handicap,
        depth=depth,
    )


def _tiered(
    name: str, form: Form, cause: Cause, shares: dict[int, float], profile: tuple[float, ...], handicap: float
) -> Hypothesis:
    return Hypothesis(
        name=f"{name}-" + "-".join(f"{depth:g}" for depth in profile),
        form=form,
        cause=cause,
        extra=tuple(_row(shares, depth) for depth in profile),
        spoilt=profile,
        handicap=handicap,
        depth=sum(profile) / len(profile),
    )


def _about(form: Form, name: str, shares: dict[int, float]) -> Hypothesis:
    return Hypothesis(
        name=f"{form}:{name}",
        form=form,
        cause=None,
        extra=(_row(shares, 0.95),) * len(TIERS),
        spoilt=(0.95,) * len(TIERS),
        only=name,
    )

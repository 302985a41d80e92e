"""An ordinary day: how often which failure happens to whom although nothing is going on."""

from bisect import bisect_right
from itertools import accumulate

from probes.simulator.cast import Part
from probes.simulator.effects import Decision
from probes.simulator.fates import Dialect, FaultKind, Meaning
from probes.vocabulary.tiers import RiskTier

# Chance of each failure of one check, by kind; in the busiest hours it is half as much again.
_FAILURES: tuple[tuple[Decision, float], ...] = (
    (FaultKind.HANG, 0.0006),
    (FaultKind.DRIP, 0.0001),
    (FaultKind.REFUSE, 0.0005),
    (FaultKind.DNS, 0.0001),
    (FaultKind.TLS, 0.0001),
    (FaultKind.GARBAGE, 0.0001),
    (FaultKind.RESET, 0.0003),
    (Meaning.GATEWAY, 0.0004),
    (Meaning.GATEWAY_TIMEOUT, 0.0004),
    (Meaning.UNAVAILABLE, 0.0005),
    (Meaning.BUSY, 0.0005),
    (Meaning.BANK, 0.0005),
    (Meaning.EMPTY, 0.0001),
    (Meaning.MALFORMED, 0.0001),
    (15.0, 0.0004),
    (Meaning.THROTTLED, 0.0003),
    (Meaning.MAINTENANCE, 0.0001),
    (Meaning.FUNDS, 0.0004),
    (Meaning.ACCOUNT, 0.0001),
    (Meaning.POLICY, 0.0001),
    (Meaning.LIMIT, 0.0003),
    (Meaning.UNSAID, 0.0002),
)
# Of these failures, controls meet only those of the network and of their own host.
_NETWORK_SHARE = 0.4
_REFUSED: dict[RiskTier, float] = {RiskTier.LOW: 0.0005, RiskTier.ELEVATED: 0.02, RiskTier.HIGH: 0.06}


class OrdinaryChances:
    """The chance of each failure for a part and a tier, ready to be looked up by a number in [0, 1).

    ``mishaps`` makes all of them rarer or more frequent; with 0 nothing fails without a cause.
    """

    __slots__ = ("_decisions", "_steps", "total")

    def __init__(self, part: Part, tier: RiskTier, mishaps: float = 1.0) -> None:
        chances = [(decision, chance) for decision, chance in _FAILURES]
        if part.dialect is Dialect.CONTROL:
            chances = [
                (decision, chance * _NETWORK_SHARE)
                for decision, chance in chances
                if isinstance(decision, FaultKind) or decision is Meaning.UNAVAILABLE
            ]
        else:
            refused = _REFUSED[tier] * part.refusals
            chances += [(Meaning.RISK, refused * 0.85), (Meaning.UNSAID, refused * 0.15)]
        self._decisions = tuple(decision for decision, _ in chances)
        self._steps = tuple(accumulate(chance * mishaps for _, chance in chances))
        self.total = self._steps[-1]

    def decision_at(self, share: float) -> Decision:
        """The failure that a number below ``total`` stands for."""
        return self._decisions[min(bisect_right(self._steps, share), len(self._decisions) - 1)]

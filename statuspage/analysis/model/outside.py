"""What is believed of other monitors: how often they ring when something is the matter, and when not."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from probes.vocabulary.strengths import Strength

_PERIOD_SECONDS = 90.0 * 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _OutsideModel:
    """The likelihood ratio of a signal, and what it may do.

    A signal that goes on is likelier while its cause holds than otherwise by P(it rings | the cause holds) /
    P(it rings | all is well). The first is ``rings``: a rule that watches the right thing rings in most
    outages. The second is the share of all time in which it rings for nothing: how often it does, times how
    long. How often is what usual rules came to when they were measured over 90 days and one component, each
    with ten minutes until somebody sees that it was nothing:

    - three failures in a row on any probe: 152 times, weak, ratio 77, 4.3 nats;
    - one failure and three retries: 20 times, usual, ratio 583, 6.4 nats;
    - three failures in a row on half of the probes: 1.6 times, strong, ratio 7,290, 8.9 nats.
    """

    rings: float = 0.9
    false_per_component_90d: Mapping[Strength, float] = field(
        default_factory=lambda: {Strength.WEAK: 152.0, Strength.USUAL: 20.0, Strength.STRONG: 1.6}
    )
    false_seconds: float = 600.0
    # At any moment a component is in trouble with this probability: about eleven hours in 90 days.
    prior: float = 0.005
    # Signals alone never are surer than this: whoever holds a token may say anything.
    most_confidence: float = 0.75
    # Of a signal's nats this share is lent to a component's checks, for these count the same trouble, up to
    # so many from all senders together, and for so long after it was first heard: what probes have not seen
    # by then is not there, or the sender is stuck.
    help_share: float = 0.45
    help_nats: float = 4.0
    help_seconds: float = 600.0
    # Probes are given so long to bear a signal out before it opens a suspicion by itself.
    wait_seconds: float = 120.0
    # Alone it keeps a suspicion open for so long where checks of the component come and are well, and for so
    # long where nobody sees it: what rings longer is stuck.
    doubted_seconds: float = 1800.0
    unseen_seconds: float = 21_600.0
    # The start that a sender claims is believed back to so long before it was first heard.
    earlier_seconds: float = 1800.0
    # Kept so long after its end, as evidence of incidents that were open then; so many names stand in it.
    kept_seconds: float = 7200.0
    names: int = 5
    name_characters: int = 80

    def nats(self, strength: Strength) -> float:
        """The log-likelihood ratio of one signal that goes on."""
        falsely = self.false_per_component_90d[strength] * self.false_seconds / _PERIOD_SECONDS
        return math.log(self.rings / falsely)

    @property
    def even_nats(self) -> float:
        """The level at which the cause is as likely as not."""
        return math.log((1.0 - self.prior) / self.prior)

    def confidence(self, nats: float) -> float:
        """That the cause holds where signals alone are worth ``nats``."""
        return min(self.most_confidence, 1.0 / (1.0 + math.exp(self.even_nats - nats)))


OUTSIDE = _OutsideModel()

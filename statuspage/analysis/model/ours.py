"""What is believed of the instrument itself: what may be our own fault."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from statuspage.analysis.kinds import AMBIGUOUS, PAYER, POLICY, RISK


@dataclass(frozen=True, slots=True, kw_only=True)
class _InstrumentModel:
    """Which vantage is cut off, which account frozen, which probe set up wrongly."""

    # What one failing check adds to "all of this vantage fails"; a base rate near 1%.
    fail_nats: float = 4.0
    # And what one answer takes away: log(0.05).
    pass_nats: float = 3.0
    # The same from "half of this vantage is lost": log(0.5). One that loses so much never stands out for long
    # by the other sum, which every second answer throws back.
    half_pass_nats: float = 0.7
    # What one refusal adds to "this account is frozen": the more it speaks of the payer, the more.
    refusal_nats: Mapping[int, float] = field(
        default_factory=lambda: {RISK: 1.5, POLICY: 0.5, PAYER: 2.5, AMBIGUOUS: 1.5}
    )
    # Capped, so that loss and return both show within a few checks.
    cap_nats: float = 16.0
    # Good answers elsewhere, without which a vantage that fails is only the first to be asked; so many of the
    # last ones of a component tell how others fare.
    answers_beside: int = 3
    recent_company: int = 16
    # What stood out for so long does so by no chance: its checks are left out of all ratios.
    settled_seconds: float = 60.0
    plausible_nats: float = 4.0
    certain_nats: float = 10.0
    # Answers to others of elevated or high risk that tell of a component whether a wave is on there; the
    # share of others' answers that may be bad at any time; the share of components where others are well
    # although one vantage or account is not.
    telling_answers: int = 10
    usually_bad: float = 0.15
    spared_share: float = 0.33
    # Checks of a control that tell which share of its vantage's checks it spoils itself.
    recent_controls: float = 8.0
    # The shares told apart: few, for each costs tables.
    doubts: tuple[float, ...] = (0.6, 0.4, 0.2)
    # Where so many components are silent or slow at once and no control was asked since, it may be our own
    # network or machine: a doubt of the highest share, until a control is answered. Controls are asked more
    # seldom than all components together, so that these show first what befalls the vantage.
    silent_components: int = 2
    # One failed control among the recent ones raises no doubt.
    doubt_margin: float = 0.05
    # Checks of a control that make its usual latency; the first ones weigh as if there had been some.
    usual_controls: int = 500
    first_controls: int = 10
    # A control that takes less is quick enough: its own ups and downs say nothing.
    quick_ms: float = 50.0
    # The most by which a vantage's answers are expected later.
    most_slowdown: float = 10.0
    # Refused by our own fault so often among so many last answers, a probe is known to be misconfigured;
    # somebody should look after it once it was refused twice in a row, so long apart.
    misconfigured_checks: int = 6
    recent_answers: int = 12
    misconfigured_seconds: float = 30.0
    # Accepted so often, a probe is known to be set up rightly.
    proven_checks: int = 10
    # When a vantage is found cut off or an account frozen, its checks since that began are left out, too: all
    # that are no longer before its last doubtful one than this.
    look_back_seconds: float = 900.0

    @property
    def most_look_back_seconds(self) -> float:
        """No check that is left out is longer before the last doubtful one: older ones go many at a time."""
        return 2 * self.look_back_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class _RefusalModel:
    """Probes that worked and are refused as if they asked wrongly."""

    # How many must be, where there are so many: one or two may be changed by hand.
    least_probes: int = 3
    # An answer tells who is refused now for so many of the longest interval, but no longer than this: whoever
    # counts checks waits for it, and up to a quarter of an hour apart each probe is still asked once in it.
    window_rounds: float = 4.0
    most_window_seconds: float = 900.0

    def window_seconds(self, longest_interval: float) -> float:
        """How long a refusal waits to show whose fault it is, given its component's longest interval."""
        return min(self.most_window_seconds, self.window_rounds * longest_interval)


@dataclass(frozen=True, slots=True, kw_only=True)
class _FormModel:
    """How the good answers of a probe look."""

    # From so many on its form is known, if at most one in so many was of another.
    least_answers: int = 30
    usual_of: int = 20
    # Older ones count half then: a new form becomes usual within some days.
    most_answers: int = 2000
    # A success with a code of unknown meaning is known from so many on; so many of them are kept.
    known_code: int = 3
    most_codes: int = 8


INSTRUMENT = _InstrumentModel()
REFUSALS = _RefusalModel()
FORMS = _FormModel()

"""What is believed of checks: how they are usually answered, and when trouble begins and ends."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from statuspage.analysis.kinds import AMBIGUOUS, BARE, MAINTENANCE, PAYER, POLICY, RISK, SILENT, SLOW, SPOKEN

DAY_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Latency:
    """When an accepted answer is slow."""

    # Beyond this multiple of the usual; a shopping festival only doubles it.
    slow_factor: float = 4.0
    # And never below this, which no payer notices.
    floor_ms: float = 400.0
    # The limit while nothing is known yet: no answer takes so long.
    unlimited_ms: float = 1e12


@dataclass(frozen=True, slots=True, kw_only=True)
class _BaselineModel:
    """What is normal, before and while it is learned."""

    # Learned in closed windows of this length.
    window_seconds: float = 600.0
    # Long enough for a week's rhythm, short enough that a new normal is normal within the month.
    half_life_days: float = 7.0
    # A window that ends with evidence as strong as this is under suspicion: not learned until that is gone.
    suspicious_nats: float = 5.0
    # But after two hours in which it came to nothing it is usual after all.
    most_waiting: int = 12
    # How many checks the belief beforehand is worth.
    prior_checks: float = 150.0
    # How many checks the all-day rate is worth against the hour's own.
    hour_prior_checks: float = 400.0
    # The same for latency.
    hour_prior_latencies: float = 200.0
    # Fewer latencies than this say nothing of what is slow.
    least_latencies: float = 30.0
    # Rates in use follow the learned ones only when they moved by this factor: new ones cost new tables.
    refresh_ratio: float = 1.2
    # However badly a component fares, some checks are taken to be accepted.
    least_accepted: float = 0.05
    # Beforehand, by kind of answer: cautious, so that a noisy newcomer is quiet.
    prior: Mapping[int, float] = field(
        default_factory=lambda: {
            SLOW: 0.02,
            SPOKEN: 0.005,
            BARE: 0.005,
            SILENT: 0.005,
            POLICY: 2e-4,
            MAINTENANCE: 3e-4,
            AMBIGUOUS: 0.002,
            PAYER: 0.002,
        }
    )
    # Risk engines refuse some payers at any time, by tier.
    prior_risk: tuple[float, ...] = (0.003, 0.02, 0.11)
    # No kind is taken to be rarer than this, or one answer would say too much.
    floor: Mapping[int, float] = field(
        default_factory=lambda: {
            SLOW: 0.015,
            RISK: 1e-3,
            POLICY: 1e-4,
            MAINTENANCE: 2e-4,
            AMBIGUOUS: 1e-3,
            PAYER: 1e-3,
        }
    )
    other_floor: float = 3e-4

    @property
    def kept_per_window(self) -> float:
        """The weight of what was learned before, after one more window."""
        return math.pow(0.5, self.window_seconds / (self.half_life_days * 86400.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class _FilterModel:
    """How far checks, neighbours and posts may move the hypotheses of one component."""

    # No single check moves more than this: what was met once in a thousand checks is not known to be rarer.
    check_cap_nats: float = 7.0
    # Unless it says in so many words that it is closed or being worked on.
    plain_check_cap_nats: float = 7.5
    # Checks of one moment are correlated: together they move hardly more than one.
    moment_cap_nats: float = 8.0
    # A vantage or account that stands out from all the others is likelier to blame.
    standing_out_nats: float = 3.0
    # An announced window is the better explanation of a fault inside it.
    announced_nats: float = 3.0
    # The most that posts and neighbours together add to a component's own checks.
    outside_help_nats: float = 5.0
    # A neighbour that was just confirmed makes the same cause likelier here, for a short while.
    neighbour_help_nats: float = 4.0
    neighbour_late_help_nats: float = 0.5
    neighbour_early_seconds: float = 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _TickModel:
    """How often what is done, and when a component is unseen."""

    # Posts arrive by the minute; they need no look every few seconds.
    ticks_per_listening: int = 3
    # An open incident is told again so often, for its confidence and its evidence move.
    refresh_seconds: float = 60.0
    # A component unseen for so many intervals is unknown, but not before so many ticks.
    blind_rounds: float = 4.0
    blind_ticks: float = 4.0
    # It is sooner where so many checks came since and said nothing, and each probe was asked once: an
    # interval and some delay.
    useless_checks: int = 2
    useless_rounds: float = 1.5
    # Of a component that no probe watches.
    default_interval_seconds: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _WindowModel:
    """Announced maintenance."""

    # Operators start a little early and finish a little late.
    early_seconds: float = 120.0
    late_seconds: float = 240.0
    # By then nothing can be said to have outlived its window.
    forget_seconds: float = 86400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _IncidentModel:
    """When beliefs become incidents, and which belong together."""

    # Share of all explanations that a cause needs to open an incident, and to be confirmed at once.
    open_share: float = 0.65
    confirm_share: float = 0.75
    # After this, to be the likeliest is enough: two causes may never be told apart.
    wait_for_cause_seconds: float = 60.0
    # This far above the threshold an incident is as likely as it is at the threshold unlikely.
    even_odds_below_confirm_nats: float = 3.0
    # Evidence is fresh while it is this near to its height; what lies lower is a memory that fades.
    fresh_nats: float = 3.0
    # By which another cause must lead to take an incident over: nine to one.
    take_over_nats: float = 2.3
    # The same for one component to part from the others.
    part_nats: float = 6.0
    # And to part from those that fail technically as a masked refusal: of many components that each fail in
    # a quarter of the checks, in one it will befall the risky payers by chance.
    part_alike_nats: float = 9.0
    # Until then an incident may change its mind; later a new cause is a new incident.
    rename_seconds: float = 720.0
    # The same where both look alike: faults and masked refusals.
    rename_alike_seconds: float = 3600.0
    # A fault that returns within this is the same incident.
    reopen_seconds: float = 900.0
    # Faults of one cause that begin this close together are one incident.
    join_seconds: float = 900.0
    # Probes that ask seldom, or watch what grows slowly, bear out within this what posts told before.
    join_told_seconds: float = 1800.0
    # The same for risk waves and withdrawals, which roll out slowly.
    join_slow_seconds: float = 5400.0
    # Resolved ones are kept for those that follow them, and no longer.
    forget_seconds: float = 7200.0
    # A component of which this share of checks fails is out altogether: most who try fail, so nobody can
    # count on it. The hypotheses tell 0.7 from 0.45 within a few checks, but 0.95 from 0.7 only late.
    deep_share: float = 0.6
    # It is said to fail less only when it has for so long: a row that goes back and forth tells nothing.
    ease_seconds: float = 120.0
    # Alternatives less likely than this are not told.
    least_alternative: float = 0.0005


@dataclass(frozen=True, slots=True, kw_only=True)
class _RecoveryModel:
    """When a component is well again: hysteresis in evidence and in time."""

    # Evidence of health that ends a fault: wrong once in e^5.5 looks.
    needed_nats: float = 5.5
    # More of it after each relapse, twice at most.
    relapse_nats: float = 1.5
    most_relapses: int = 2
    # A withdrawal lasts a hundred times as long as a fault: log(100) more.
    policy_needed_nats: float = 10.0
    # What failed together mostly recovers together: every other component lends this share of its evidence,
    # but none more than the component has itself, so that one that still fails is not talked well.
    others_share: float = 0.5
    # Faults end at any time, and so the likelier the longer nobody looked: log of that time in units of a
    # usual one between two looks. And the most that it lends.
    look_seconds: float = 30.0
    unseen_nats: float = 4.0
    # Quiet that must follow: by time, and by the component's probing interval.
    hold_seconds: float = 15.0
    hold_rounds: float = 0.25
    # A component that was well for so long and fails again has relapsed; sooner it had not been well yet.
    relapse_seconds: float = 15.0
    # The hold doubles with every relapse, up to this.
    hold_cap_seconds: float = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _EvidenceModel:
    """How finely what payers met is kept by time, for people to read."""

    # So exactly is evidence cut to the time of its incident.
    slice_seconds: float = 30.0
    # Of a long incident the older ones are joined, so that there are never more.
    most_slices: int = 24
    # Trouble that is only a pause of the one before goes on with what was met then.
    kept_seconds: float = 900.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _PlanModel:
    """What a plan takes for a usual day and for trouble, and how often it tries them."""

    # Of all checks of a component that is well.
    usual: Mapping[int, float] = field(
        default_factory=lambda: {
            SLOW: 0.001,
            SPOKEN: 0.001,
            BARE: 0.001,
            SILENT: 0.001,
            AMBIGUOUS: 0.0003,
            PAYER: 0.0003,
        }
    )
    # Refused by risk control at any time, by tier; and in a wave.
    usual_risk: tuple[float, ...] = (0.001, 0.012, 0.07)
    wave_refused: tuple[float, ...] = (0.02, 0.6, 0.87)
    # Trials of each trouble: nine tenths of them are told to a few per cent.
    trials: int = 120
    # What is not seen by then is not seen.
    patience_seconds: float = 14_400.0
    # Checks of a component that is well: a month or two where it is asked by the minute.
    quiet_checks: int = 150_000
    # The highest excursions of these, from which the rate of higher ones follows.
    tail_peaks: int = 15


LATENCY = _Latency()
BASELINE = _BaselineModel()
FILTER = _FilterModel()
TICKS = _TickModel()
WINDOWS = _WindowModel()
INCIDENTS = _IncidentModel()
RECOVERY = _RecoveryModel()
EVIDENCE = _EvidenceModel()
PLAN = _PlanModel()

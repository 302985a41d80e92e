"""The detector's assumptions and limits: every threshold follows from one target, stated here."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

CHECKS_ASSUMED_PER_DAY = 11_520.0  # eight probes of a component, each once a minute
DAYS_OF_TARGET = 90.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorSettings:
    """What the operator wants and what is assumed of the world; units stand in the names.

    ``target_false_per_component_90d`` is the one knob: false confirmed incidents per component and 90 days.
    ``caution_by_component`` divides it for single components (10 = a tenth of the false incidents, slower).
    All ``_nats`` are natural-log likelihood ratios.
    """

    target_false_per_component_90d: float = 0.2
    suspected_per_confirmed: float = 5.0  # a suspicion may be false this many times as often
    caution_by_component: Mapping[str, float] = field(default_factory=dict)

    tick_seconds: float = 5.0  # the grid on which decisions fall
    baseline_window_seconds: float = 600.0  # what is normal is learned in closed windows of this length
    baseline_half_life_days: float = 7.0
    baseline_prior_checks: float = 150.0  # how many checks the prior belief about a base rate is worth
    hour_prior_checks: float = 400.0  # how many checks the all-day rate is worth against the hour's own

    slow_factor: float = 4.0  # an answer is slow beyond this multiple of the usual; a festival doubles it
    slow_floor_ms: float = 400.0  # and never below this
    moment_cap_nats: float = 7.0  # checks of one moment are correlated: together they move no more than this
    check_cap_nats: float = 6.0  # no single check moves more than this
    plain_check_cap_nats: float = 7.5  # unless it says in so many words that it is closed or being worked on
    headroom_nats: float = 4.0  # the statistic is capped this far above the threshold for confirming
    recovery_nats: float = 6.0  # evidence of health that ends a fault: wrong once in e^6 looks
    relapse_nats: float = 1.5  # more of it after each relapse, twice at most
    policy_recovery_nats: float = 14.0  # a withdrawal rarely comes back: ask for more
    outside_help_nats: float = 5.0  # the most that posts and neighbours may lend to a component's checks
    report_help_nats: float = 4.0
    neighbour_help_nats: float = 4.0
    neighbour_late_help_nats: float = 0.5
    neighbour_early_seconds: float = 180.0

    hold_seconds: float = 30.0  # quiet that must follow recovery; longer for slower probes and flapping
    hold_rounds: float = 0.5  # of the component's probing interval
    hold_cap_seconds: float = 240.0
    policy_hold_seconds: float = 1800.0
    reopen_seconds: float = 900.0  # a fault that returns within this is the same incident
    retag_seconds: float = (
        720.0  # until then an incident may change its mind; later a new cause is a new incident
    )
    retag_alike_seconds: float = 3600.0  # the same where both look alike: faults and masked refusals
    join_seconds: float = 900.0  # faults of one cause that begin this close together are one incident
    join_slow_seconds: float = 5400.0  # the same for risk waves and withdrawals, which roll out slowly
    window_early_seconds: float = 120.0  # operators start a little early
    window_late_seconds: float = 240.0  # and finish a little late

    report_ratio: float = 10.0  # a wave of posts is this many times the usual; a festival trebles it
    report_prior_per_minute: float = 0.06
    report_prior_minutes: float = 90.0
    report_cap_nats: float = 60.0
    form_cap_nats: float = 6.0  # the most that reports filed on the page itself lift a wave to
    report_min_authors: int = 8
    report_wait_seconds: float = 240.0  # probes are given this long to bear the posts out
    report_help_seconds: float = (
        600.0  # posts lend weight so long; what probes have not seen by then is not there
    )
    report_silence_seconds: float = 1800.0  # people go on talking after an incident, at most so long

    blind_rounds: float = 4.0  # a component unseen for so many intervals is unknown
    misconfigured_checks: int = 6  # refused so often since its first check: our own mistake

    def confirm_nats(self, component: str) -> float:
        """Evidence that confirms: Bernoulli CUSUM with about N·p·k·exp(-h) false alarms in N checks.

        p = 0.05 bounds the share of checks that start an excursion, k = 8 the number of distinct directions
        (Reynolds & Stoumbos 1999 for the form, checked by simulation in ``make bench-detection``).
        """
        target = self.target_false_per_component_90d / self.caution_by_component.get(component, 1.0)
        return math.log(CHECKS_ASSUMED_PER_DAY * DAYS_OF_TARGET * 0.05 * 8.0 / target)

    def suspect_nats(self, component: str) -> float:
        """Evidence that opens a suspicion."""
        return self.confirm_nats(component) - math.log(self.suspected_per_confirmed)

    def suspect_report_nats(self) -> float:
        """The same for posts alone: five symptoms, one look a minute, and posts that follow each other."""
        looks = 1440.0 * DAYS_OF_TARGET * 5.0
        return 1.5 * math.log(looks / (self.target_false_per_component_90d * self.suspected_per_confirmed))

"""What the operator wants, and the thresholds that follow from it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """The levels, in nats, at which a component's evidence opens a suspicion, confirms it, and is capped."""

    suspect_nats: float
    confirm_nats: float
    cap_nats: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorSettings:
    """What the operator wants.

    ``target_false_per_component_90d`` is the one knob: false confirmed incidents per component and 90 days.
    ``caution_by_component`` divides it for single components (10 = a tenth of the false incidents, slower).
    ``tick_seconds`` is the grid on which decisions fall; coarser for a past whose checks lie far apart.
    """

    target_false_per_component_90d: float = 0.2
    caution_by_component: Mapping[str, float] = field(default_factory=dict)
    tick_seconds: float = 5.0

    def thresholds(self, component: str, checks_per_day: float) -> Thresholds:
        """The thresholds of a Bernoulli CUSUM with about N·p·k·exp(-h) false alarms in N checks.

        N follows from how often the component is asked: the fewer chances there are to be wrong, the less
        evidence is wanted. p bounds the share of checks that start an excursion, k is the number of distinct
        directions (Reynolds & Stoumbos 1999 for the form, checked by simulation in ``make bench-detection``).
        """
        a = FALSE_ALARMS
        target = self.target_false_per_component_90d / self.caution_by_component.get(component, 1.0)
        checks = min(a.most_checks_per_day, max(a.least_checks_per_day, checks_per_day))
        confirm = math.log(checks * a.days * a.excursion_share * a.directions / target)
        return Thresholds(
            suspect_nats=confirm - math.log(a.suspected_per_confirmed),
            confirm_nats=confirm,
            cap_nats=confirm + a.headroom_nats,
        )

    def report_suspect_nats(self) -> float:
        """The level at which posts alone open a suspicion."""
        a = FALSE_ALARMS
        looks = a.report_looks_per_day * a.days * a.symptoms
        return a.report_clustering * math.log(
            looks / (self.target_false_per_component_90d * a.suspected_per_confirmed)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _FalseAlarms:
    """From which thresholds follow, once the target is given."""

    # Beyond these the form no longer holds: checks of one moment are correlated, and a few checks a day
    # teach too little of what is usual.
    least_checks_per_day: float = 96.0
    most_checks_per_day: float = 100_000.0
    # What the target speaks of.
    days: float = 90.0
    # At most this share of checks starts an excursion of the statistic, on a component that is well.
    excursion_share: float = 0.05
    # The forty-odd hypotheses lean on each other; they are worth so many that are independent.
    directions: float = 8.0
    # A suspicion is no alarm in public: it may be false this many times as often.
    suspected_per_confirmed: float = 5.0
    # The cap above the threshold: low enough that recovery shows within a few checks.
    headroom_nats: float = 4.0
    # Posts are looked at by the minute, for five symptoms.
    report_looks_per_day: float = 1440.0
    symptoms: float = 5.0
    # Posts follow each other, so that their logarithms count for less than independent ones' would.
    report_clustering: float = 1.5


FALSE_ALARMS = _FalseAlarms()

"""Every assumption of the detector, with its unit and its reason; no part has numbers of its own.

:class:`DetectorSettings` is what the operator wants. All else is what is believed of the world, one frozen
group for each part that it serves. Units stand in the names. ``nats`` are natural logarithms of likelihood
ratios: 3 are odds of twenty to one, 7 of a thousand to one. Only what endpoints answer under each hypothesis
stands with the hypotheses themselves, in :mod:`statuspage.analysis.hypotheses`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from probes.vocabulary.causes import Cause
from statuspage.analysis.kinds import (
    AMBIGUOUS,
    BARE,
    MAINTENANCE,
    PAYER,
    POLICY,
    RISK,
    SILENT,
    SLOW,
    SPOKEN,
)

DAY_SECONDS = 86_400.0


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
    # A fault that spoils this share of checks is a major one; on most components, a critical one.
    deep_share: float = 0.6
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _ReportModel:
    """Waves of posts, and what they may do."""

    # A wave is this many times the usual; a shopping festival only trebles it.
    ratio: float = 10.0
    # The usual beforehand, and how many minutes that belief is worth; the all-day rate's against the hour's.
    prior_per_minute: float = 0.06
    prior_minutes: float = 90.0
    hour_prior_minutes: float = 120.0
    least_per_minute: float = 0.01
    # High enough to tell a great wave from a small one, low enough to be over when it is over.
    cap_nats: float = 60.0
    # The most that reports filed on the page itself lift a wave to: anybody can file these.
    first_party_cap_nats: float = 6.0
    # A wave is loud from here: three posts in a row.
    loud_nats: float = 6.0
    # A window with a wave as high as this is not usual, and not learned.
    learned_below_nats: float = 8.0
    # A reading of a text less probable than this is none.
    least_probability: float = 0.4
    # A post that was published so long before it was found says nothing of now.
    old_post_seconds: float = 7200.0
    # An author counts once per symptom in each such stretch of UTC, which are the clock hours of
    # ``people.py``: live, page and replay count the same people. The memory of who spoke is swept so often.
    author_seconds: float = 3600.0
    sweep_seconds: float = 600.0
    # Posts that make a wave's pace; those that are kept to see when it began and to quote from.
    pace_posts: int = 60
    kept_posts: int = 120
    quotes: int = 5
    # Texts less surely read than this are not quoted.
    least_quoted: float = 0.6
    # People are counted back to here, by the minute.
    counted_seconds: float = 86400.0
    quote_characters: int = 80
    # So many people must speak before posts alone open a suspicion, before they lend weight to checks.
    suspect_authors: int = 8
    help_authors: int = 3
    # Of a wave's nats this share is lent, up to so many, for so long: what probes have not seen by then
    # is not there.
    help_share: float = 0.3
    help_nats: float = 4.0
    help_seconds: float = 600.0
    # Probes are given this long to bear the posts out.
    wait_seconds: float = 120.0
    # At the threshold a suspicion is right with 1 - exp(-this); posts alone never are surer than the most.
    threshold_confidence_nats: float = 1.0
    most_confidence: float = 0.9
    # Which product a wave is about: what is spoken of anyway counts as so many posts, and a product needs
    # this share of all that name one.
    usual_votes: float = 10.0
    named_share: float = 0.4
    # Which component: one that so many name; in any wave some say where they paid.
    component_share: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class _LeakModel:
    """Posts of one kind that are read, or meant, as another: those of a viral article above all."""

    # What leaks must be exceeded by this: the reader's shares of misreadings are known within a third, and
    # few texts that many write alike err alike.
    ratio: float = 2.5
    # Of those who talk about something else, so many add a complaint of each kind, for it comes to mind.
    joining_share: float = 0.02
    # Who passes on what others wrote leaks this much: the text is misread once, but he may join in.
    repeated_share: float = 0.6
    # The rate of what leaks is that of so many seconds.
    fade_seconds: float = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _EchoModel:
    """People talk on of an incident that is known, in proportion to how many talked of it."""

    # To be news, posts must be this many times as fast as talk is expected to be.
    ratio: float = 3.0
    # Talk keeps its pace for so long after the end, then it fades (to a third in each such time).
    hold_seconds: float = 600.0
    fade_seconds: float = 1200.0
    # A wave that begins within this after an incident is about it: many first hear of it at its end.
    aftermath_seconds: float = 600.0
    # The pace of talk is that of so many seconds.
    pace_seconds: float = 300.0
    # Complaints of a kind that an incident does not cause are part of its talk up to this share of it.
    aside_share: float = 0.3
    # A withdrawal stays for good: after this, other complaints are about something else.
    withdrawal_seconds: float = 7200.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _StoryModel:
    """What people complain of, by cause, as they mean it: the cause of a wave that only posts tell."""

    # Shares of payment_failure, risk_decline, maintenance, policy_closure. Everybody sees that it fails;
    # a part knows why, or guesses.
    told: Mapping[Cause, tuple[float, float, float, float]] = field(
        default_factory=lambda: {
            Cause.OUTAGE: (0.82, 0.10, 0.05, 0.03),
            Cause.MAINTENANCE: (0.45, 0.08, 0.44, 0.03),
            Cause.RISK_CONTROL: (0.24, 0.69, 0.03, 0.04),
            Cause.POLICY_CHANGE: (0.15, 0.20, 0.03, 0.62),
        }
    )
    # To be taken for another cause than the one told takes this lead.
    rename_nats: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _WaveEndModel:
    """How posts themselves tell that a wave is over."""

    # About once in a thousand posts of a wave that goes on; it is taken up again then.
    over_nats: float = 4.5
    relapse_nats: float = 3.0
    cap_nats: float = 8.0
    # Of a wave's posts, before any was heard: there is always someone for whom it works.
    usual_working: float = 0.05
    # That belief in posts, and the most that is ever believed.
    usual_posts: float = 20.0
    most_usual_working: float = 0.2
    # Of the posts once it works again.
    recovered_working: float = 0.45
    # The share of its own pace at which a wave fades out.
    fading_pace: float = 0.45
    # A pace is never taken over less than this.
    least_wave_seconds: float = 120.0
    # Silence: a share of the wave's pace, over the time in which it would have brought so many posts.
    # Half of them by chance: twice in a hundred looks.
    lull_share: float = 0.45
    lull_posts: float = 16.0
    least_lull_seconds: float = 150.0
    most_lull_seconds: float = 900.0


FALSE_ALARMS = _FalseAlarms()
LATENCY = _Latency()
BASELINE = _BaselineModel()
FILTER = _FilterModel()
TICKS = _TickModel()
WINDOWS = _WindowModel()
INSTRUMENT = _InstrumentModel()
REFUSALS = _RefusalModel()
FORMS = _FormModel()
INCIDENTS = _IncidentModel()
RECOVERY = _RecoveryModel()
EVIDENCE = _EvidenceModel()
PLAN = _PlanModel()
REPORTS = _ReportModel()
LEAKS = _LeakModel()
ECHO = _EchoModel()
STORIES = _StoryModel()
WAVE_END = _WaveEndModel()

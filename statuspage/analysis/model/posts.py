"""What is believed of posts: what is a wave, what only leaks or echoes, and when a wave is over."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from probes.vocabulary.causes import Cause


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


REPORTS = _ReportModel()
LEAKS = _LeakModel()
ECHO = _EchoModel()
STORIES = _StoryModel()
WAVE_END = _WaveEndModel()

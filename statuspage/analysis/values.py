"""The values that go into the detector and come out of it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

import msgspec

from probes.vocabulary.causes import Cause, Extent, Impact
from probes.vocabulary.exclusions import Exclusion
from probes.vocabulary.observations import Check, MaintenanceWindow, ObservedReport, OutsideSignal
from probes.vocabulary.outcomes import Outcome
from probes.vocabulary.symptoms import Product, Symptom
from probes.vocabulary.tiers import RiskTier


class Certainty(StrEnum):
    """Whether there is some evidence, or enough to say so in public."""

    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"


class Observed(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag="observed"):
    """A check together with what its answer means."""

    check: Check
    outcome: Outcome

    @property
    def at(self) -> datetime:
        return self.check.at


class Heard(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag="heard"):
    """A report together with how its text was read. ``probability`` is the symptom's, 0 to 1.

    One that ``repeats`` passes an earlier post on: it shows that people still talk, and counts for nothing
    else.
    """

    report: ObservedReport
    symptom: Symptom
    product: Product
    probability: float
    repeats: bool = False

    @property
    def at(self) -> datetime:
        return self.report.at


class Unheard(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag="unheard"):
    """That a person hid a report: from ``at`` on it counts for nothing."""

    at: datetime
    heard: Heard


DetectorInput: TypeAlias = Observed | Heard | Unheard | MaintenanceWindow | OutsideSignal


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeEvidence:
    """What one kind of payer met from one vantage since the incident began.

    ``outcomes`` are the unaccepted ones, most frequent first; ``sample`` is one raw answer, such as
    "403 RULE_LIMIT 当前交易存在风险". ``usual_failure_ratio`` is the share (0 to 1) of unaccepted checks that
    is normal here at this hour; ``weight`` is how far these checks moved the verdict towards the incident's
    cause, in nats of log-likelihood ratio.
    """

    component: str
    persona: str
    tier: RiskTier
    vantage: str
    checks: int
    accepted: int
    outcomes: tuple[tuple[Outcome, int], ...]
    sample: str
    usual_failure_ratio: float
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportEvidence:
    """What users said of an incident since its start, ``since``; ``usual`` is normal for as long a time.

    All of it is about ``products``, those that its components belong to (none among them: who named none
    meant these). ``quotes`` are redacted and shortened, from distinct authors. Evidence of before has no
    ``since`` and is about all products.
    """

    symptom: Symptom
    products: tuple[Product, ...] = ()
    since: datetime | None = None
    count: int
    usual: float
    authors: int
    quotes: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalEvidence:
    """What one other monitor says, or said, of an incident's components: ``count`` signals of one cause.

    ``ended_at`` is None while any of them goes on; ``names`` are a few of what the sender calls them.
    ``weight`` is the log-likelihood ratio, in nats, that one such signal is worth by itself.
    """

    sender: str
    cause: Cause
    components: tuple[str, ...]
    names: tuple[str, ...]
    count: int
    since: datetime
    ended_at: datetime | None
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why the machine believes what it says; ``maintenance`` is the announced window that explains it.

    ``extents`` are how much of each component failed when it was last known to; ``told_only`` is a wave of
    posts that no check ever bore out.
    """

    window_seconds: float
    probes: tuple[ProbeEvidence, ...] = ()
    reports: tuple[ReportEvidence, ...] = ()
    maintenance: str | None = None
    extents: tuple[tuple[str, Extent], ...] = ()
    told_only: bool = False
    signals: tuple[SignalEvidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseHeld:
    """From ``at`` on, the incident was held to be of this cause with this probability."""

    at: datetime
    cause: Cause
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """All that the machine believes of one incident at ``at``; a newer verdict of a key replaces the older.

    ``key`` is stable and follows from the observations alone, so that a repeated run gives the same keys.
    ``components`` are all it ever held, ``affected`` those that fail now, ``impact`` the worst that it was.
    ``alternatives`` are the other explanations ("normal" among them), likeliest first.
    """

    key: str
    at: datetime
    cause: Cause
    components: tuple[str, ...]
    affected: tuple[str, ...]
    impact: Impact
    started_at: datetime
    detected_at: datetime
    confirmed_at: datetime | None
    resolved_at: datetime | None
    confidence: float
    alternatives: tuple[tuple[str, float], ...]
    causes: tuple[CauseHeld, ...]
    evidence: Evidence

    @property
    def certainty(self) -> Certainty:
        return Certainty.SUSPECTED if self.confirmed_at is None else Certainty.CONFIRMED


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What is wrong with the instrument itself at ``at``: nothing of it is an incident.

    Of ``blind_components`` there are not enough fresh checks to know: they are "unknown" on the page.
    One of ``frozen_personas`` that is frozen at one component alone has its slug behind it, in brackets.
    ``blind_because`` says why the checks of some of them say nothing; the others were not checked.
    ``anew_until`` is there where the detector lost track of an incident: until then it judges anew.
    """

    at: datetime
    lost_vantages: tuple[str, ...] = ()
    frozen_personas: tuple[str, ...] = ()
    misconfigured_probes: tuple[str, ...] = ()
    blind_components: tuple[str, ...] = ()
    blind_because: dict[str, Exclusion] = field(default_factory=dict)
    anew_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcludedCheck:
    """A check, by its probe and when it ended, that says nothing about the service, and why."""

    probe: str
    at: datetime
    reason: Exclusion


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusions:
    """What the detector concluded up to ``at``: the incidents that changed and the instrument's own state.

    ``excluded`` are checks found since the last conclusions to say nothing; some may have been made minutes
    before, when that was not known yet. None is named twice.
    """

    at: datetime
    verdicts: tuple[Verdict, ...]
    conditions: Conditions
    excluded: tuple[ExcludedCheck, ...] = ()

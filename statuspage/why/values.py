"""The chain from what is told of an incident back to what was observed, as values."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidUpdate:
    """One entry on the page, who wrote it, and the machine's verdict then, if there was one."""

    id: str
    sequence: int
    at: datetime
    status: str
    cause: str
    certainty: str
    impact: str
    by: str
    corrects: bool
    text: str
    verdict_at: datetime | None
    written_for: str | None  # the id of the incident that it was written for, where that was merged


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedDecision:
    """What a person or a program did to the incident, by the row of the log."""

    log: int
    at: datetime
    by: str
    what: str
    changes: tuple[tuple[str, str, str], ...]  # field, before, after


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldVerdict:
    """What cause was held to be likeliest from ``at`` on; the newest also tells of the other explanations."""

    at: datetime
    cause: str
    probability: float
    alternatives: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainedCheck:
    """One result: ``id`` is its probe and when it was due, which stays when results are packed."""

    id: str
    ended_at: datetime
    outcome: str
    error: str | None
    http_status: int | None
    answer: str
    latency_ms: float | None
    excluded: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSeries:
    """What one probe measured while the incident went on.

    ``weight`` is how far the checks of its persona and vantage moved the verdict towards its cause, in nats;
    None where the evidence does not name them. ``outcomes`` are those that counted, ``excluded`` the others
    by reason. ``checks`` are the first ones that were not accepted or did not count.
    """

    probe: str
    component: str
    persona: str
    vantage: str
    weight: float | None
    outcomes: dict[str, int]
    excluded: dict[str, int]
    checks: tuple[ChainedCheck, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainedReport:
    """One post: ``excluded`` is why it counts for nothing, or empty."""

    id: int
    source: str
    at: datetime
    product: str
    probability: float
    text: str
    excluded: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSignal:
    """What the evidence says of reports with one symptom, and the first of them that are stored."""

    symptom: str
    since: datetime
    people: int
    usual: float
    weight: float
    reports: tuple[ChainedReport, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """The whole chain; ``notes`` say in words what is missing in it, and why."""

    id: str
    number: int
    address: str
    title: str
    origin: str
    led_by: str
    publication: str
    confirmation: str
    status: str
    cause: str
    certainty: str
    probability: float
    components: tuple[str, ...]
    started_at: datetime
    detected_at: datetime
    confirmed_at: datetime | None
    resolved_at: datetime | None
    merged_into: str | None
    merged_from: tuple[str, ...]
    maintenance: str | None
    observed_until: datetime
    notes: tuple[str, ...]
    updates: tuple[SaidUpdate, ...]
    decisions: tuple[LoggedDecision, ...]
    verdicts: tuple[HeldVerdict, ...]
    series: tuple[CheckSeries, ...]
    reports: tuple[ReportSignal, ...]

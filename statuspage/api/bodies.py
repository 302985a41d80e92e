"""What the API answers with, how it is read from rows, and examples of it."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from probes.vocabulary.bilingual import NOTHING, Bilingual
from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.exclusions import Exclusion
from probes.vocabulary.origins import Origin
from probes.vocabulary.outcomes import Outcome
from probes.vocabulary.states import ComponentState, IncidentStatus, MaintenanceStatus
from probes.vocabulary.symptoms import Product, Symptom
from probes.vocabulary.tiers import RiskTier
from statuspage.analysis.quoting import Withheld, without_withheld
from statuspage.analysis.values import CauseHeld, Certainty, Evidence
from statuspage.api import examples
from statuspage.api.examples import example, page_example
from statuspage.incidents.evidence import causes_from_json, evidence_from_json, withheld
from statuspage.incidents.models import (
    Announcement,
    ComponentDay,
    Incident,
    IncidentUpdate,
    Maintenance,
    MaintenanceSeries,
    MaintenanceUpdate,
)
from statuspage.incidents.uptime import uptime_ratio
from statuspage.public.languages import CHINESE
from statuspage.public.site import site


class Both(Schema):
    """One text in Chinese (zh-Hans) and English; an empty one has not been written."""

    model_config = example(examples.BOTH)
    zh: str
    en: str


def both(text: Bilingual) -> Both:
    """A text as a body has it."""
    return Both(zh=text.zh, en=text.en)


class RowBody(Schema):
    """What is told of one row."""

    @staticmethod
    def resolve_id(
        row: Incident | IncidentUpdate | Maintenance | MaintenanceUpdate | MaintenanceSeries | Announcement,
    ) -> str:
        return str(row.pk) if isinstance(row, MaintenanceSeries | Announcement) else row.public_id

    @staticmethod
    def resolve_components(row: Incident | Maintenance | MaintenanceSeries | Announcement) -> list[str]:
        return sorted(component.slug for component in row.components.all())


class Now(Schema):
    """How far the monitor knows. Where it is ``blind``, nothing is said of the present."""

    model_config = example(examples.NOW)
    at: datetime
    known_until: datetime | None
    blind: bool
    open_incidents: list[str]
    states: dict[str, int] = Field(description="Components by their state.")


class ComponentBody(Schema):
    """What a customer sees of one component. ``uptime_90d`` is null where nothing was observed."""

    model_config = example(examples.COMPONENT)
    id: str
    slug: str
    name: Both
    description: Both
    group: str | None
    group_name: Both | None
    state: ComponentState
    since: datetime
    created_at: datetime
    updated_at: datetime
    uptime_90d: float | None = Field(ge=0, le=1)


class PageBody(Schema):
    """Some of the rows of a list."""

    total: int
    next: str | None


class ComponentPage(PageBody):
    """``next`` is what to ask for with ``after``; null on the last page."""

    model_config = page_example(examples.COMPONENT)
    items: list[ComponentBody]


class DayBody(Schema):
    """One day of the site's zone, in seconds; an outage is weighted by its impact."""

    day: date
    observed_seconds: float
    outage_seconds: float
    unknown_seconds: float
    maintenance_seconds: float
    risk_control_seconds: float
    policy_change_seconds: float
    uptime: float | None = Field(ge=0, le=1)

    @staticmethod
    def resolve_uptime(row: ComponentDay) -> float | None:
        return uptime_ratio(outage_seconds=row.outage_seconds, observed_seconds=row.observed_seconds)


class UptimeBody(Schema):
    """Uptime by day, and over all days together; ``formula`` says how."""

    model_config = example(examples.UPTIME)
    component: str
    zone: str
    formula: Both
    uptime: float | None = Field(ge=0, le=1)
    days: list[DayBody]


class OutcomeWindow(Schema):
    """What came of the checks of one risk tier in one window; one that is not ``closed`` still grows.

    ``checks``, ``counts`` and ``shares`` are of the checks that were made and say something of the service.
    """

    start: datetime
    tier: RiskTier
    checks: int
    counts: dict[Outcome, int]
    shares: dict[Outcome, float]
    excluded: dict[Exclusion, int] = Field(
        description="Checks that say nothing about the service, by reason; a closed window may still move "
        "some of its checks here for a few minutes, when the reason shows."
    )
    missed: int = Field(description="Checks that were not made in time.")
    mean_latency_ms: float | None
    closed: bool


class OutcomesBody(Schema):
    """Outcome shares by window and risk tier, over all vantages and personas of the tier."""

    model_config = example(examples.OUTCOMES)
    component: str
    grain: str
    until: datetime = Field(description="The end of what was read: go on from here.")
    windows: list[OutcomeWindow]


class HourOfReports(Schema):
    """Complaints in one hour; a tenth of such hours lie below the usual range, and a tenth above it."""

    start: datetime
    count: int
    usual_low: float | None
    usual: float | None
    usual_high: float | None


class ReportsBody(Schema):
    """Complaints by hour. The usual is that hour's on the 28 days before; null without a week of them."""

    model_config = example(examples.REPORTS)
    product: Product | None
    symptom: Symptom | None
    until: datetime = Field(description="The end of what was read: go on from here.")
    hours: list[HourOfReports]


class Alternative(Schema):
    """Another explanation, ``normal`` among them, and its probability."""

    explanation: str
    probability: float = Field(ge=0, le=1)


class HeldCause(Schema):
    """From ``at`` on, the incident was held to be of this cause."""

    at: datetime
    cause: Cause
    confidence: float = Field(ge=0, le=1)


class ProbeLine(Schema):
    """What one kind of payer met from one vantage; ``weight`` in nats for the incident's cause."""

    component: str
    persona: str
    tier: RiskTier
    vantage: str
    checks: int
    accepted: int
    outcomes: list[tuple[Outcome, int]]
    sample: str
    usual_failure_ratio: float
    weight: float


class ReportLine(Schema):
    """What users said of one symptom, and how much of it is usual in as long a time."""

    symptom: Symptom
    products: list[Product] = Field(description="What it is about; empty in evidence of before.")
    since: datetime | None
    count: int = Field(description="People who complained of these products since then.")
    usual: float
    authors: int
    quotes: list[str]
    weight: float


class SignalLine(Schema):
    """What another monitor says of its components; ``weight`` in nats, of one such signal by itself."""

    sender: str
    cause: Cause
    components: list[str]
    count: int
    since: datetime
    ended_at: datetime | None = Field(description="None while it goes on.")
    weight: float


class EvidenceBody(Schema):
    """Why the machine believes what it says."""

    model_config = example(examples.EVIDENCE)
    window_seconds: float
    probes: list[ProbeLine]
    reports: list[ReportLine]
    maintenance: str | None
    signals: list[SignalLine]


class UpdateBody(RowBody):
    """One entry of a timeline."""

    model_config = example(examples.UPDATE)
    id: str
    status: IncidentStatus
    body: Both
    at: datetime = Field(validation_alias="created_at")
    by_machine: bool


class IncidentBody(RowBody):
    """One story on the page: its cause, how sure that is, what else it might be, and why."""

    model_config = example(examples.INCIDENT)
    id: str
    url: str
    title: Both
    cause: Cause
    impact: Impact
    status: IncidentStatus
    certainty: Certainty
    confidence: float = Field(ge=0, le=1)
    alternatives: list[Alternative]
    causes_held: list[HeldCause]
    components: list[str]
    affected: list[str] = Field(description="Those that fail now.")
    started_at: datetime
    detected_at: datetime
    confirmed_at: datetime | None
    monitoring_at: datetime | None
    resolved_at: datetime | None
    end_unseen: bool = Field(
        description="Nobody saw it end: it was closed because it is not followed any more."
    )
    created_at: datetime
    updated_at: datetime
    withdrawn_at: datetime | None = Field(description="Since when it is known to have been a false alarm.")
    led_by: str = Field(description="``machine`` or ``person``.")
    imported_from: Origin | None = Field(description="The tool that it was brought over from.")
    updates: list[UpdateBody] = Field(description="Newest first.")
    evidence: EvidenceBody | None
    postmortem: Both = Field(description="Markdown.")

    @staticmethod
    def resolve_url(row: Incident) -> str:
        return site().address(CHINESE, f"incidents/{row.public_id}/")

    @staticmethod
    def resolve_alternatives(row: Incident) -> list[dict[str, object]]:
        return [{"explanation": name, "probability": probability} for name, probability in row.alternatives]

    @staticmethod
    def resolve_causes_held(row: Incident) -> tuple[CauseHeld, ...]:
        return causes_from_json(row.causes)

    @staticmethod
    def resolve_postmortem(row: Incident) -> Both:
        return both(NOTHING if row.postmortem_is_draft else row.postmortem)

    @staticmethod
    def resolve_led_by(row: Incident) -> str:
        return "person" if row.led_by_person else "machine"

    @staticmethod
    def resolve_imported_from(row: Incident) -> Origin | None:
        return Origin(row.imported_from) if row.imported_from else None

    @staticmethod
    def resolve_evidence(row: Incident, context: dict[str, Any]) -> Evidence | None:
        evidence = evidence_from_json(row.evidence)
        return without_withheld(evidence, _withheld(context["request"])) if evidence else None


def _withheld(request: HttpRequest) -> tuple[Withheld, ...]:
    """Read once for all rows of an answer."""
    kept = vars(request)
    if "withheld" not in kept:
        kept["withheld"] = withheld()
    found: tuple[Withheld, ...] = kept["withheld"]
    return found


class IncidentPage(PageBody):
    """Newest first. ``next`` is what to ask for with ``after``; null on the last page."""

    model_config = page_example(examples.INCIDENT)
    items: list[IncidentBody]


class PlannedUpdateBody(RowBody):
    """One entry of the timeline of planned work."""

    model_config = example(examples.PLANNED_UPDATE)
    id: str
    status: MaintenanceStatus
    body: Both
    at: datetime = Field(validation_alias="created_at")
    by_machine: bool


class MaintenanceBody(RowBody):
    """Planned work. ``revision`` grows with every change."""

    model_config = example(examples.MAINTENANCE)
    id: str
    url: str
    slug: str
    series: str | None = Field(description="Of what it is one time; null where it comes but once.")
    title: Both
    body: Both
    status: MaintenanceStatus
    components: list[str]
    starts_at: datetime
    ends_at: datetime
    announced_at: datetime
    updated_at: datetime
    revision: int
    updates: list[PlannedUpdateBody] = Field(description="Newest first.")

    @staticmethod
    def resolve_series(row: Maintenance) -> str | None:
        return None if row.series_id is None else str(row.series_id)

    @staticmethod
    def resolve_url(row: Maintenance) -> str:
        return site().address(CHINESE, f"maintenance/{row.public_id}/")


class MaintenancePage(PageBody):
    """Latest first. ``next`` is what to ask for with ``after``; null on the last page."""

    model_config = page_example(examples.MAINTENANCE)
    items: list[MaintenanceBody]


class AnnouncementBody(RowBody):
    """What an admin tells the public; the bodies are Markdown."""

    model_config = example(examples.ANNOUNCEMENT)
    id: str
    title: Both
    body: Both
    components: list[str]
    pinned: bool
    starts_at: datetime
    ends_at: datetime | None
    updated_at: datetime


class AnnouncementList(Schema):
    """What is told now, pinned ones first; a token that may write announcements also sees those to come."""

    model_config = example({"items": [examples.ANNOUNCEMENT]})
    items: list[AnnouncementBody]

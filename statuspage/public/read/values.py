"""The read model: everything public at one moment, as values that renderers share."""

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import date, datetime

import msgspec

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.exclusions import Exclusion
from probes.vocabulary.kinds import ComponentKind
from probes.vocabulary.origins import Origin
from probes.vocabulary.states import ComponentState, IncidentStatus, MaintenanceStatus
from probes.vocabulary.symptoms import Product, Symptom
from probes.vocabulary.tiers import RiskTier
from statuspage.analysis.quoting import Withheld
from statuspage.analysis.values import Certainty, Evidence
from statuspage.public.site import Site

# Which cause is told before which, where several are at work at once.
WORST_FIRST = (Cause.OUTAGE, Cause.RISK_CONTROL, Cause.POLICY_CHANGE, Cause.MAINTENANCE)


class Day(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """One day (of the site's zone) of one component: how many seconds each trouble lasted, as pages tell it.

    A large site has ninety thousand of them, which are encoded for every publication: hence a struct.
    """

    day: date
    observed: bool = False
    outage_s: int = 0
    unknown_s: int = 0
    maintenance_s: int = 0
    risk_control_s: int = 0
    policy_change_s: int = 0

    def troubles(self) -> list[tuple[Cause, int]]:
        """What was wrong and for how many seconds, the worst first."""
        lasted = (self.outage_s, self.risk_control_s, self.policy_change_s, self.maintenance_s)
        # As on nearly all of a large site's ninety thousand days.
        if not any(lasted):
            return []
        return [(cause, seconds) for cause, seconds in zip(WORST_FIRST, lasted, strict=True) if seconds]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The days of one component, oldest first, and their exact sums in seconds."""

    days: tuple[Day, ...]
    outage_s: float
    observed_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentView:
    """What a customer sees of one component. ``uptime`` is a ratio, None where nothing was observed."""

    id: str
    slug: str
    name: Bilingual
    description: Bilingual
    group: str
    kind: ComponentKind
    product: Product
    position: int
    state: ComponentState
    since: datetime
    created_at: datetime
    updated_at: datetime
    days: tuple[Day, ...] = ()
    uptime: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """Components that belong together; the nameless group holds those without one."""

    id: str
    slug: str
    name: Bilingual
    position: int
    components: tuple[ComponentView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RetiredComponent:
    """A component that is not on the page any more, for what happened to it."""

    slug: str
    name: Bilingual
    kind: ComponentKind


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateView:
    """One entry of the timeline of an incident or of planned work."""

    id: str
    status: IncidentStatus | MaintenanceStatus
    body: Bilingual
    at: datetime
    by_machine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """From ``at`` on an incident was held to be of another cause than before."""

    at: datetime
    before: Cause
    after: Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentView:
    """One story on the page; ``updates`` newest first, ``alternatives`` likeliest first."""

    id: str
    title: Bilingual
    cause: Cause
    impact: Impact
    status: IncidentStatus
    certainty: Certainty
    confidence: float
    components: tuple[str, ...]
    affected: tuple[str, ...]
    started_at: datetime
    detected_at: datetime
    confirmed_at: datetime | None
    monitoring_at: datetime | None
    resolved_at: datetime | None
    end_unseen: bool  # closed because nobody follows it any more, not seen to be over
    created_at: datetime
    updated_at: datetime
    by_person: bool
    imported_from: Origin | None
    evidence: Evidence | None
    alternatives: tuple[tuple[str, float], ...]
    updates: tuple[UpdateView, ...]
    postmortem: Bilingual
    corrections: tuple[Correction, ...] = ()
    withdrawn_at: datetime | None = None  # it was a false alarm, as the title says, too
    evidence_at: datetime | None = None  # where a person leads: as of when the evidence is

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None

    @property
    def told_only(self) -> bool:
        """Whether users speak of it and no check of ours bore that out."""
        suspected = self.certainty is Certainty.SUSPECTED
        return suspected and self.evidence is not None and self.evidence.told_only


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedIncident:
    """An incident that is told as a part of another, ``to``, since they were merged."""

    id: str
    to: str
    title: Bilingual


class PastIncident(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An incident of long ago; ``stamp`` is another whenever its row was changed."""

    pk: int
    id: str
    stamp: str
    started_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceView:
    """Planned work; ``updates`` newest first. ``body`` is sanitised HTML, ``text`` the Markdown of it."""

    id: str
    title: Bilingual
    body: Bilingual
    text: Bilingual
    status: MaintenanceStatus
    components: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    announced_at: datetime
    updated_at: datetime
    revision: int = 0
    series: int | None = None  # what comes again has the number of its series
    updates: tuple[UpdateView, ...] = ()


class PastWork(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Planned work of long ago; ``stamp`` is another whenever it was changed or an update was added."""

    pk: int
    id: str
    stamp: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementView:
    """What an admin tells the public; the bodies are sanitised HTML."""

    title: Bilingual
    html: Bilingual
    pinned: bool
    starts_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceLine:
    """Accepted checks over all that count, by slot; None where nothing was asked."""

    group: str
    tier: RiskTier
    ratios: tuple[float | None, ...]


class HourOfChecks(msgspec.Struct, frozen=True, kw_only=True):
    """One clock hour of one component, the last of which still runs.

    ``accepted`` is by risk tier: how many checks were accepted, of how many that count. ``latency_ms`` is
    the mean time to an answer, None where nothing answered.
    """

    start: datetime
    accepted: dict[RiskTier, tuple[int, int]] = {}
    latency_ms: float | None = None

    def share(self, tier: RiskTier) -> float | None:
        """The share (0 to 1) of the tier's checks that were accepted; None where none was made."""
        accepted, counted = self.accepted.get(tier, (0, 0))
        return accepted / counted if counted else None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardLine:
    """Complaints of one product and symptom by hour; ``usual_per_day`` is None without a week of history."""

    product: Product
    symptom: Symptom
    hours: tuple[int, ...]
    usual_per_day: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recent:
    """The past 24 hours in slots of ``step_s`` seconds from ``start`` on; the last slot is still open.

    ``usual`` is, by slot, the range of the number of reports on four days of five at that time of day;
    None where there is no week of history to say so.
    """

    start: datetime
    step_s: int
    reports: tuple[int, ...]
    usual: tuple[tuple[float, float], ...] | None
    acceptance: tuple[AcceptanceLine, ...]
    reports_last_hour: int
    usual_last_hour: float | None
    heard: tuple[HeardLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What one user said, shortened."""

    text: str
    symptom: Symptom
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Names of what evidence speaks of, by slug."""

    personas: tuple[tuple[str, Bilingual], ...] = ()
    vantages: tuple[tuple[str, Bilingual], ...] = ()

    def only(self, personas: Container[str], vantages: Container[str]) -> "Names":
        """Those of these slugs."""
        return Names(
            personas=tuple(pair for pair in self.personas if pair[0] in personas),
            vantages=tuple(pair for pair in self.vantages if pair[0] in vantages),
        )

    def persona(self, slug: str) -> Bilingual:
        return dict(self.personas).get(slug, Bilingual(slug, slug))

    def vantage(self, slug: str) -> Bilingual:
        return dict(self.vantages).get(slug, Bilingual(slug, slug))


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything public at ``at``. ``known_until`` is how far the evidence has been concluded."""

    at: datetime
    known_until: datetime | None
    blind: bool
    anew: bool = False  # all is judged anew, because the detector lost track of an incident
    groups: tuple[GroupView, ...]
    incidents: tuple[IncidentView, ...]
    planned: tuple[MaintenanceView, ...]  # withdrawn work among it
    announcements: tuple[AnnouncementView, ...]
    recent: Recent
    site: Site
    retired: tuple[RetiredComponent, ...] = ()
    moved: tuple[MovedIncident, ...] = ()
    past: tuple[PastIncident, ...] = ()  # older ones than those in incidents, newest first
    past_planned: tuple[PastWork, ...] = ()  # older work than that in planned
    withheld: tuple[Withheld, ...] = ()  # posts that must not be quoted as they were
    names: Names = field(default_factory=Names)
    quotes: tuple[Quote, ...] = ()
    lost_vantages: tuple[str, ...] = ()
    blind_components: tuple[str, ...] = ()
    paused: tuple[tuple[str, datetime | None], ...] = ()  # all of whose probes are, and until when
    blind_because: tuple[tuple[str, Exclusion], ...] = ()  # some of them, and why their checks say nothing
    unread_sources: tuple[Bilingual, ...] = ()  # where users write and we cannot read now
    vantage_count: int = 0
    probe_count: int = 0

    @property
    def maintenances(self) -> tuple[MaintenanceView, ...]:
        """Planned work without what was withdrawn."""
        return tuple(row for row in self.planned if row.status is not MaintenanceStatus.CANCELLED)

    @property
    def components(self) -> tuple[ComponentView, ...]:
        return tuple(component for group in self.groups for component in group.components)

    @property
    def open_incidents(self) -> tuple[IncidentView, ...]:
        return tuple(incident for incident in self.incidents if incident.is_open)

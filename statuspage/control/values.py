"""What the control room shows: values that its templates read, and nothing that asks a table."""

from dataclasses import dataclass
from datetime import datetime

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause
from statuspage.control.deciding import Leader, ToldStanding
from statuspage.incidents.decisions import IncidentDecision
from statuspage.public.render.charts import Chart
from statuspage.public.render.evidence import AcceptedBar


@dataclass(frozen=True, slots=True, kw_only=True)
class Odds:
    """How likely (0 to 1) one explanation is."""

    name: Bilingual
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LastSaid:
    """The newest entry of a timeline."""

    at: datetime
    by_machine: bool
    body: Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyStory:
    """One open incident as whoever is on duty sees it; ``mark`` is another one where a decision would be.

    ``lines`` tell who leads it, what comes next and what the machine sees otherwise. ``chart`` is what was
    accepted by risk tier in the past hour, None where nothing was measured.
    """

    pk: int
    public_id: str
    title: Bilingual
    cause: Cause
    standing: ToldStanding
    leader: Leader
    confidence: float
    started_at: datetime
    sentence: Bilingual
    lines: tuple[str, ...]
    odds: tuple[Odds, ...]
    bars: tuple[AcceptedBar, ...]
    chart: Chart | None
    last: LastSaid | None
    acts: tuple[IncidentDecision, ...]
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkStage:
    """One part of the work: ``at`` is how far it has come, None where it never began."""

    name: str
    at: datetime | None
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """Something of our own that is wrong, what to do about it, and where in the admin that is done."""

    where: str
    what: str
    to_do: str
    urgent: bool
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Planned work that is under way, or comes next."""

    pk: int
    title: Bilingual
    starts_at: datetime
    ends_at: datetime
    under_way: bool
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """All of it. What somebody may not see is None; ``more`` stories are open that are not shown."""

    stories: tuple[DutyStory, ...] | None
    more: int
    concerns: tuple[Defect, ...] | None
    stages: tuple[WorkStage, ...] | None
    works: tuple[Work, ...] | None

    @property
    def urgent(self) -> tuple[Defect, ...]:
        """What keeps us from knowing, or from telling."""
        return tuple(concern for concern in self.concerns or () if concern.urgent)

    @property
    def by_day(self) -> tuple[Defect, ...]:
        """What can wait until the morning."""
        return tuple(concern for concern in self.concerns or () if not concern.urgent)

    @property
    def late(self) -> tuple[WorkStage, ...]:
        """What of the work lags behind: where it does, all else may be over."""
        return tuple(stage for stage in self.stages or () if stage.late)

    @property
    def is_calm(self) -> bool:
        """Whether nothing needs anybody now."""
        return not (self.stories or self.urgent or self.late)

"""What is brought over from another tool, as values that follow from its files alone."""

from dataclasses import dataclass
from datetime import datetime

from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.origins import Origin
from probes.vocabulary.states import IncidentStatus, MaintenanceStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """What cannot be brought over: where it stands (file, and line or row), what it is, and why."""

    where: str
    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}: {self.why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedProbe:
    """A page that is asked for, as our probes of any HTTP page do; ``expect_status`` empty: any of 2xx."""

    url: str
    operation: str = "get"
    interval_s: float = 60.0
    timeout_s: float = 10.0
    slow_after_ms: float | None = None
    expect_status: tuple[int, ...] = ()
    expect_text: str = ""
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedComponent:
    """``key`` is its name in the tool; ``group`` the name of its group, empty for none."""

    key: str
    name: str
    description: str = ""
    group: str = ""
    probe: CarriedProbe | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedUpdate:
    """One entry of an incident's timeline."""

    at: datetime
    status: IncidentStatus
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedIncident:
    """One story; ``components`` are keys, ``updates`` oldest first; open where ``resolved_at`` is None.

    Without a ``title`` it is called as our own are.
    """

    key: str
    impact: Impact
    components: tuple[str, ...]
    started_at: datetime
    resolved_at: datetime | None
    updates: tuple[CarriedUpdate, ...]
    title: str = ""
    cause: Cause = Cause.OUTAGE
    postmortem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedWorkUpdate:
    """One entry of the timeline of planned work."""

    at: datetime
    status: MaintenanceStatus
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedWork:
    """Planned work; ``updates`` the oldest first. Without a ``status`` it stands by its times."""

    key: str
    title: str
    components: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    announced_at: datetime
    body: str = ""
    status: MaintenanceStatus | None = None
    updates: tuple[CarriedWorkUpdate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedSubscriber:
    """Somebody who asked to be told by mail; ``components`` are keys, none of them for all."""

    where: str
    address: str
    components: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedSite:
    """All that is brought over from one tool, and what is not."""

    origin: Origin
    components: tuple[CarriedComponent, ...] = ()
    incidents: tuple[CarriedIncident, ...] = ()
    works: tuple[CarriedWork, ...] = ()
    subscribers: tuple[CarriedSubscriber, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

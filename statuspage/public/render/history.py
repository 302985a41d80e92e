"""Divides all incidents ever by the month that they began in, without reading those of long ago."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.timezone import localtime

from statuspage.public.read.values import IncidentView, PastIncident, Snapshot
from statuspage.public.render.drafts import key_of, mark_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """One month of the site's zone, its incidents newest first; ``mark`` changes with what it shows."""

    name: str
    newer: str | None
    older: str | None
    incidents: tuple[IncidentView, ...]
    past: tuple[PastIncident, ...]
    mark: str

    @property
    def is_over(self) -> bool:
        """Whether all in it is of long ago."""
        return not self.incidents and self.newer is not None


@dataclass(slots=True)
class _Members:
    incidents: list[IncidentView] = field(default_factory=list)
    past: list[PastIncident] = field(default_factory=list)


def by_month(snapshot: Snapshot) -> list[Month]:
    """Every month with an incident, and the present one before them, whatever it holds; newest first."""
    members = {_name(snapshot.at): _Members()}
    for incident in snapshot.incidents:
        members.setdefault(_name(incident.started_at), _Members()).incidents.append(incident)
    for past in snapshot.past:
        members.setdefault(_name(past.started_at), _Members()).past.append(past)
    present, *others = members
    names = [present, *sorted(others, reverse=True)]
    return [
        _month(names, index, members[name].incidents, members[name].past) for index, name in enumerate(names)
    ]


def read(snapshot: Snapshot, past: Sequence[PastIncident]) -> tuple[IncidentView, ...]:
    """The incidents themselves."""
    return snapshot.read_past(past) if past and snapshot.read_past else ()


def _month(names: list[str], index: int, incidents: list[IncidentView], past: list[PastIncident]) -> Month:
    newer = names[index - 1] if index else None
    older = names[index + 1] if index + 1 < len(names) else None
    marks = [mark_of(incident) for incident in incidents], [(row.id, row.mark) for row in past]
    return Month(
        name=names[index],
        newer=newer,
        older=older,
        incidents=tuple(incidents),
        past=tuple(past),
        mark=key_of(names[index], newer, older, *marks),
    )


def _name(at: datetime) -> str:
    return f"{localtime(at):%Y-%m}"

"""What was published last, as a situation: it is known when the database cannot be asked."""

from datetime import datetime
from pathlib import Path

import msgspec

from probes.vocabulary.bilingual import NOTHING, Bilingual
from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.kinds import ComponentKind
from probes.vocabulary.states import ComponentState, MaintenanceStatus
from statuspage.analysis.values import Certainty
from statuspage.asking.situation import AskedPlace, OpenTrouble, Planned, Situation
from statuspage.public.publish.manifest import POINTER

SUMMARY = "api/v2/summary.json"


class _SummaryName(msgspec.Struct, frozen=True):
    zh: str = msgspec.field(name="zh-Hans")
    en: str

    def both(self) -> Bilingual:
        return Bilingual(self.zh, self.en)


class _SummaryComponent(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    x_slug: str
    x_name: _SummaryName
    group: bool
    group_id: str | None
    x_state: ComponentState = ComponentState.UNKNOWN
    x_kind: ComponentKind = ComponentKind.OTHER


class _SummaryIncident(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    x_name: _SummaryName
    x_cause: Cause
    x_certainty: Certainty
    x_confidence: float
    impact: Impact
    components: tuple[_SummaryComponent, ...]
    started_at: datetime
    x_alternatives: tuple[dict[str, str | float], ...]


class _SummaryMaintenance(msgspec.Struct, frozen=True, kw_only=True):
    x_name: _SummaryName
    status: MaintenanceStatus
    components: tuple[_SummaryComponent, ...]
    scheduled_until: datetime


class _SummaryPage(msgspec.Struct, frozen=True):
    updated_at: datetime
    x_known_until: datetime | None


class _Summary(msgspec.Struct, frozen=True, kw_only=True):
    page: _SummaryPage
    components: tuple[_SummaryComponent, ...]
    incidents: tuple[_SummaryIncident, ...]
    scheduled_maintenances: tuple[_SummaryMaintenance, ...]


def published_situation(folder: Path) -> Situation | None:
    """The situation that was published last, without what people said; None where none lies there."""
    try:
        summary = msgspec.json.decode((folder / POINTER / SUMMARY).read_bytes(), type=_Summary)
    except (OSError, msgspec.DecodeError):
        return None
    groups = {row.id: row for row in summary.components if row.group}
    places = [row for row in summary.components if not row.group]
    active = {MaintenanceStatus.IN_PROGRESS, MaintenanceStatus.VERIFYING}
    return Situation(
        at=summary.page.updated_at,
        known_until=summary.page.x_known_until,
        places=tuple(_place(row, groups.get(row.group_id or "")) for row in places),
        troubles=tuple(_trouble(row) for row in summary.incidents),
        planned=tuple(
            Planned(
                title=row.x_name.both(),
                components=frozenset(part.x_slug for part in row.components),
                ends_at=row.scheduled_until,
            )
            for row in summary.scheduled_maintenances
            if row.status in active
        ),
    )


def _place(row: _SummaryComponent, group: _SummaryComponent | None) -> AskedPlace:
    return AskedPlace(
        slug=row.x_slug,
        name=row.x_name.both(),
        group=group.x_slug if group else "",
        group_name=group.x_name.both() if group else NOTHING,
        kind=row.x_kind,
        state=row.x_state,
    )


def _trouble(row: _SummaryIncident) -> OpenTrouble:
    components = frozenset(part.x_slug for part in row.components)
    return OpenTrouble(
        id=row.id,
        title=row.x_name.both(),
        cause=row.x_cause,
        certainty=row.x_certainty,
        confidence=row.x_confidence,
        impact=row.impact,
        components=components,
        affected=components,
        started_at=row.started_at,
        alternatives=tuple(
            (str(one["explanation"]), float(one["probability"])) for one in row.x_alternatives
        ),
    )

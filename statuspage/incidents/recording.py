"""Writes what the detector concluded: incidents by the verdict's key, and the updates of their timelines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.kinds import ComponentKind
from probes.vocabulary.states import IncidentStatus
from statuspage.analysis.values import Certainty, Verdict
from statuspage.incidents.evidence import as_the_page_tells
from statuspage.incidents.models import Incident, IncidentUpdate, Maintenance
from statuspage.incidents.naming import spoken_names
from statuspage.incidents.timeline import add_entry, public_id
from statuspage.incidents.totals import note_corrected, note_opened
from statuspage.incidents.transitions import Move, Said, move_of
from statuspage.monitoring.models import Component
from statuspage.monitoring.source_health import broken_sources
from statuspage.wording.titles import title
from statuspage.wording.updates import END_UNSEEN, JUDGED_ANEW, Story, update


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What was written: the number of incidents moved, and the earliest start among them."""

    incidents: int = 0
    earliest: datetime | None = None


def record_verdicts(verdicts: Sequence[Verdict]) -> Recorded:
    """Bring the incidents up to ``verdicts``, in their order; those that a person leads stay as they are.

    Call it inside a transaction. Doing it again with the same verdicts changes nothing.
    """
    if not verdicts:
        return Recorded()
    recorder = _Recorder({verdict.key for verdict in verdicts})
    moved = [verdict for verdict in verdicts if recorder.record(verdict)]
    recorder.save()
    return Recorded(
        incidents=len({verdict.key for verdict in moved}),
        earliest=min((verdict.started_at for verdict in moved), default=None),
    )


class _Recorder:
    def __init__(self, keys: Iterable[str]) -> None:
        self.components = {row.slug: row for row in Component.objects.select_related("group")}
        self.maintenances = dict(Maintenance.objects.values_list("slug", "pk"))
        self.incidents: dict[str, Incident] = {}
        self.last_updates: dict[str, IncidentUpdate] = {}
        self.newest: dict[str, Verdict] = {}
        for incident in Incident.objects.filter(key__in=list(keys)).prefetch_related("updates"):
            key = incident.key or ""
            self.incidents[key] = incident
            by_machine = [row for row in incident.updates.all() if row.by_machine]
            if by_machine:
                self.last_updates[key] = max(by_machine, key=lambda row: row.sequence)

    def record(self, verdict: Verdict) -> bool:
        incident = self.incidents.get(verdict.key)
        if incident is None:
            incident = Incident(
                key=verdict.key, public_id=public_id("incident", verdict.key), created_at=verdict.at
            )
            self.incidents[verdict.key] = incident
        elif incident.taken_over:
            return False
        move = move_of(self._said(incident), verdict)
        before = incident.cause
        self._fill(incident, verdict, move)
        if incident.pk is None:
            incident.save()
            note_opened(incident.cause)
        else:
            note_corrected(before, incident.cause)
        if move is not None:
            self._write_update(incident, verdict, move)
        self.newest[verdict.key] = verdict
        return True

    def save(self) -> None:
        """Write each incident as its newest verdict left it."""
        for key, verdict in self.newest.items():
            told = as_the_page_tells(verdict.evidence, at=verdict.at)
            self.incidents[key].evidence = msgspec.to_builtins(told)
            self.incidents[key].save()
            self.incidents[key].components.set(self._rows(verdict.components))

    def _said(self, incident: Incident) -> Said | None:
        """What the machine said last; the status may be one that a person gave since."""
        last = self.last_updates.get(incident.key or "")
        if last is None:
            return None
        return Said(
            at=last.created_at,
            status=IncidentStatus(incident.status),
            cause=Cause(last.cause),
            certainty=Certainty(last.certainty),
            impact=Impact(last.impact),
            affected=frozenset(last.affected),
        )

    def _fill(self, incident: Incident, verdict: Verdict, move: Move | None) -> None:
        words = title(
            cause=verdict.cause,
            impact=verdict.impact,
            certainty=verdict.certainty,
            components=spoken_names(self._rows(verdict.components), self.components.values()),
            kinds=self._kinds(verdict.components),
            told_only=verdict.evidence.told_only,
            over=verdict.resolved_at is not None,
        )
        incident.title_zh, incident.title_en = words.zh[:200], words.en[:200]
        self._keep_surest(incident, verdict)
        incident.cause, incident.impact = verdict.cause.value, verdict.impact.value
        incident.certainty = verdict.certainty.value
        incident.affected = list(verdict.affected)
        incident.started_at, incident.detected_at = verdict.started_at, verdict.detected_at
        incident.confirmed_at = verdict.confirmed_at
        incident.causes = msgspec.to_builtins(verdict.causes)
        incident.maintenance_id = self.maintenances.get(verdict.evidence.maintenance or "")
        incident.updated_at, incident.end_unseen = verdict.at, False
        if move is not None:
            incident.status = move.status
            incident.monitoring_at = verdict.at if move.status is IncidentStatus.MONITORING else None
        over = IncidentStatus(incident.status).is_over
        incident.resolved_at = (verdict.resolved_at or incident.resolved_at) if over else None

    @staticmethod
    def _keep_surest(incident: Incident, verdict: Verdict) -> None:
        """How sure we are of the cause is told as it was at its surest: as things recover, evidence fades."""
        confidence = min(1.0, max(0.0, verdict.confidence))
        known = incident.pk is not None and incident.cause == verdict.cause.value
        if not known or confidence >= incident.confidence:
            incident.confidence = confidence
            incident.alternatives = [[name, probability] for name, probability in verdict.alternatives]

    def _write_update(self, incident: Incident, verdict: Verdict, move: Move) -> None:
        previous = self.last_updates.get(verdict.key)
        before = Cause(previous.cause) if previous is not None else None
        words = update(move.kind, self._story(verdict, before))
        self.last_updates[verdict.key] = add_entry(incident, words, at=verdict.at, by_machine=True)

    def _story(self, verdict: Verdict, before: Cause | None) -> Story:
        return Story(
            at=verdict.at,
            cause=verdict.cause,
            started_at=verdict.started_at,
            resolved_at=verdict.resolved_at,
            components=spoken_names(self._rows(verdict.components), self.components.values()),
            kinds=self._kinds(verdict.affected or verdict.components),
            affected=spoken_names(self._rows(verdict.affected), self.components.values()),
            evidence=as_the_page_tells(verdict.evidence, at=verdict.at),
            previous_cause=before,
            unread=_unread(verdict),
        )

    def _kinds(self, slugs: Sequence[str]) -> set[ComponentKind]:
        return {row.told_kind for row in self._rows(slugs)}

    def _rows(self, slugs: Sequence[str]) -> list[Component]:
        wanted = frozenset(slugs)
        return [row for slug, row in self.components.items() if slug in wanted]


def _unread(verdict: Verdict) -> list[Bilingual]:
    """Where users write and nobody can read, which matters when a wave of posts is said to be over."""
    if verdict.resolved_at is None or not verdict.evidence.told_only:
        return []
    return [source.name for source in broken_sources(verdict.at)]


def close_orphans(*, at: datetime) -> int:
    """Resolve what a detector that lost its memory can never resolve; gives how many incidents that were.

    Nobody saw them end: how long they lasted is not known, nor that anything works again.
    """
    rows = Incident.objects.filter(key__isnull=False, taken_over=False, resolved_at__isnull=True)
    orphans = list(rows)
    for incident in orphans:
        incident.status, incident.resolved_at, incident.updated_at = IncidentStatus.RESOLVED, at, at
        incident.affected, incident.end_unseen = [], True
        incident.save()
        add_entry(incident, JUDGED_ANEW.say() + END_UNSEEN.say(), at=at, by_machine=True)
    return len(orphans)

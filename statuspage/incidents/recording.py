"""Writes what the detector concluded: the machine's view of an incident and, where it leads, what is told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q, QuerySet

from probes.vocabulary.publishing import Publication
from probes.vocabulary.states import IncidentStatus
from statuspage.analysis.values import Verdict
from statuspage.incidents.machine_view import MachineView, view_from_json, view_to_json
from statuspage.incidents.models import Incident
from statuspage.incidents.telling import Teller, members_of
from statuspage.incidents.timeline import add_entry, public_id
from statuspage.wording.updates import END_UNSEEN, JUDGED_ANEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What was written: the number of incidents moved, and the earliest start among them."""

    incidents: int = 0
    earliest: datetime | None = None

    def __add__(self, other: "Recorded") -> "Recorded":
        starts = [start for start in (self.earliest, other.earliest) if start is not None]
        return Recorded(incidents=self.incidents + other.incidents, earliest=min(starts, default=None))


def record_verdicts(verdicts: Sequence[Verdict]) -> Recorded:
    """Bring the incidents up to ``verdicts``, in their order; those that a person leads are told as before.

    What the machine sees of those is kept beside. Call it inside a transaction. Doing it again with the same
    verdicts changes nothing.
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


def move_due(*, at: datetime) -> Recorded:
    """Publish, tell as confirmed and give back to the machine what falls due by ``at``.

    Call it inside a transaction that holds the pipeline.
    """
    due = list(_whole().filter(due_at__lte=at).order_by("due_at"))
    if not due:
        return Recorded()
    teller = Teller()
    moved = [incident for incident in due if _move_due(teller, incident, at)]
    teller.save()
    return Recorded(
        incidents=len(moved), earliest=min((incident.started_at for incident in moved), default=None)
    )


def _move_due(teller: Teller, incident: Incident, at: datetime) -> bool:
    if not incident.taken_over:
        return teller.catch_up(incident, until=at)
    return hand_to_machine(teller, incident, at=incident.due_at or at)


def hand_to_machine(teller: Teller, incident: Incident, *, at: datetime) -> bool:
    """Let the machine lead an incident again and say at once what it sees; one that nobody follows ends."""
    incident.taken_over, incident.lead, incident.due_at = False, None, None
    incident.updated_at = at
    incident.save(update_fields=["taken_over", "lead", "due_at", "updated_at"])
    lost_at = view_from_json(incident.machine_view).lost_at
    if lost_at is None:
        teller.tell(incident, at=at)
    elif incident.resolved_at is None:
        _close_unseen(incident, at=lost_at)
    return True


class _Recorder:
    def __init__(self, keys: Iterable[str]) -> None:
        self.teller = Teller()
        self.incidents = {row.key: row for row in _with_leads(list(keys))}
        self.beside: list[Incident] = []

    def record(self, verdict: Verdict) -> bool:
        incident = self.incidents.get(verdict.key)
        if incident is None:
            incident = Incident(
                key=verdict.key, public_id=public_id("incident", verdict.key), created_at=verdict.at
            )
            self.incidents[verdict.key] = incident
        told = incident.merged_into or incident
        self.teller.catch_up(told, until=verdict.at)
        incident.machine_view = view_to_json(MachineView(verdict=verdict))
        if told is not incident or told.led_by_person:
            self.beside.append(incident)
        for member in members_of(told):
            if member.pk == incident.pk:
                member.machine_view = incident.machine_view
        return not told.led_by_person and self.teller.tell(told, at=verdict.at)

    def save(self) -> None:
        """Write each incident as its newest verdict left it."""
        self.teller.save()
        for incident in self.beside:
            incident.save(update_fields=["machine_view"])


def _whole() -> QuerySet[Incident]:
    """Incidents with all that telling needs."""
    return Incident.objects.prefetch_related("updates", "merged")


def _with_leads(keys: list[str]) -> list[Incident]:
    """The incidents with these keys, and each other's rows in place of those that they were merged into."""
    rows = list(_whole().filter(Q(key__in=keys) | Q(merged__key__in=keys)).distinct())
    by_pk = {row.pk: row for row in rows}
    for row in rows:
        if row.merged_into_id in by_pk:
            row.merged_into = by_pk[row.merged_into_id]
    return rows


def close_orphans(*, at: datetime) -> int:
    """Resolve what a detector that lost its memory can never resolve; gives how many incidents that were.

    Nobody saw them end: how long they lasted is not known, nor that anything works again. Of those that a
    person leads it is noted that the machine follows them no longer.
    """
    _note_lost(at)
    rows = Incident.objects.filter(
        key__isnull=False, taken_over=False, merged_into__isnull=True, resolved_at__isnull=True
    )
    orphans = list(rows)
    for incident in orphans:
        _close_unseen(incident, at=at)
    return len(orphans)


def _note_lost(at: datetime) -> None:
    led = Incident.objects.filter(key__isnull=False, resolved_at__isnull=True, taken_over=True)
    merged = Incident.objects.filter(key__isnull=False, merged_into__resolved_at__isnull=True)
    for incident in led | merged.filter(merged_into__isnull=False):
        view = view_from_json(incident.machine_view)
        ended = view.verdict is None or view.verdict.resolved_at is not None
        if not ended and view.lost_at is None:
            incident.machine_view = view_to_json(replace(view, lost_at=at))
            incident.save(update_fields=["machine_view"])


def _close_unseen(incident: Incident, *, at: datetime) -> None:
    incident.status, incident.resolved_at, incident.updated_at = IncidentStatus.RESOLVED, at, at
    incident.affected, incident.end_unseen, incident.due_at = [], True, None
    incident.save()
    if incident.publication == Publication.PUBLISHED:
        add_entry(incident, JUDGED_ANEW.say() + END_UNSEEN.say(), at=at, by_machine=True)

"""Reads the chain of one incident: updates, decisions, verdicts, evidence, and what was observed."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import translation

from statuspage.analysis.values import CauseHeld, Evidence, Verdict
from statuspage.incidents.evidence import causes_from_json, evidence_from_json
from statuspage.incidents.machine_view import view_from_json
from statuspage.incidents.models import Incident, IncidentUpdate
from statuspage.logbook.models import Deed
from statuspage.logbook.showing import changes_of, doer_of, what_of
from statuspage.monitoring.models import Probe, Progress
from statuspage.why.observed import reports_behind, series_behind, told
from statuspage.why.values import HeldVerdict, LoggedDecision, SaidUpdate, Why

MACHINE, PERSON = "the machine", "a person"
MOST_OF_EACH = 5


def why(incident: Incident, *, now: datetime, most: int = MOST_OF_EACH) -> Why:
    """The chain of an incident at ``now``, with ``most`` single checks and reports of each kind.

    Checks are counted from the incident's start to its end, or until all is concluded; those that were pruned
    are missing, and the notes say so. Times are UTC, texts in English where there are such.
    """
    with translation.override("en"):
        view = view_from_json(incident.machine_view)
        evidence = evidence_from_json(incident.evidence)
        causes = causes_from_json(incident.causes) or (view.verdict.causes if view.verdict else ())
        until = incident.resolved_at or _concluded_until() or now
        probes = _probes_of(incident)
        return Why(
            id=incident.public_id,
            number=incident.pk,
            address=f"{settings.SITE_URL}/incidents/{incident.public_id}/",
            title=str(incident),
            origin=_origin(incident),
            led_by=_leader(incident),
            publication=incident.publication,
            confirmation=incident.confirmation,
            status=incident.status,
            cause=incident.cause,
            certainty=incident.certainty,
            probability=incident.confidence,
            components=tuple(incident.components.order_by("slug").values_list("slug", flat=True)),
            started_at=incident.started_at,
            detected_at=incident.detected_at,
            confirmed_at=incident.confirmed_at,
            resolved_at=incident.resolved_at,
            merged_into=incident.merged_into.public_id if incident.merged_into else None,
            merged_from=tuple(incident.merged.order_by("pk").values_list("public_id", flat=True)),
            maintenance=incident.maintenance.public_id if incident.maintenance else None,
            observed_until=until,
            notes=tuple(_notes(incident, evidence, probes, now)),
            updates=tuple(_updates(incident, causes)),
            decisions=tuple(_decisions(incident)),
            verdicts=tuple(_verdicts(causes, view.verdict)),
            series=tuple(series_behind(probes, evidence, incident.started_at, until, most=most)),
            reports=reports_behind(evidence, incident.started_at, until, most=most),
        )


def _concluded_until() -> datetime | None:
    return Progress.objects.values_list("concluded_until", flat=True).first()


def _probes_of(incident: Incident) -> list[Probe]:
    rows = Probe.objects.filter(component__in=incident.components.all())
    return list(rows.select_related("component", "persona", "vantage").order_by("slug"))


def _origin(incident: Incident) -> str:
    if incident.imported_from:
        return f"imported from {incident.imported_from}"
    return f"opened by {PERSON}" if incident.key is None else f"opened by {MACHINE}"


def _leader(incident: Incident) -> str:
    if not incident.led_by_person:
        return MACHINE
    return str(incident.lead) if incident.lead else PERSON


def _notes(
    incident: Incident, evidence: Evidence | None, probes: Sequence[Probe], now: datetime
) -> Iterator[str]:
    """What is missing or otherwise than one would expect."""
    started = incident.started_at
    if incident.merged_into is not None:
        yield f"merged into {incident.merged_into.public_id}: what was told after that stands there"
    if incident.withdrawn_at is not None:
        yield f"withdrawn at {incident.withdrawn_at.isoformat()}: it is told as what was none"
    if incident.key is None:
        yield "no verdict stands behind it; what was observed meanwhile is shown beside"
    elif evidence is None:
        yield "no evidence is stored"
    if incident.end_unseen:
        yield "closed because nobody follows it any more; its end was not seen"
    if not probes:
        yield "none of its components is probed"
    for what, setting in (
        ("checks", "RAW_DAYS"),
        ("texts of reports", "REPORT_DAYS"),
        ("decisions", "LOG_DAYS"),
    ):
        horizon = now - timedelta(days=getattr(settings, setting))
        if started < horizon:
            yield f"{what} of before {horizon.isoformat(timespec='seconds')} are pruned ({setting})"


def _updates(incident: Incident, causes: Sequence[CauseHeld]) -> Iterator[SaidUpdate]:
    rows = incident.updates.select_related("author", "origin").order_by("sequence")
    for row in rows:
        held = [each.at for each in causes if each.at <= row.created_at]
        yield SaidUpdate(
            id=row.public_id,
            sequence=row.sequence,
            at=row.created_at,
            status=row.status,
            cause=row.cause,
            certainty=row.certainty,
            impact=row.impact,
            by=_author(row, incident),
            corrects=row.corrects,
            text=told(row.body.en or row.body.zh),
            verdict_at=held[-1] if held and row.by_machine else None,
            written_for=row.origin.public_id if row.origin else None,
        )


def _author(row: IncidentUpdate, incident: Incident) -> str:
    if row.by_machine:
        return MACHINE
    if row.author is not None:
        return str(row.author)
    return f"imported from {incident.imported_from}" if incident.imported_from else PERSON


def _decisions(incident: Incident) -> Iterator[LoggedDecision]:
    deeds = Deed.objects.filter(model=Incident._meta.label_lower, object_id=str(incident.pk))
    for deed in deeds.order_by("pk"):
        yield LoggedDecision(
            log=deed.pk,
            at=deed.at,
            by=doer_of(deed),
            what=what_of(deed),
            changes=tuple((each.field, told(each.before), told(each.after)) for each in changes_of(deed)),
        )


def _verdicts(causes: Sequence[CauseHeld], newest: Verdict | None) -> Iterator[HeldVerdict]:
    for each in causes:
        yield HeldVerdict(at=each.at, cause=each.cause, probability=each.confidence)
    if newest is not None:
        yield HeldVerdict(
            at=newest.at,
            cause=newest.cause,
            probability=newest.confidence,
            alternatives=newest.alternatives,
        )

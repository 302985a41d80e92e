"""Turns rows into what the detector consumes, in one order that a replay of the same rows has too."""

import heapq
from collections.abc import Iterator
from datetime import datetime

from probes.vocabulary.causes import Cause
from probes.vocabulary.observations import Check, MaintenanceWindow, OutsideSignal
from probes.vocabulary.observations import ObservedReport as Post
from probes.vocabulary.outcomes import Outcome
from probes.vocabulary.strengths import Strength
from probes.vocabulary.symptoms import Product, Symptom
from statuspage.analysis.values import DetectorInput, Heard, Observed, Unheard
from statuspage.incidents.models import MaintenanceNotice
from statuspage.monitoring.models import Report
from statuspage.monitoring.results import judged_between
from statuspage.outside.models import SignalNotice

Order = tuple[datetime, int, str, str]  # at, kind, who, which
CHUNK = 2000


def inputs_between(since: datetime, until: datetime) -> Iterator[DetectorInput]:
    """What happened in (since, until], late rows left out, in order of time, then kind, then name.

    A missed check is no evidence.
    """
    merged = heapq.merge(
        _checks(since, until),
        _reports(since, until),
        _hidden(since, until),
        _notices(since, until),
        _signals(since, until),
        key=lambda pair: pair[0],
    )
    return (item for _, item in merged)


def _checks(since: datetime, until: datetime) -> Iterator[tuple[Order, DetectorInput]]:
    for row in judged_between(since, until):
        check = Check(
            at=row.at,
            probe=row.probe,
            error=row.error,
            http_status=row.http_status,
            code=row.code,
            message=row.message,
            latency_ms=row.latency_ms,
        )
        yield (row.at, 0, row.probe, ""), Observed(check=check, outcome=_judged(Outcome(row.outcome)))


def _judged(outcome: Outcome) -> Outcome:
    # The detector judges latency itself, against what is usual, as a replay must.
    return Outcome.ACCEPTED if outcome is Outcome.SLOW else outcome


def _reports(since: datetime, until: datetime) -> Iterator[tuple[Order, DetectorInput]]:
    rows = (
        Report.objects.filter(at__gt=since, at__lte=until, late=False)
        .order_by("at", "source__slug", "external_id")
        .select_related("source")
    )
    for row in rows.iterator(chunk_size=CHUNK):
        yield (row.at, 1, row.source.slug, row.external_id), _heard(row)


def _hidden(since: datetime, until: datetime) -> Iterator[tuple[Order, DetectorInput]]:
    """What was heard and is to count no more, at the moment when a person hid it."""
    rows = (
        Report.objects.filter(hidden_at__gt=since, hidden_at__lte=until, late=False)
        .order_by("hidden_at", "source__slug", "external_id")
        .select_related("source")
    )
    for row in rows.iterator(chunk_size=CHUNK):
        if row.hidden_at is not None:
            order = (row.hidden_at, 3, row.source.slug, row.external_id)
            yield order, Unheard(at=row.hidden_at, heard=_heard(row))


def _heard(row: Report) -> Heard:
    post = Post(
        at=row.at,
        published_at=row.published_at,
        source=row.source.slug,
        author=row.author,
        text=row.text,
        url=row.url,
    )
    return Heard(
        report=post,
        symptom=Symptom(row.symptom),
        product=Product(row.product),
        probability=row.probability,
        repeats=row.repost_of_id is not None,
    )


def _notices(since: datetime, until: datetime) -> Iterator[tuple[Order, DetectorInput]]:
    rows = (
        MaintenanceNotice.objects.filter(at__gt=since, at__lte=until)
        .order_by("at", "maintenance__slug", "id")
        .select_related("maintenance")
    )
    for row in rows.iterator(chunk_size=CHUNK):
        window = MaintenanceWindow(
            at=row.at,
            slug=row.maintenance.slug,
            components=tuple(row.components),
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            cancelled=row.cancelled,
        )
        yield (row.at, 2, row.maintenance.slug, f"{row.pk:012d}"), window


def _signals(since: datetime, until: datetime) -> Iterator[tuple[Order, DetectorInput]]:
    rows = (
        SignalNotice.objects.filter(at__gt=since, at__lte=until)
        .order_by("at", "signal__key", "id")
        .select_related("signal__sender")
    )
    for row in rows.iterator(chunk_size=CHUNK):
        signal = row.signal
        said = OutsideSignal(
            at=row.at,
            key=f"{signal.sender_id}:{signal.key}:{row.cause}",
            sender=signal.sender.name,
            name=signal.name,
            components=tuple(row.components),
            cause=Cause(row.cause),
            strength=Strength(row.strength),
            since=signal.since,
            until=row.until,
            ended=row.ended,
        )
        yield (row.at, 4, signal.key, f"{row.pk:012d}"), said

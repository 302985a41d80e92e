"""Reads from the tables what the forms need to know, a few times a minute however many people ask."""

import logging
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import Error

from probes.vocabulary.bilingual import NOTHING
from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.states import ComponentState, MaintenanceStatus
from probes.vocabulary.symptoms import Product, Symptom
from statuspage.ages import is_stale
from statuspage.analysis.values import Certainty
from statuspage.asking.published import published_situation
from statuspage.asking.situation import AskedPlace, Complaints, OpenTrouble, Planned, Situation
from statuspage.incidents.models import Maintenance
from statuspage.incidents.reading import open_incidents, shown_components, state_of
from statuspage.monitoring.conditions import knowledge_at
from statuspage.monitoring.voices import past_hour, people, usual

log = logging.getLogger(__name__)
KEPT = timedelta(seconds=3)  # an answer may be this old
# Whoever asks while the database is away must not wait for it each time.
ASKED_AGAIN = timedelta(seconds=10)


class SituationReader:
    """Keeps the last situation for a moment, so that a thousand questions cost as many queries as one."""

    def __init__(self, folder: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._folder = folder
        self._last: Situation | None = None
        self._asked_at: datetime | None = None
        self._kept = KEPT

    def current(self, now: datetime) -> Situation:
        """What goes on at ``now``, at most :data:`KEPT` old; without the database, what was known last."""
        with self._lock:
            asked = self._asked_at
            if self._last is None or asked is None or not timedelta() <= now - asked < self._kept:
                self._last, self._kept = self._read_or_recall(now)
                self._asked_at = now
            return self._last

    def _read_or_recall(self, now: datetime) -> tuple[Situation, timedelta]:
        try:
            return self._read(now), KEPT
        except Error as error:
            known = [self._last, published_situation(self._folder or settings.SNAPSHOT_DIR)]
            last = max(filter(None, known), key=lambda one: one.at, default=None)
            if last is None:
                raise
            log.error("the situation cannot be read; answering by that of %s: %s", last.at, error)
            return _recalled(last, now), ASKED_AGAIN

    def _read(self, now: datetime) -> Situation:
        known = knowledge_at(now)
        return Situation(
            at=now,
            known_until=known.until,
            places=_places(blind=known.blind),
            troubles=_troubles(),
            planned=_planned(now),
            voices=_voices(now),
        )


def _recalled(last: Situation, now: datetime) -> Situation:
    """What was going on is the best that is known; how all else stands, nobody knows after a while."""
    if not is_stale(last.as_of, now):
        return last
    return replace(last, places=tuple(replace(place, state=ComponentState.UNKNOWN) for place in last.places))


def _places(*, blind: bool) -> tuple[AskedPlace, ...]:
    return tuple(
        AskedPlace(
            slug=row.slug,
            name=row.name,
            group=row.group.slug if row.group else "",
            group_name=row.group.name if row.group else NOTHING,
            product=Product(row.product),
            kind=row.told_kind,
            state=state_of(row, blind=blind),
        )
        for row in shown_components()
    )


def _troubles() -> tuple[OpenTrouble, ...]:
    rows = open_incidents().prefetch_related("components").order_by("started_at")
    return tuple(
        OpenTrouble(
            id=row.public_id,
            title=row.title,
            cause=Cause(row.cause),
            certainty=Certainty(row.certainty),
            confidence=row.confidence,
            impact=Impact(row.impact),
            components=frozenset(component.slug for component in row.components.all()),
            affected=frozenset(row.affected),
            started_at=row.started_at,
            alternatives=tuple((str(name), float(probability)) for name, probability in row.alternatives),
        )
        for row in rows
    )


def _planned(now: datetime) -> tuple[Planned, ...]:
    ended = [MaintenanceStatus.COMPLETED, MaintenanceStatus.CANCELLED]
    rows = Maintenance.objects.filter(starts_at__lte=now, ends_at__gt=now).exclude(status__in=ended)
    return tuple(
        Planned(
            title=row.title,
            components=frozenset(component.slug for component in row.components.all()),
            ends_at=row.ends_at,
        )
        for row in rows.prefetch_related("components")
    )


def _voices(now: datetime) -> tuple[Complaints, ...]:
    since, until = past_hour(now)
    counts = people(since, until, by=("symptom", "product"))
    filed = people(since, until, by=("symptom", "product"), of="filed")
    usually = usual(since, until)
    parts = {(symptom, product): n for (product, symptom), n in usually.parts.items()} if usually else {}
    return tuple(
        Complaints(
            symptom=Symptom(symptom),
            product=Product(product),
            count=counts[symptom, product],
            filed=filed[symptom, product],
            usual=parts.get((symptom, product), 0.0) if usually else None,
        )
        for symptom, product in sorted({*counts, *parts})
    )

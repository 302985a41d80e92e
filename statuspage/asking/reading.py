"""Reads from the tables what the forms need to know, a few times a minute however many people ask."""

import logging
import threading
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import DatabaseError

from probes.vocabulary.bilingual import NOTHING
from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.states import ComponentState, MaintenanceStatus
from probes.vocabulary.symptoms import Product, Symptom
from statuspage.analysis.values import Certainty
from statuspage.asking.situation import AskedPlace, Complaints, OpenTrouble, Planned, Situation
from statuspage.incidents.models import Maintenance
from statuspage.incidents.reading import open_incidents, shown_components, state_of
from statuspage.monitoring.conditions import knowledge_at
from statuspage.monitoring.voices import past_hour, people, usual

log = logging.getLogger(__name__)
KEPT = timedelta(seconds=3)  # an answer may be this old


class SituationReader:
    """Keeps the last situation for a moment, so that a thousand questions cost as many queries as one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: Situation | None = None

    def current(self, now: datetime) -> Situation:
        """What is going on at ``now``, at most :data:`KEPT` old."""
        with self._lock:
            if self._last is None or not timedelta() <= now - self._last.at < KEPT:
                self._last = self._read_or_go_blind(now)
            return self._last

    def _read_or_go_blind(self, now: datetime) -> Situation:
        """Without the database the question is still answered, by what was tapped alone."""
        try:
            return self._read(now)
        except DatabaseError:
            if self._last is None:
                raise
            log.exception("the situation cannot be read; answering blind")
            places = tuple(replace(place, blind=True) for place in self._last.places)
            return Situation(at=now, known_until=self._last.known_until, places=places)

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


def _places(*, blind: bool) -> tuple[AskedPlace, ...]:
    return tuple(
        AskedPlace(
            slug=row.slug,
            name=row.name,
            group=row.group.slug if row.group else "",
            group_name=row.group.name if row.group else NOTHING,
            product=Product(row.product),
            blind=state_of(row, blind=blind) is ComponentState.UNKNOWN,
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

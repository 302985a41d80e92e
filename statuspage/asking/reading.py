"""Reads from the tables what the forms need to know, a few times a minute however many people ask."""

import logging
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import DatabaseError
from django.db.models import Min, Q

from probes.listening.reading.symptoms import read_text
from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.observations import FIRST_PARTY
from probes.vocabulary.states import ComponentState, MaintenanceStatus
from probes.vocabulary.symptoms import COMPLAINTS, Product, Symptom
from statuspage.analysis.values import Certainty
from statuspage.asking.situation import AskedPlace, Complaints, OpenTrouble, Planned, Situation
from statuspage.incidents.models import Maintenance
from statuspage.incidents.reading import open_incidents, shown_components, state_of
from statuspage.monitoring.conditions import knowledge_at
from statuspage.monitoring.models import Component, Report

log = logging.getLogger(__name__)
HOUR = timedelta(hours=1)
USUAL_DAYS = 7
KEPT = timedelta(seconds=3)  # an answer may be this old
USUAL_KEPT = timedelta(minutes=10)

Said = tuple[str, str]  # symptom, product
Complained = tuple[str, str, str, str]  # symptom, product, author's hash, source


class SituationReader:
    """Keeps the last situation for a moment, so that a thousand questions cost as many queries as one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: Situation | None = None
        self._usual: dict[Said, float] | None = None
        self._usual_at: datetime | None = None

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
        if self._usual_at is None or not timedelta() <= now - self._usual_at < USUAL_KEPT:
            self._usual, self._usual_at = usual_voices(now), now
        return Situation(
            at=now,
            known_until=known.until,
            places=_places(blind=known.blind),
            troubles=_troubles(),
            planned=_planned(now),
            voices=_voices(now, self._usual),
        )


def _places(*, blind: bool) -> tuple[AskedPlace, ...]:
    return tuple(
        _place(row, blind=state_of(row, blind=blind) is ComponentState.UNKNOWN) for row in shown_components()
    )


def _place(row: Component, *, blind: bool) -> AskedPlace:
    group = Bilingual(row.group.name_zh, row.group.name_en) if row.group else Bilingual("", "")
    named = read_text(f"{group.zh} {row.name_zh} {group.en} {row.name_en} {row.slug}").product
    return AskedPlace(
        slug=row.slug,
        name=Bilingual(row.name_zh, row.name_en),
        group=row.group.slug if row.group else "",
        group_name=group,
        product=named,
        blind=blind,
    )


def _troubles() -> tuple[OpenTrouble, ...]:
    rows = open_incidents().prefetch_related("components").order_by("started_at")
    return tuple(
        OpenTrouble(
            id=row.public_id,
            title=Bilingual(row.title_zh, row.title_en),
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
            title=Bilingual(row.title_zh, row.title_en),
            components=frozenset(component.slug for component in row.components.all()),
            ends_at=row.ends_at,
        )
        for row in rows.prefetch_related("components")
    )


def complaints(window: Q) -> Iterable[Complained]:
    """What was said in ``window``, without reposts and what was hidden."""
    rows = Report.objects.filter(window, hidden=False, repost_of__isnull=True, symptom__in=COMPLAINTS)
    fields = rows.order_by().values_list("symptom", "product", "author", "source__slug")
    return fields.iterator(chunk_size=5000)


def count_people(rows: Iterable[Complained]) -> Counter[Said]:
    """How many people said what; whoever is known by a hash counts once, and not again for no product."""
    counts: Counter[Said] = Counter()
    known: set[tuple[str, str, str]] = set()
    for symptom, product, author, _ in rows:
        if author:
            known.add((symptom, product, author))
        else:
            counts[symptom, product] += 1
    named = {(symptom, author) for symptom, product, author in known if product != Product.NONE}
    for symptom, product, author in known:
        if product != Product.NONE or (symptom, author) not in named:
            counts[symptom, product] += 1
    return counts


def usual_voices(now: datetime) -> dict[Said, float] | None:
    """How many say what in this hour of the day, on average over the week before; None with less than a day
    of it."""
    oldest = Report.objects.aggregate(oldest=Min("at"))["oldest"]
    days = min(USUAL_DAYS, (now - HOUR - oldest) // timedelta(days=1)) if oldest else 0
    if days < 1:
        return None
    totals: Counter[Said] = Counter()
    for day in range(1, days + 1):
        until = now - timedelta(days=day)
        totals += count_people(complaints(Q(at__gt=until - HOUR, at__lte=until)))
    return {said: total / days for said, total in totals.items()}


def _voices(now: datetime, usual: dict[Said, float] | None) -> tuple[Complaints, ...]:
    rows = list(complaints(Q(at__gt=now - HOUR, at__lte=now)))
    counts = count_people(rows)
    filed = count_people(row for row in rows if row[-1] == FIRST_PARTY)
    said = sorted({*counts, *(usual or ())})
    return tuple(
        Complaints(
            symptom=Symptom(symptom),
            product=Product(product),
            count=counts[symptom, product],
            filed=filed[symptom, product],
            usual=None if usual is None else usual.get((symptom, product), 0.0),
        )
        for symptom, product in said
    )

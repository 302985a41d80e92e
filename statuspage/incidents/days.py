"""Writes the sums of each component's days from incidents and blind spells; doing it again gives the same."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from probes.vocabulary.causes import Cause, Impact
from statuspage.analysis.values import Certainty
from statuspage.incidents.evidence import causes_from_json
from statuspage.incidents.models import BlindSpell, ComponentDay, ComponentStatus
from statuspage.incidents.reading import told_incidents
from statuspage.incidents.uptime import DaySums, Episode, Span, day_sums, episodes_of
from statuspage.monitoring.inserting import put
from statuspage.monitoring.models import Component

_SUMS = [part.name for part in fields(DaySums)]


@dataclass(slots=True)
class _Past:
    """What is known of one component's time."""

    episodes: list[Episode] = field(default_factory=list)
    blind: list[Span] = field(default_factory=list)


def recompute_days(*, since: datetime, until: datetime, zone: ZoneInfo) -> int:
    """Write the days (of ``zone``) that touch [since, until], as far as ``until``; gives how many rows."""
    watched = ComponentStatus.objects.filter(component__retired=False, watched_since__lt=until).order_by()
    pasts = _pasts(since=since - timedelta(days=1), until=until)
    rows = [
        _row(component, day, Span(start=max(span.start, first), end=span.end), pasts[component])
        for component, first in watched.values_list("pk", "watched_since")
        if first is not None
        for day, span in days_between(max(since, first), until, zone)
    ]
    put(ComponentDay, rows, unique=["component_id", "day"], replaced=_SUMS)
    return len(rows)


def days_between(since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[tuple[date, Span]]:
    """Each day of ``zone`` that touches [since, until), from its midnight, the last one cut at ``until``."""
    day = since.astimezone(zone).date()
    while (start := midnight(day, zone)) < until:
        yield day, Span(start=start, end=min(midnight(day + timedelta(days=1), zone), until))
        day += timedelta(days=1)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When ``day`` begins in ``zone``, in UTC, where differences are true on days of 23 and 25 hours."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def note_blindness(seen: Sequence[tuple[datetime, frozenset[str]]]) -> bool:
    """Open and close blind spells by ``seen``: at each moment, in order, the slugs that could not be seen.

    True if any was opened or closed.
    """
    ids = dict(Component.objects.values_list("slug", "pk"))
    spells = {row.component_id: row for row in BlindSpell.objects.filter(ended_at__isnull=True)}
    opened: list[BlindSpell] = []
    closed: list[BlindSpell] = []
    for at, slugs in seen:
        blind = {ids[slug] for slug in slugs if slug in ids}
        for component in [known for known in spells if known not in blind]:
            spell = spells.pop(component)
            if at > spell.started_at:
                spell.ended_at = at
                closed.append(spell)
        for component in blind - spells.keys():
            spells[component] = BlindSpell(component_id=component, started_at=at)
            opened.append(spells[component])
    BlindSpell.objects.bulk_update([spell for spell in closed if spell.pk], ["ended_at"])
    BlindSpell.objects.bulk_create(
        [spell for spell in opened if spell.ended_at or spell in spells.values()], batch_size=500
    )
    return bool(opened or closed)


def _pasts(*, since: datetime, until: datetime) -> defaultdict[int, _Past]:
    pasts: defaultdict[int, _Past] = defaultdict(_Past)
    incidents = told_incidents().filter(
        Q(resolved_at__isnull=True) | Q(resolved_at__gt=since),
        withdrawn_at__isnull=True,
        certainty=Certainty.CONFIRMED,
        started_at__lt=until,
    )
    for incident in incidents.prefetch_related("components"):
        episodes = episodes_of(
            cause=Cause(incident.cause),
            impact=Impact(incident.impact),
            causes=causes_from_json(incident.causes),
            started_at=incident.started_at,
            ended_at=incident.resolved_at or until,
        )
        for component in incident.components.all():
            pasts[component.pk].episodes += episodes
    for spell in BlindSpell.objects.filter(
        Q(ended_at__isnull=True) | Q(ended_at__gt=since), started_at__lt=until
    ):
        pasts[spell.component_id].blind.append(Span(start=spell.started_at, end=spell.ended_at or until))
    return pasts


def _row(component: int, day: date, span: Span, past: _Past) -> dict[str, Any]:
    sums = day_sums(day=span, episodes=past.episodes, blind=past.blind)
    return {"component_id": component, "day": day} | {name: getattr(sums, name) for name in _SUMS}

"""Reads the tables into one snapshot: the only reader of tables for what is rendered."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q

from probes.vocabulary.bilingual import NOTHING, Bilingual
from probes.vocabulary.symptoms import Product
from statuspage.analysis.values import Conditions
from statuspage.incidents.evidence import withheld
from statuspage.incidents.reading import announced_at, known_components, status_of
from statuspage.incidents.uptime import uptime_ratio
from statuspage.monitoring.conditions import knowledge_at
from statuspage.monitoring.models import Component, Persona, Vantage
from statuspage.monitoring.pausing import paused_components
from statuspage.monitoring.selectors import standing_probes
from statuspage.monitoring.source_health import broken_sources
from statuspage.public.read.days import read_days
from statuspage.public.read.ids import opaque_id
from statuspage.public.read.incidents import read_history, read_moved
from statuspage.public.read.markup import html_of
from statuspage.public.read.planned import read_planned_history
from statuspage.public.read.quotes import recent_quotes
from statuspage.public.read.recent import RecentReader
from statuspage.public.read.values import (
    AnnouncementView,
    ComponentView,
    GroupView,
    Names,
    Record,
    RetiredComponent,
    Snapshot,
)
from statuspage.public.site import site

DAYS_SHOWN = 90
ANNOUNCEMENTS_SHOWN = 20


def build(now: datetime, recent: RecentReader | None = None) -> Snapshot:
    """Everything public at ``now``, in about 26 queries; ``recent`` keeps what is over between two calls."""
    known = knowledge_at(now)
    kept_back = withheld()
    components = list(known_components())
    incidents, past = read_history(kept_back)
    planned, past_planned = read_planned_history()
    vantages, probes = _looking(known.conditions)
    return Snapshot(
        at=now,
        known_until=known.until,
        blind=known.blind,
        anew=known.anew,
        groups=_groups([row for row in components if not row.retired], now, known.blind),
        retired=tuple(_retired(row) for row in components if row.retired),
        incidents=incidents,
        past=past,
        moved=read_moved(),
        withheld=kept_back,
        site=replace(site(), identity=known.site_id),
        planned=planned,
        past_planned=past_planned,
        announcements=_announcements(now),
        recent=(recent or RecentReader()).read(now),
        names=Names(personas=_names(Persona), vantages=_names(Vantage)),
        quotes=recent_quotes(now),
        lost_vantages=known.conditions.lost_vantages,
        blind_components=tuple(sorted(known.conditions.blind_components)),
        blind_because=tuple(sorted(known.conditions.blind_because.items())),
        paused=paused_components(),
        unread_sources=tuple(row.name for row in broken_sources(now)),
        vantage_count=vantages,
        probe_count=probes,
    )


def _looking(conditions: Conditions) -> tuple[int, int]:
    """How many vantages ask, and how many probes see.

    None sees at a vantage that is cut off, or of a component that nobody sees.
    """
    at_lost = Q(vantage__slug__in=conditions.lost_vantages)
    of_blind = Q(component__slug__in=conditions.blind_components)
    watching = standing_probes().filter(component__isnull=False).order_by()
    counts = watching.aggregate(
        vantages=Count("vantage", distinct=True), probes=Count("pk", filter=~(at_lost | of_blind))
    )
    return counts["vantages"], counts["probes"]


def _names(model: type[Persona] | type[Vantage]) -> tuple[tuple[str, Bilingual], ...]:
    rows = model.objects.order_by("slug").values_list("slug", "name_zh", "name_en")
    return tuple((slug, Bilingual(zh, en)) for slug, zh, en in rows)


def _groups(shown: Iterable[Component], now: datetime, blind: bool) -> tuple[GroupView, ...]:
    records = read_days(now.astimezone(ZoneInfo(settings.TIME_ZONE)).date(), DAYS_SHOWN)
    groups = []
    for order, members in groupby(sorted(shown, key=_group_order), key=_group_order):
        rows = list(members)
        group = rows[0].group
        groups.append(
            GroupView(
                id=opaque_id("group", group.slug if group else ""),
                slug=group.slug if group else "",
                name=group.name if group else NOTHING,
                position=order[1],
                components=tuple(_component(row, records[row.pk], blind) for row in rows),
            )
        )
    return tuple(groups)


def _retired(row: Component) -> RetiredComponent:
    return RetiredComponent(slug=row.slug, name=row.name, kind=row.told_kind)


def _group_order(row: Component) -> tuple[bool, int, str]:
    if row.group is None:
        return True, 0, ""
    return False, row.group.position, row.group.slug


def _component(row: Component, record: Record, blind: bool) -> ComponentView:
    status = status_of(row)
    return ComponentView(
        id=opaque_id("component", row.slug),
        slug=row.slug,
        name=row.name,
        description=row.description,
        group=row.group.slug if row.group else "",
        kind=row.told_kind,
        product=Product(row.product),
        position=row.position,
        state=status.shown(blind=blind),
        since=status.since,
        created_at=row.created_at,
        updated_at=status.updated_at,
        days=record.days,
        uptime=uptime_ratio(outage_seconds=record.outage_s, observed_seconds=record.observed_s),
    )


def _announcements(now: datetime) -> tuple[AnnouncementView, ...]:
    return tuple(
        AnnouncementView(
            title=row.title,
            html=html_of(row.body),
            pinned=row.pinned,
            starts_at=row.starts_at,
            updated_at=row.updated_at,
        )
        for row in announced_at(now)[:ANNOUNCEMENTS_SHOWN]
    )

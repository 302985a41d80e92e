"""Rows of a very large site: a thousand components, ninety days of each, and thousands of past incidents."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Model

from probes.vocabulary.causes import Cause
from statuspage.incidents.models import ComponentDay, ComponentStatus, Incident, IncidentUpdate
from statuspage.monitoring.models import Component, ComponentGroup
from tests.support.public_rows import World, make_incident, make_past_day, make_world

STATES = ("investigating", "identified", "resolved")
Row = TypeVar("Row", bound=Model)


def make_big_site(now: datetime, *, components: int, incidents: int) -> World:
    """A small world with an outage in it, among so many other components and past incidents."""
    world = make_world(now=now)
    make_past_day(world)
    make_incident(world)
    _components(now, components - len(world.components))
    _incidents(now, incidents)
    return world


def _store(model: type[Row], rows: Iterable[Row]) -> list[Row]:
    return model._default_manager.bulk_create(rows, batch_size=2000)


def _components(now: datetime, count: int) -> None:
    groups = _store(
        ComponentGroup,
        (
            ComponentGroup(slug=f"group-{n}", name_zh=f"产品线 {n}", name_en=f"Line {n}", position=10 + n)
            for n in range(max(1, count // 10))
        ),
    )
    rows = _store(
        Component,
        (
            Component(
                slug=f"component-{n}",
                name_zh=f"支付方式 {n}",
                name_en=f"Payment method {n}",
                group=groups[n % len(groups)],
                position=n,
                created_at=now,
            )
            for n in range(count)
        ),
    )
    _store(
        ComponentStatus,
        (ComponentStatus(component=row, state="operational", since=now, updated_at=now) for row in rows),
    )
    today = (now + timedelta(hours=8)).date()
    _store(
        ComponentDay,
        (
            ComponentDay(
                component=row,
                day=today - timedelta(days=back),
                observed_seconds=86400,
                outage_seconds=600 if (row.position + back) % 37 == 0 else 0,
            )
            for row in rows
            for back in range(90)
        ),
    )


def _incidents(now: datetime, count: int) -> None:
    components = list(Component.objects.filter(slug__startswith="component-"))
    begun = [now - timedelta(hours=5 + 3 * n) for n in range(count)]
    incidents = _store(
        Incident,
        (
            Incident(
                public_id=f"past{n:08d}",
                key=f"past/{n}",
                title_zh=f"支付方式 {n}：系统故障",
                title_en=f"Payment method {n}: system outage",
                cause=list(Cause)[n % len(Cause)].value,
                impact="minor",
                status="resolved",
                started_at=at,
                detected_at=at,
                confirmed_at=at,
                resolved_at=at + timedelta(minutes=30),
                created_at=at,
                updated_at=at + timedelta(minutes=30),
            )
            for n, at in enumerate(begun)
        ),
    )
    named = Incident.components.through
    _store(
        named,
        (
            named(incident_id=incident.pk, component_id=components[n % len(components)].pk)
            for n, incident in enumerate(incidents)
        ),
    )
    _store(
        IncidentUpdate,
        (
            IncidentUpdate(
                incident=incident,
                sequence=number,
                public_id=f"u{number}x{incident.pk:09d}",
                status=status,
                body_zh="付款请求失败或过慢，是系统一侧的故障。",
                body_en="Payments fail or are too slow; the fault is the system's.",
                cause=incident.cause,
                certainty="confirmed",
                impact="minor",
                by_machine=True,
                created_at=incident.started_at + timedelta(minutes=10 * number),
            )
            for incident in incidents
            for number, status in enumerate(STATES, start=1)
        ),
    )

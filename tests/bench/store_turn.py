"""Measures a turn of the pipeline and a publication on a large site: part of ``make bench-store``.

CPU seconds of this process, user and system, so that other load on the machine moves them little.
"""

import random
import resource
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from probes.vocabulary.outcomes import Outcome
from statuspage.monitoring.models import (
    CheckResult,
    Component,
    ComponentGroup,
    Endpoint,
    Persona,
    Probe,
    Vantage,
)

TIERS = {"ordinary": "low", "reseller": "high"}
VANTAGES = ("east", "south")
PHASES = {"dns": 0.4, "connect": 1.2, "first_byte": 31.5, "body": 0.3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """CPU seconds of the median and of the worst call."""

    usual: float
    worst: float


def make_estate(now: datetime, *, components: int, interval_s: float = 10.0) -> list[Probe]:
    """So many components with four probes each, watched from long ago."""
    names = {"name_zh": "名", "name_en": "name"}
    groups = ComponentGroup.objects.bulk_create(
        ComponentGroup(slug=f"group-{n}", name_zh=f"产品线 {n}", name_en=f"Line {n}", position=n)
        for n in range(max(1, components // 10))
    )
    rows = Component.objects.bulk_create(
        Component(
            slug=f"component-{n:04d}",
            name_zh=f"支付方式 {n}",
            name_en=f"Payment method {n}",
            group=groups[n % len(groups)],
            position=n,
        )
        for n in range(components)
    )
    endpoint = Endpoint.objects.create(
        slug="target", gateway="generic_http", base_url="http://127.0.0.1:9", **names
    )
    personas = Persona.objects.bulk_create(
        Persona(slug=slug, risk_tier=tier, **names) for slug, tier in TIERS.items()
    )
    vantages = Vantage.objects.bulk_create(Vantage(slug=slug, **names) for slug in VANTAGES)
    probes = Probe.objects.bulk_create(
        (
            Probe(
                slug=f"{component.slug}.{persona.slug}.{vantage.slug}",
                component=component,
                persona=persona,
                vantage=vantage,
                endpoint=endpoint,
                operation="get",
                interval_seconds=interval_s,
            )
            for component in rows
            for persona in personas
            for vantage in vantages
        ),
        batch_size=1000,
    )
    Probe.objects.update(created_at=now - timedelta(days=400))
    return probes


def store_checks(probes: list[Probe], since: datetime, seconds: float, *, failing: float = 0.0) -> int:
    """``seconds`` of every probe, spread over its interval; ``failing`` is the share that fails."""
    rows = list(_results(probes, since, seconds, failing))
    CheckResult.objects.bulk_create(rows, batch_size=2000)
    return len(rows)


def _results(probes: list[Probe], since: datetime, seconds: float, failing: float) -> Iterator[CheckResult]:
    chance = random.Random(since.timestamp())
    for index, probe in enumerate(probes):
        step = probe.interval_seconds
        offset = step * index / len(probes)
        for number in range(int(seconds / step)):
            tick = since + timedelta(seconds=offset + number * step)
            took = chance.lognormvariate(3.5, 0.4)
            failed = chance.random() < failing
            at = tick + timedelta(milliseconds=took)
            yield CheckResult(
                probe=probe,
                tick=tick,
                at=at,
                stored_at=at + timedelta(seconds=0.3),
                outcome=Outcome.SERVER_ERROR if failed else Outcome.ACCEPTED,
                http_status=503 if failed else 200,
                latency_ms=round(took, 3),
                phases=dict(PHASES),
            )


def cpu() -> float:
    """CPU seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime

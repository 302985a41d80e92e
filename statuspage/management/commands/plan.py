"""manage.py plan CATALOG: how soon trouble would be seen of each component, and how often wrongly."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from probes.instrument.catalog import read_catalog
from probes.instrument.specs import Catalog
from probes.tables import ProblemsError
from probes.vocabulary.observations import WatchedCatalog, WatchedComponent, WatchedPersona, WatchedProbe
from statuspage.analysis.model import DetectorSettings
from statuspage.analysis.plan import TROUBLES, ComponentPlan, Delay, Prospect, plan

_ROW = "{:32} {:>10} {:>15} {:>15} {:>15} {:>15} {:>15}"
_MINUTES_PER_DAY = 1440.0


class Command(BaseCommand):
    help = (
        "Say, for each component of a catalog (TOML), how soon an outage of all, half or a quarter of its "
        "checks and a wave of refusals by risk control would be confirmed, how many false incidents to "
        "expect, and what one more vantage or payer would change. Nothing is stored or asked."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("catalog", type=Path, help="a catalog (see deploy/catalog.example.toml)")
        parser.add_argument("--json", action="store_true", help="write JSON instead of a table")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            catalog = read_catalog(options["catalog"])
        except ProblemsError as error:
            raise CommandError(str(error)) from error
        plans = plan(watched(catalog, settings.CHECK_INTERVAL_FACTOR), wanted(catalog))
        if options["json"]:
            told = {"components": [asdict(one) for one in plans]}
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
            return
        for line in table(plans):
            self.stdout.write(line)


def watched(catalog: Catalog, interval_factor: float) -> WatchedCatalog:
    """What of a catalog matters to the detector."""
    return WatchedCatalog(
        timezone=catalog.timezone,
        components=tuple(WatchedComponent(slug=c.slug, name=c.name_zh) for c in catalog.components),
        personas=tuple(WatchedPersona(slug=p.slug, risk_tier=p.risk_tier) for p in catalog.personas),
        probes=tuple(
            WatchedProbe(
                slug=p.slug,
                component=p.component,
                persona=p.persona,
                vantage=p.vantage,
                interval_s=p.interval_seconds * interval_factor,
            )
            for p in catalog.probes
        ),
    )


def wanted(catalog: Catalog) -> DetectorSettings:
    """What the operator wants of the detector, for this catalog."""
    return DetectorSettings(
        target_false_per_component_90d=settings.FALSE_INCIDENTS_PER_COMPONENT_90D,
        caution_by_component={c.slug: c.caution for c in catalog.components},
    )


def table(plans: tuple[ComponentPlan, ...]) -> Iterator[str]:
    """Three lines for each component: as it is, with a vantage more, with a payer more."""
    yield _ROW.format("component", "checks/min", *TROUBLES, "false in 90 d")
    for one in plans:
        yield _line(one.component, one.now)
        yield _line("  + one vantage", one.with_vantage)
        yield _line("  + one payer", one.with_persona)
    yield ""
    yield "outage-50: half of the checks fail; risk-wave: payers of elevated and high risk are refused."
    yield "Times: from the start until confirmed, in half / nine tenths of all cases; -: not in four hours."
    yield "False in 90 d: incidents to expect without any trouble, confirmed / suspected."


def _line(name: str, prospect: Prospect) -> str:
    return _ROW.format(
        name,
        f"{prospect.checks_per_day / _MINUTES_PER_DAY:.2f}",
        *(_delay(prospect.delays[trouble]) for trouble in TROUBLES),
        f"{prospect.false_confirmed_90d:.2f} / {prospect.false_suspected_90d:.2f}",
    )


def _delay(delay: Delay) -> str:
    return f"{_time(delay.median_s)} / {_time(delay.p90_s)}"


def _time(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"

"""Asks a pretended world by the real runner and gateways, as catalogs want it."""

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import probes.simulator
from probes.instrument.catalog import read_catalog
from probes.instrument.codebook import default_code_book
from probes.instrument.gateways.registry import make_gateway
from probes.instrument.gateways.vault import Vault
from probes.instrument.runner import run_checks
from probes.instrument.runs import CheckOrder, CheckRun
from probes.instrument.specs import ProbeSpec
from probes.network.exchange import tls_context
from probes.simulator.fates import Fate, FatedAnswer, Spoken
from probes.simulator.scenario import Scenario, ScenarioKind
from tests.support.pretended import CalmWorld, Pretended, utc_now

DEMO = Path(probes.simulator.__file__).parent / "catalog.toml"
NEIGHBOURS = Path(__file__).parent / "neighbours.toml"

PATIENT_S = 30.0  # for answers that do come, on a busy machine too
HASTY_S = 1.5  # for those that never do


class SayingWorld(CalmWorld):
    """A world that always gives the one answer that it is told."""

    said: Spoken | None = None

    def fate(self, **call: Any) -> Fate:
        found = super().fate(**call)
        return found if self.said is None else FatedAnswer(0.0, self.said)


def happening(kind: ScenarioKind, **more: Any) -> Scenario:
    """What has been on for a minute and lasts for an hour."""
    return Scenario(id=str(kind), kind=kind, starts_s=utc_now().timestamp() - 60, lasts_s=3600.0, **more)


def run_catalog(
    pretended: Pretended,
    *,
    catalog: Path = DEMO,
    keep: Callable[[ProbeSpec], bool] = lambda probe: True,
    change: Callable[[CheckOrder], CheckOrder] = lambda order: order,
    timeout_s: float = PATIENT_S,
) -> dict[str, CheckRun]:
    """One check of each kept probe of a catalog, by the real runner and gateways."""
    orders = orders_of(pretended, catalog, keep=keep, timeout_s=timeout_s)
    return run_orders(pretended, map(change, orders))


def vault_of(pretended: Pretended) -> Vault:
    """Where the secrets of a pretended world are."""
    return Vault(environ=pretended.environment, folder=pretended.keys.folder)


def orders_of(
    pretended: Pretended,
    catalog: Path,
    *,
    keep: Callable[[ProbeSpec], bool] = lambda probe: True,
    timeout_s: float = PATIENT_S,
) -> list[CheckOrder]:
    """The orders for one check of each kept probe."""
    found = read_catalog(catalog, pretended.environment)
    gateways = {item.slug: make_gateway(item, vault_of(pretended)) for item in found.endpoints}
    personas = {item.slug: item for item in found.personas}
    vantages = {item.slug: item for item in found.vantages}
    return [
        CheckOrder(
            probe=probe.slug,
            tick=utc_now(),
            gateway=gateways[probe.endpoint],
            operation=probe.operation,
            payer=personas[probe.persona].payer if probe.persona else {},
            options=probe.options,
            connect_to=vantages[probe.vantage].connect_to,
            timeout_s=timeout_s,
        )
        for probe in found.probes
        if keep(probe)
    ]


def run_orders(pretended: Pretended, orders: Iterable[CheckOrder]) -> dict[str, CheckRun]:
    """What came of each order, by probe."""

    async def run() -> dict[str, CheckRun]:
        context = tls_context(str(pretended.keys.ca_file))
        runs = run_checks(orders, book=default_code_book(), context=context, clock=utc_now)
        return {run.probe: run async for run in runs}

    return asyncio.run(run())

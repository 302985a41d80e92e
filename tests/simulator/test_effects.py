"""Each effect of the world as each payer meets it through the network, in every dialect's own words."""

from pathlib import Path
from typing import Any

import pytest

from probes.simulator.scenario import ScenarioKind
from probes.vocabulary.outcomes import Family
from probes.vocabulary.tiers import RiskTier
from tests.simulator.asking import NEIGHBOURS, happening, run_catalog
from tests.support.pretended import pretended_world

# One component for each dialect that the demo watches.
OF_DEMO = ("fenfu-qr", "fenfu-limit", "card-checkout")
EVERYBODY = frozenset({"ordinary", "new-device", "heavy-spender", "reseller"})
HIGH = {"tiers": (RiskTier.HIGH,)}


@pytest.mark.parametrize(
    ("kind", "more", "families", "whom"),
    [
        (ScenarioKind.OUTAGE, {"flavour": "busy"}, {Family.TECHNICAL}, EVERYBODY),
        (ScenarioKind.OUTAGE, {"flavour": "bank"}, {Family.TECHNICAL}, EVERYBODY),
        (ScenarioKind.OUTAGE, {"flavour": "unavailable"}, {Family.TECHNICAL}, EVERYBODY),
        (ScenarioKind.OUTAGE, {"flavour": "empty"}, {Family.TECHNICAL}, EVERYBODY),
        (ScenarioKind.OUTAGE, {"flavour": "protocol"}, {Family.TECHNICAL}, EVERYBODY),
        (ScenarioKind.OUTAGE, {"flavour": "tls"}, {Family.TECHNICAL}, EVERYBODY),
        (ScenarioKind.OUTAGE, {"flavour": "busy", **HIGH}, {Family.TECHNICAL}, {"reseller"}),
        (ScenarioKind.MAINTENANCE, {"flavour": "told"}, {Family.MAINTENANCE}, EVERYBODY),
        (ScenarioKind.MAINTENANCE, {"flavour": "bare"}, {Family.TECHNICAL}, EVERYBODY),
        (ScenarioKind.POLICY, {}, {Family.POLICY}, EVERYBODY),
        (ScenarioKind.POLICY, HIGH, {Family.POLICY}, {"reseller"}),
        (ScenarioKind.FROZEN_PERSONA, {"personas": ("new-device",)}, {Family.RISK}, {"new-device"}),
    ],
)
def test_effect_is_met_in_every_dialect_by_whom_it_concerns(
    keys_folder: Path, kind: ScenarioKind, more: dict[str, Any], families: set[Family], whom: set[str]
) -> None:
    with pretended_world(keys_folder, happening(kind, **more)) as pretended:
        runs = run_catalog(pretended, catalog=NEIGHBOURS) | run_catalog(
            pretended, keep=lambda probe: probe.component in OF_DEMO and probe.vantage == "east"
        )

    assert len(runs) == 21
    wrong = {}
    for slug, run in runs.items():
        component, persona, _ = slug.split(".")
        meant = families if persona in whom else {Family.ACCEPTED}
        if component == "fenfu-limit" and Family.RISK in meant:
            meant = {Family.AMBIGUOUS}  # a product is hidden without a word of the reason
        if run.outcome.family not in meant:
            wrong[slug] = (run.outcome, run.code, run.message)
    assert wrong == {}

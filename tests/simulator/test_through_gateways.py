"""What probes see through the network is what the world without a network says they would see."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from probes.instrument.runs import CheckOrder
from probes.instrument.specs import ProbeSpec
from probes.simulator.cast import PARTS, SERVICE_ID, Part
from probes.simulator.fates import PHRASES, Meaning, Spoken
from probes.simulator.observe import observe
from probes.simulator.scenario import ScenarioKind
from probes.vocabulary.observations import WatchedProbe
from probes.vocabulary.outcomes import Outcome
from probes.vocabulary.tiers import RiskTier
from tests.simulator.asking import HASTY_S, PATIENT_S, SayingWorld, happening, run_catalog
from tests.support.pretended import Pretended, pretended_world, utc_now


def test_every_probe_of_the_demo_catalog_is_accepted_when_all_is_well(pretended: Pretended) -> None:
    runs = run_catalog(pretended, timeout_s=PATIENT_S)

    assert len(runs) == 60
    assert {slug: (run.outcome, run.message) for slug, run in runs.items() if run.outcome != "accepted"} == {}
    assert {len(run.steps) for run in runs.values()} == {1, 2, 3}


@pytest.mark.parametrize(
    ("operation", "options"),
    [
        ("native", {}),
        ("app", {"attach": "payer={openid}"}),
        ("h5", {"attach": "payer={openid}"}),
        ("payscore", {"service_id": SERVICE_ID}),
        ("certificates", {}),
    ],
)
def test_operation_is_accepted_when_a_probe_uses_it(
    pretended: Pretended, operation: str, options: dict[str, str]
) -> None:
    def changed(order: CheckOrder) -> CheckOrder:
        return replace(order, operation=operation, options=options)

    runs = run_catalog(
        pretended, keep=lambda probe: probe.slug == "fenfu-online.reseller.east", change=changed
    )

    assert [(run.outcome, run.message) for run in runs.values()] == [(Outcome.ACCEPTED, "")]


@pytest.mark.parametrize(
    ("flavour", "outcomes"),
    [
        ("explicit", {Outcome.DECLINED_RISK, Outcome.DECLINED_UNKNOWN}),
        ("masked", {Outcome.SERVER_ERROR, Outcome.DECLINED_UNKNOWN}),
    ],
)
def test_risk_wave_is_met_by_tier_through_the_network_when_it_is_on(
    keys_folder: Path, flavour: str, outcomes: set[Outcome]
) -> None:
    wave = happening(ScenarioKind.RISK_WAVE, flavour=flavour, tiers=(RiskTier.HIGH,))

    with pretended_world(keys_folder, wave) as pretended:
        runs = run_catalog(
            pretended, keep=lambda probe: probe.vantage == "east" and probe.component is not None
        )

    refused = {slug for slug, run in runs.items() if run.outcome is not Outcome.ACCEPTED}
    assert refused
    assert all(".reseller." in slug for slug in refused)
    assert {runs[slug].outcome for slug in refused} <= outcomes


@pytest.mark.parametrize(
    ("flavour", "outcomes"),
    [
        ("timeout", {Outcome.TIMEOUT}),
        ("protocol", {Outcome.PROTOCOL}),
        ("server-error", {Outcome.SERVER_ERROR}),
        ("empty", {Outcome.BAD_ANSWER}),
        ("bank", {Outcome.SERVER_ERROR}),
        ("connect", {Outcome.PROTOCOL, Outcome.CONNECT, Outcome.TLS}),
    ],
)
def test_outage_is_met_through_the_network_when_it_is_on(
    keys_folder: Path, flavour: str, outcomes: set[Outcome]
) -> None:
    outage = happening(ScenarioKind.OUTAGE, flavour=flavour, components=("fenfu-online",))
    hangs = flavour == "timeout"

    with pretended_world(keys_folder, outage) as pretended:
        runs = run_catalog(
            pretended,
            keep=lambda probe: probe.component == "fenfu-online",
            timeout_s=HASTY_S if hangs else PATIENT_S,
        )

    assert len(runs) == 8
    assert {run.outcome for run in runs.values()} <= outcomes


@pytest.mark.parametrize(("flavour", "outcome"), [("tls", Outcome.TLS), ("timeout", Outcome.TIMEOUT)])
def test_outage_of_a_whole_provider_spares_the_controls_when_it_is_on(
    keys_folder: Path, flavour: str, outcome: Outcome
) -> None:
    outage = happening(ScenarioKind.OUTAGE, flavour=flavour)

    with pretended_world(keys_folder, outage) as pretended:
        controls = run_catalog(pretended, keep=lambda probe: probe.component is None)
        payments = run_catalog(
            pretended,
            keep=lambda probe: probe.component in {"wxpay-card", "card-checkout"},
            timeout_s=HASTY_S,
        )

    assert {run.outcome for run in payments.values()} <= {outcome, Outcome.TIMEOUT}
    assert {run.outcome for run in controls.values()} == {Outcome.ACCEPTED}


def test_maintenance_is_told_through_the_network_when_it_is_on(keys_folder: Path) -> None:
    window = happening(ScenarioKind.MAINTENANCE, components=("fenfu-repay", "card-checkout"))

    with pretended_world(keys_folder, window) as pretended:
        runs = run_catalog(pretended, keep=lambda probe: probe.component in window.components)

    assert {run.outcome for run in runs.values()} == {Outcome.MAINTENANCE}
    assert all("Retry-After" in run.message for run in runs.values())


def test_policy_is_told_through_the_network_when_it_is_on(keys_folder: Path) -> None:
    policy = happening(ScenarioKind.POLICY, components=("fenfu-qr", "fenfu-limit", "card-checkout"))

    with pretended_world(keys_folder, policy) as pretended:
        runs = run_catalog(pretended, keep=lambda probe: probe.component in policy.components)

    assert {run.outcome for run in runs.values()} == {Outcome.DECLINED_POLICY}


def test_lost_vantage_is_cut_off_with_its_controls_when_its_network_goes(keys_folder: Path) -> None:
    lost = happening(ScenarioKind.VANTAGE_LOST, vantages=("south",))

    def watched(vantage: str) -> Callable[[ProbeSpec], bool]:
        return lambda probe: probe.vantage == vantage and probe.component in {None, "wxpay-card"}

    with pretended_world(keys_folder, lost) as pretended:
        south = run_catalog(pretended, keep=watched("south"), timeout_s=HASTY_S)
        east = run_catalog(pretended, keep=watched("east"))

    assert {run.outcome.family for run in south.values()} == {"technical"}
    assert {run.outcome.family for run in east.values()} == {"accepted"}


SAID = [
    pytest.param(part, meaning, said, id=f"{part.slug}-{meaning}-{number}")
    for part in PARTS.values()
    if part.slug in {"fenfu-online", "fenfu-limit", "card-checkout"}
    for meaning in Meaning
    for number, said in enumerate(PHRASES[part.dialect][meaning])
]


@pytest.fixture(scope="module")
def saying(keys_folder: Path) -> Iterator[Pretended]:
    with pretended_world(keys_folder, world=SayingWorld()) as running:
        yield running


@pytest.mark.parametrize(("part", "meaning", "said"), SAID)
def test_answer_is_read_alike_when_it_comes_through_the_network_and_without_one(
    saying: Pretended, part: Part, meaning: Meaning, said: Spoken
) -> None:
    assert isinstance(saying.world, SayingWorld)
    saying.world.said = said
    slug = f"{part.slug}.ordinary.east"

    run = run_catalog(saying, keep=lambda probe: probe.slug == slug)[slug]
    check = observe(
        saying.world,
        WatchedProbe(slug=slug, component=part.slug, persona="ordinary", vantage="east", interval_s=60),
        utc_now(),
    )

    assert (run.error, run.http_status, run.code, run.message) == (
        check.error, check.http_status, check.code, check.message,
    )  # fmt: skip

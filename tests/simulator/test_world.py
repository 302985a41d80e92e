"""The pretended world does what its scenarios say, and always the same."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from math import inf
from typing import Any

import pytest

from probes.simulator.fates import Fate, FatedAnswer, FatedFault, FaultKind
from probes.simulator.scenario import Scenario, ScenarioKind
from probes.simulator.world import World
from probes.vocabulary.tiers import RiskTier

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai


def scenario(
    kind: ScenarioKind = ScenarioKind.OUTAGE,
    *,
    after_s: float = 0.0,
    lasts_s: float = 600.0,
    **more: Any,
) -> Scenario:
    return Scenario(
        id=more.pop("id", str(kind)), kind=kind, starts_s=NOON.timestamp() + after_s, lasts_s=lasts_s, **more
    )


def fates(
    world: World,
    *,
    persona: str = "ordinary",
    tier: RiskTier = RiskTier.LOW,
    vantage: str = "east",
    component: str | None = "fenfu-qr",
    count: int = 200,
    start: datetime = NOON,
) -> list[Fate]:
    return [
        world.fate(
            component=component,
            persona=persona,
            tier=tier,
            vantage=vantage,
            at=start + timedelta(seconds=second),
        )
        for second in range(count)
    ]


def accepted_share(found: list[Fate]) -> float:
    return sum(fate.accepted for fate in found) / len(found)


def test_world_gives_the_same_fates_when_asked_again_in_another_order() -> None:
    world, other = World(7, [scenario(intensity=0.5)]), World(7, [scenario(intensity=0.5)])

    forward = fates(world)
    backward = [
        other.fate(
            component="fenfu-qr",
            persona="ordinary",
            tier=RiskTier.LOW,
            vantage="east",
            at=NOON + timedelta(seconds=s),
        )
        for s in reversed(range(200))
    ]

    assert forward == backward[::-1]


def test_world_differs_when_the_seed_does() -> None:
    assert fates(World(1)) != fates(World(2))


def test_world_has_every_kind_of_failure_when_nothing_happens() -> None:
    world = World(3)
    start = NOON - timedelta(days=20)

    found = fates(world, persona="reseller", tier=RiskTier.HIGH, count=150_000, start=start)

    kinds = {fate.kind for fate in found if isinstance(fate, FatedFault)}
    codes = Counter(fate.said.code for fate in found if isinstance(fate, FatedAnswer))
    assert kinds == set(FaultKind)
    assert {"SYSTEM_ERROR", "BANK_ERROR", "RULE_LIMIT", "NOT_ENOUGH", "FREQUENCY_LIMITED", "NO_AUTH"} <= set(
        codes
    )
    assert 0.90 < accepted_share(found) < 0.96


def test_world_is_slower_when_the_day_is_busy() -> None:
    world = World(3)

    evening = fates(world, count=2_000, start=datetime(2026, 3, 2, 11, 0, tzinfo=UTC))
    night = fates(world, count=2_000, start=datetime(2026, 3, 2, 20, 0, tzinfo=UTC))

    def middle(found: list[Fate]) -> float:
        return sorted(fate.latency_s for fate in found)[1_000]

    assert middle(evening) > 1.1 * middle(night)


@pytest.mark.parametrize(
    ("flavour", "low", "elevated", "high"),
    [
        pytest.param(
            "explicit", (0.9, 1), (0.1, 0.4), (0, 0.15), id="explicit refusals spare payers of low tier"
        ),
        pytest.param(
            "gentle", (0.95, 1), (0.6, 0.85), (0.35, 0.6), id="gentle refusals touch a part of them"
        ),
        pytest.param("masked", (0.9, 1), (0.1, 0.4), (0, 0.15), id="masked refusals follow the tiers too"),
        pytest.param(
            "everyone", (0.5, 0.8), (0.03, 0.3), (0, 0.02), id="a wave may reach payers of low tier"
        ),
    ],
)
def test_risk_wave_refuses_by_tier_when_its_flavour_says_so(
    flavour: str,
    low: tuple[float, float],
    elevated: tuple[float, float],
    high: tuple[float, float],
) -> None:
    world = World(5, [scenario(ScenarioKind.RISK_WAVE, flavour=flavour)])

    shares = [
        accepted_share(fates(world, persona=persona, tier=tier, count=600))
        for persona, tier in (
            ("ordinary", RiskTier.LOW),
            ("new-device", RiskTier.ELEVATED),
            ("reseller", RiskTier.HIGH),
        )
    ]

    for share, (least, most) in zip(shares, (low, elevated, high), strict=True):
        assert least <= share <= most


def test_masked_wave_says_the_system_is_busy_when_it_refuses() -> None:
    world = World(5, [scenario(ScenarioKind.RISK_WAVE, flavour="masked", tiers=(RiskTier.HIGH,))])

    refused = [fate for fate in fates(world, persona="reseller", tier=RiskTier.HIGH) if not fate.accepted]

    masked = [fate for fate in refused if isinstance(fate, FatedAnswer) and "系统" in fate.said.message]
    assert len(masked) > 0.9 * len(refused) > 100


def test_outage_touches_only_its_components_when_it_names_some() -> None:
    world = World(5, [scenario(components=("fenfu-qr",))])

    assert accepted_share(fates(world)) == 0
    assert accepted_share(fates(world, component="wxpay-card")) > 0.97


def test_outage_fails_the_given_share_of_checks_when_it_is_partial() -> None:
    world = World(5, [scenario(intensity=0.25)])

    assert 0.68 < accepted_share(fates(world, count=600)) < 0.82


def test_outage_pauses_when_it_comes_and_goes() -> None:
    world = World(5, [scenario(on_s=60, off_s=30)])

    assert accepted_share(fates(world, count=60)) == 0
    assert accepted_share(fates(world, count=30, start=NOON + timedelta(seconds=60))) > 0.9
    assert accepted_share(fates(world, count=60, start=NOON + timedelta(seconds=90))) == 0


def test_crawl_answers_late_when_it_is_on() -> None:
    world = World(5, [scenario(flavour="crawl")])

    found = fates(world)

    assert accepted_share(found) > 0.97
    assert sorted(fate.latency_s for fate in found)[100] > 1.5


def test_policy_ramps_up_when_it_has_a_ramp() -> None:
    world = World(5, [scenario(ScenarioKind.POLICY, lasts_s=inf, ramp_s=1000.0)])

    early = accepted_share(fates(world, count=200))
    late = accepted_share(fates(world, count=200, start=NOON + timedelta(seconds=1000)))

    assert early > 0.75
    assert late < 0.02


def test_maintenance_becomes_an_outage_when_it_overruns() -> None:
    world = World(5, [scenario(ScenarioKind.MAINTENANCE, lasts_s=100.0, overruns_s=100.0)])

    inside = fates(world, count=100)
    after = fates(world, count=90, start=NOON + timedelta(seconds=105))

    assert all(isinstance(fate, FatedAnswer) and "维护" in fate.said.message for fate in inside)
    assert not any(isinstance(fate, FatedAnswer) and "维护" in fate.said.message for fate in after)
    assert accepted_share(after) == 0


def test_maintenance_is_over_before_its_window_when_it_ends_early() -> None:
    world = World(
        5, [scenario(ScenarioKind.MAINTENANCE, lasts_s=600.0, overruns_s=-200.0, announced_s=3600.0)]
    )

    notices = world.notices(NOON - timedelta(hours=2), NOON + timedelta(hours=1))

    assert accepted_share(fates(world, count=100, start=NOON + timedelta(seconds=405))) > 0.95
    assert [(notice.ends_at - NOON).total_seconds() for notice in notices] == [600]


def test_maintenance_is_told_to_be_over_when_it_is_stopped_by_hand() -> None:
    world = World(5, [scenario(ScenarioKind.MAINTENANCE, announced_s=3600.0)])

    world.stop(world.on(NOON)[0], NOON + timedelta(seconds=90))

    notices = world.notices(NOON - timedelta(hours=2), NOON + timedelta(hours=1))
    assert [(notice.ends_at - NOON).total_seconds() for notice in notices] == [600, 90]


def test_maintenance_does_not_happen_when_it_was_withdrawn() -> None:
    world = World(5, [scenario(ScenarioKind.MAINTENANCE, announced_s=3600.0, withdrawn_s=600.0)])

    notices = world.notices(NOON - timedelta(hours=2), NOON)

    assert accepted_share(fates(world)) > 0.97
    assert [(notice.at, notice.cancelled) for notice in notices] == [
        (NOON - timedelta(hours=1), False),
        (NOON - timedelta(minutes=10), True),
    ]


@pytest.mark.parametrize(("flavour", "control_works"), [("everything", False), ("provider", True)])
def test_lost_vantage_fails_from_there_alone_when_its_network_goes(flavour: str, control_works: bool) -> None:
    world = World(5, [scenario(ScenarioKind.VANTAGE_LOST, vantages=("south",), flavour=flavour)])

    controls = accepted_share(fates(world, component=None, persona="", vantage="south"))

    assert accepted_share(fates(world, vantage="south")) == 0
    assert accepted_share(fates(world, vantage="east")) > 0.97
    assert (controls > 0.97) is control_works


def test_frozen_persona_is_refused_alone_when_its_account_is_frozen() -> None:
    world = World(5, [scenario(ScenarioKind.FROZEN_PERSONA, personas=("ordinary",))])

    assert accepted_share(fates(world)) == 0
    assert accepted_share(fates(world, persona="salaried")) > 0.97


def test_festival_slows_and_throttles_when_it_is_on() -> None:
    calm, busy = World(5), World(5, [scenario(ScenarioKind.FESTIVAL)])

    throttled = [
        fate for fate in fates(busy, count=600) if isinstance(fate, FatedAnswer) and fate.said.status == 429
    ]

    assert 5 <= len(throttled) <= 40
    assert fates(busy)[1].latency_s == pytest.approx(2 * fates(calm)[1].latency_s)


def test_scenario_comes_again_when_it_is_repeated() -> None:
    world = World(5, [scenario(lasts_s=100.0, every_s=1000.0)])

    again = NOON + timedelta(seconds=7000)

    assert accepted_share(fates(world, count=100, start=again)) == 0
    assert accepted_share(fates(world, count=100, start=again + timedelta(seconds=100))) > 0.95
    assert [occurrence.id for occurrence in world.on(again)] == ["outage-8"]


def test_scenario_ends_when_it_is_stopped_by_hand() -> None:
    world = World(5, [scenario(lasts_s=100.0, every_s=1000.0)])
    halfway = NOON + timedelta(seconds=50)

    world.stop(world.on(halfway)[0], halfway)

    assert accepted_share(fates(world, count=40, start=halfway)) > 0.9
    assert accepted_share(fates(world, count=40, start=NOON + timedelta(seconds=1000))) == 0


def test_blips_befall_components_when_the_world_has_some() -> None:
    world = World(5, blips_per_day=2.0)

    found = world.occurrences(NOON, NOON + timedelta(days=10))

    blips = [blip for blip in found if blip.scenario.components == ("fenfu-qr",)]

    assert 10 <= len(blips) <= 32
    assert all(not blip.scenario.must and 20 <= blip.ends_s - blip.starts_s <= 75 for blip in blips)
